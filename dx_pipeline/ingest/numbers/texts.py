"""Figures written as text: what surrounds them, and what their digits and separators can mean.

A text is read by its unit and plausible range, never by pattern alone: ``1.595`` is 1595 services and
1.595 percent. What has two plausible readings is refused with both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from dx_pipeline.catalogue.text import fold, strip_accents
from dx_pipeline.ingest.numbers.reading import (
    BLANK,
    Expected,
    NumberError,
    Reading,
    ambiguous,
    plausible,
    unreadable,
    vietnamese_figure,
)

_MAX_DIGITS = 15
_FULL_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)} | dict(
    zip(map(ord, "％，．／"), "%,./", strict=True)
)
_STRUCK_DIGIT = re.compile("[0-9][\u0300-\u036f]")  # a figure struck through by overlaid strokes

_BLANK = re.compile(r"[-.…_ ]*")
_NOTHING_AROSE = re.compile(r"\(?(?:k\.?p\.?s\.?|khong (?:co )?phat sinh|khong co)\)?\.?")
_SHEET_ERROR = re.compile(r"#[a-z0-9/!?]*|n/a")
_QUALIFIERS = {
    **dict.fromkeys(("hon", "tren", ">", ">=", "≥", "it nhat"), "more_than"),
    **dict.fromkeys(("gan", "duoi", "<", "<=", "≤"), "less_than"),
    **dict.fromkeys(("khoang", "xap xi", "~", "≈"), "approx"),
}
_MULTIPLES = {"nghin": 3, "ngan": 3, "trieu": 6, "ty": 9, "ti": 9}
_BODY = r"[0-9](?:[0-9., ']*[0-9])?"
_FIGURE = re.compile(
    rf"(?:dat )?(?P<qualifier>{'|'.join(sorted(_QUALIFIERS, key=len, reverse=True))})? ?(?:dat )?"
    rf"(?P<sign>[-+])?(?P<body>{_BODY})(?: ?(?P<multiple>{'|'.join(_MULTIPLES)}))?"
)
_OUT_OF = re.compile(rf"(?:dat )?(?P<first>{_BODY}) ?/ ?(?P<second>{_BODY})")
_ACCOUNTING_NEGATIVE = re.compile(r"\((?P<inside>[0-9][^()/]*)\)")
# «(12)» could be a second figure; one digit, a letter or stars in brackets cannot
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_FOOTNOTE = re.compile(
    rf"(?P<rest>.*[0-9%a-z]) ?(?:\((?:[0-9]|[a-z]|\*+)\)|\[[0-9]\]|\*+|(?P<raised>[{_RAISED}]+))"
)
_PERCENT = re.compile(r"(?P<rest>.*?) ?(?:%|phan tram)")
_MONTH = re.compile(r"(?:0?[1-9]|1[0-2]) ?/ ?20[0-9]{2}")

_GROUPED_BY = re.compile(r"[0-9]{1,3}(?P<mark>[ '])[0-9]{3}(?:(?P=mark)[0-9]{3})*(?P<decimals>[.,][0-9]+)?")
_THREE_AFTER_ONE = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")


def read_text(cell: str, expected: Expected) -> Reading:
    """The figure a text states.

    Raises:
        NumberError: The text is no figure, or has two plausible readings.
    """
    # one kind of dash, apostrophe and space, lower case; a leading apostrophe marks text in spreadsheets
    text = strip_accents(fold(cell.translate(_FULL_WIDTH))).removeprefix("'").strip()
    if _BLANK.fullmatch(text):
        return BLANK
    if _NOTHING_AROSE.fullmatch(text):
        is_zero = expected.is_whole and expected.is_plausible(Decimal(0))
        return Reading(0.0 if is_zero else None, is_blank=not is_zero, is_nothing_arose=True)
    _refuse_what_is_no_figure(text, cell)
    if match := _ACCOUNTING_NEGATIVE.fullmatch(text):
        reading = _read_figure(match["inside"], cell, expected)
        return replace(reading, value=-reading.value if reading.value else reading.value)
    return _read_figure(_without_footnote(text, cell, expected), cell, expected)


def _refuse_what_is_no_figure(text: str, cell: str) -> None:
    if _SHEET_ERROR.fullmatch(text):
        raise unreadable(
            cell,
            "is a spreadsheet's error, not a figure; correct the formula, or empty the cell",
            "là lỗi công thức của bảng tính; đề nghị sửa công thức hoặc để trống ô",
        )
    if text.startswith("="):
        raise unreadable(
            cell,
            "is a formula without its result; paste the values",
            "là công thức chưa có kết quả; đề nghị dán giá trị thay cho công thức",
        )
    if _STRUCK_DIGIT.search(cell):
        raise unreadable(
            cell, "is a figure with marks over its digits", "là con số bị gạch hoặc có dấu trên chữ số"
        )


def _without_footnote(text: str, cell: str, expected: Expected) -> str:
    """The text without a footnote mark behind the figure; ``10²`` may be a hundred and is refused."""
    match = _FOOTNOTE.fullmatch(text)
    if not match:
        return text
    if match["rest"] == "10" and match["raised"] in tuple(_RAISED[2:]):
        power = 10.0 ** _RAISED.index(match["raised"])
        raise ambiguous(cell.strip(), 10.0, power, is_percent=expected.is_percent)
    return match["rest"].strip()


def _change(cell: str) -> NumberError:
    written = cell.strip()
    return NumberError(
        f"«{written}» is a change, not a share; write the share itself, for example 72,63%",
        f"«{written}» là mức thay đổi, không phải tỷ lệ; đề nghị ghi chính tỷ lệ đó, ví dụ 72,63%",
    )


def _read_figure(text: str, cell: str, expected: Expected) -> Reading:
    is_marked_percent = False
    if expected.is_percent and (match := _PERCENT.fullmatch(text)):
        text, is_marked_percent = match["rest"], True
    else:
        text = _without_unit(text, expected)
    if match := _OUT_OF.fullmatch(text):
        return _read_out_of(match, is_marked_percent, cell, expected)
    match = _FIGURE.fullmatch(text)
    if not match or (is_marked_percent and match["multiple"]):
        raise unreadable(cell)
    if match["sign"] == "+" and expected.is_percent:
        raise _change(cell)
    exponent = _MULTIPLES.get(match["multiple"] or "", 0)
    sign = -1 if match["sign"] == "-" else 1
    value = sign * _figure(match["body"], exponent, cell, expected if sign > 0 else _mirrored(expected))
    if expected.is_percent and not is_marked_percent and 0 < value < 1:
        refuse_unless_one_scale(value, cell.strip(), expected)
    figure = plausible(float(value), cell) + 0.0  # no minus before 0
    return Reading(figure, _QUALIFIERS.get(match["qualifier"] or "", "exact"))


def _without_unit(text: str, expected: Expected) -> str:
    for word in expected.unit_words:
        if text.endswith(word) and (word == "%" or text[: -len(word)][-1:] in " 0123456789"):
            return text[: -len(word)].strip()
        if text.startswith(f"{word} "):
            return text[len(word) :].strip(" :")
    return text


def _read_out_of(match: re.Match[str], is_marked_percent: bool, cell: str, expected: Expected) -> Reading:
    """A figure with its total: the counts of a rate, a rank of 34, a score of its maximum."""
    if is_marked_percent or _MONTH.fullmatch(match[0]):
        raise unreadable(cell, "may be a month or a ratio", "có thể là tháng hoặc tỷ lệ")
    if expected.is_percent:
        return _read_counts(match, cell)
    if not expected.is_whole and expected.maximum == float("inf"):
        raise unreadable(cell)
    first = float(_figure(match["first"], 0, cell, expected))
    total = float(_figure(match["second"], 0, cell, replace(expected, is_whole=True, maximum=float("inf"))))
    if expected.is_whole and not first.is_integer():
        raise unreadable(cell)
    if first > total:
        raise unreadable(
            cell, "puts a figure above its own total", "có số đứng trước lớn hơn tổng số đứng sau"
        )
    return Reading(
        plausible(first, cell),
        denominator=plausible(total, cell) if expected.is_whole else None,
        out_of=plausible(total, cell),
    )


def _read_counts(match: re.Match[str], cell: str) -> Reading:
    count = Expected(is_percent=False, is_whole=True, minimum=0, maximum=float("inf"))
    numerator, denominator = (
        plausible(float(_figure(match[part], 0, cell, count)), cell) for part in ("first", "second")
    )
    if denominator == 0 or not (numerator.is_integer() and denominator.is_integer()):
        raise unreadable(
            cell,
            "gives no rate: it takes whole counts and a total above 0",
            "không tính được tỷ lệ từ hai số đếm",
        )
    rate = plausible(float(100 * Decimal(numerator) / Decimal(denominator)), cell)
    return Reading(rate, numerator=numerator, denominator=denominator, out_of=denominator)


def _mirrored(expected: Expected) -> Expected:
    """What is expected of the digits behind a minus sign."""
    return replace(expected, minimum=-expected.maximum, maximum=-expected.minimum)


def _figure(body: str, exponent: int, cell: str, expected: Expected) -> Decimal:
    """The number that digits and separators mean.

    Args:
        body: Digits and separators.
        exponent: Of the multiple that follows: 6 for ``triệu``.
        cell: What the cell holds, for messages.
        expected: What the column holds.
    """
    if sum(character.isdigit() for character in body) > _MAX_DIGITS:
        raise unreadable(cell)
    candidates = [number.scaleb(exponent) for number in _readings(body, cell)]
    return candidates[0] if len(candidates) == 1 else _choose(candidates, body, exponent, cell, expected)


def _readings(body: str, cell: str) -> list[Decimal]:
    """The numbers a run of digits and separators can mean; where there are two, grouped ones first."""
    if " " in body or "'" in body:
        match = _GROUPED_BY.fullmatch(body)
        if not match:
            raise unreadable(cell)
        return [Decimal(body.replace(match["mark"], "").replace(",", "."))]
    separators = [character for character in body if character in ".,"]
    if not separators:
        return [Decimal(body)]
    if len(separators) == 1:
        decimal = Decimal(body.replace(",", "."))
        if _THREE_AFTER_ONE.fullmatch(body):
            return [Decimal(body.replace(separators[0], "")), decimal]
        return [decimal]
    return [_with_groups(body, separators, cell)]


def _with_groups(body: str, separators: Sequence[str], cell: str) -> Decimal:
    """A number with several separators: groups of three, and at most one other sign for decimals."""
    group = separators[0]
    whole, decimals = body, ""
    if separators[-1] != group:
        whole, decimals = body.rsplit(separators[-1], 1)
    is_grouped = re.fullmatch(rf"[1-9][0-9]{{0,2}}(?:{re.escape(group)}[0-9]{{3}})+", whole)
    if not is_grouped:
        raise unreadable(cell)
    return Decimal(f"{whole.replace(group, '')}.{decimals or '0'}")


def _choose(
    candidates: Sequence[Decimal], body: str, exponent: int, cell: str, expected: Expected
) -> Decimal:
    """The one plausible reading; where none is, the one Vietnamese writing means."""
    grouped, decimal = candidates
    if "." in body and expected.is_whole and not exponent:
        return grouped  # Vietnamese groups by dots, and a count has no decimals
    if "," in body and exponent:
        return decimal  # «7,512 triệu»: nobody groups by commas and writes the multiple in Vietnamese
    likely = [candidate for candidate in candidates if expected.is_plausible(candidate)]
    if len(likely) == 1:
        return likely[0]
    if likely:
        raise ambiguous(cell.strip(), float(grouped), float(decimal), is_percent=False)
    return decimal if expected.is_percent or "," in body else grouped


def refuse_unless_one_scale(value: Decimal, written: str, expected: Expected) -> None:
    """Refuses 0.7263 in a percent column: 0.7263 percent, or 72.63 percent shown by a cell format.

    Raises:
        NumberError: Both are plausible.
    """
    if expected.is_plausible(value) and expected.is_plausible(value * 100):
        raise ambiguous(written, float(value), float(value * 100), is_percent=True)


def refuse_lost_thousands(value: float, expected: Expected) -> None:
    """Refuses the number 1.234 as a count: a program may have taken the text 1.234, which is 1234, for a decimal.

    Raises:
        NumberError: The number has exactly three decimals, and is a plausible count without its separator.
    """
    exact = Decimal(repr(value))
    if exact.as_tuple().exponent == -3 and 1 <= abs(exact) < 1000 and expected.is_plausible(exact * 1000):
        raise ambiguous(vietnamese_figure(value), value, float(exact * 1000), is_percent=False)
