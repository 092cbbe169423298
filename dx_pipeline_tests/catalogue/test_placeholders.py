from __future__ import annotations

from datetime import date

import pytest

from dx_pipeline.catalogue.placeholders import Moment, fill, fill_text

MOMENT = Moment(
    base="https://example.invalid",
    month=date(2025, 7, 1),
    period_start=date(2025, 6, 15),
    period_end=date(2025, 7, 14),
    as_of=date(2025, 7, 9),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{year}", 2025),
        ("{month}", 7),
        ("{month:02}", "07"),
        ("{quarter}", 3),
        ("{day}", 9),
        ("{day:02}", "09"),
        ("{year}-{month:02}", "2025-07"),
        ("{from}", "2025-06-15"),
        ("{to:DD/MM/YYYY}", "14/07/2025"),
        ("{as_of:DDMMYYYY}", "09072025"),
        ("{as_of:YYYYMMDD}", "20250709"),
        ("{as_of:DD.MM.YY}", "09.07.25"),
        ("{base}/x", "https://example.invalid/x"),
        ("plain", "plain"),
        ("{{year}}", "{year}"),
        ("", ""),
    ],
)
def test_what_a_placeholder_gives(text: str, expected: str | int) -> None:
    assert fill(text, MOMENT) == expected
    assert fill_text(text, MOMENT) == str(expected)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{mnoth}", r"\{mnoth\} is no placeholder; there are \{base\}"),
        ("{}", r"\{\} is no placeholder"),
        ("{0}", "no placeholder"),
        ("{year.real}", "no placeholder"),
        ("{year[0]}", "no placeholder"),
        ("{year!r}", "no placeholder"),
        ("{month:>20}", "takes only a width"),
        ("{month:{year}}", "takes only a width"),
        ("{as_of:%d}", "made of DD, MM"),
        ("{as_of:dd}", "made of DD, MM"),
        ("{as_of:--}", "made of DD, MM"),
        ("{base:9}", "takes no pattern"),
        ("{year", "expected '}'"),
        ("year}", "Single '}'"),
    ],
)
def test_what_is_no_placeholder(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fill(text, MOMENT)
