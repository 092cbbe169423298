from __future__ import annotations

from typing import Any

import pytest

from dx_pipeline.catalogue.indicator_rules import breaches
from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.catalogue.models import Indicator

RATE = load_catalogue().indicators["DOS_ONLINE_RATE"].model_dump()
COUNT = load_catalogue().indicators["DOS_RECV_CNT"].model_dump()


def places(entry: dict[str, Any], **changes: object) -> list[tuple[str | int, ...]]:
    return [place for place, _ in breaches(Indicator.model_validate({**entry, **changes}))]


@pytest.mark.parametrize("entry", [RATE, COUNT], ids=["rate", "count"])
def test_a_sound_entry_breaks_no_rule(entry: dict[str, Any]) -> None:
    assert places(entry) == []


@pytest.mark.parametrize(
    ("entry", "changes", "expected"),
    [
        pytest.param(RATE, {"bounds": {"maximum": 100}}, [("bounds",)], id="rate-without-minimum"),
        pytest.param(
            RATE, {"denominator": None}, [("national",), ("quarter",)], id="ratio-without-denominator"
        ),
        pytest.param(RATE, {"quarter": "sum"}, [("quarter",)], id="sum-of-rates"),
        pytest.param(COUNT, {"bounds": {}}, [("bounds",)], id="count-without-minimum"),
        pytest.param(COUNT, {"national": "weighted_mean"}, [("national",)], id="mean-without-weights"),
        pytest.param(COUNT, {"levels": ["nation"]}, [("levels", 0)], id="level"),
        pytest.param(
            COUNT, {"target": {"value": 1, "text": "1", "source": " "}}, [("target", "source")], id="target"
        ),
    ],
)
def test_each_rule_can_be_broken(
    entry: dict[str, Any], changes: dict[str, Any], expected: list[tuple]
) -> None:
    assert places(entry, **changes) == expected
