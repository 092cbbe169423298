"""Where the figures of a 2026 answer are: its units, their scores and metrics, and the fields nobody mapped.

Works on the answer's ``data`` and the source's ``fields`` and ``ignored`` only; what a unit is, and what a
number says, is the reader's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dx_pipeline.ingest.observation import UnreadCell
from dx_pipeline.ingest.readers.portal_answer import Limits, Unmapped, is_figure, json_number

if TYPE_CHECKING:
    from dx_pipeline.catalogue.source_models import Source

_SCORE_FIELDS = ("totalScore", "groupScores.")
_UNIT_KEYS = ("departmentCode", "departmentName")
_METRIC_KEYS = ("numerator", "ratio")
_ROUNDING = 0.05  # percentages of two decimals: 24.36 + 43.79 + 31.86 is 100.01


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the answer before its unit is known to be a province."""

    indicator_code: str
    locator: str
    value: Any
    numerator: Any = None
    denominator: Any = None
    note: str | None = None

    @property
    def raw_text(self) -> str:
        """The figure as the answer writes it."""
        if self.numerator is None and self.denominator is None:
            return str(self.value)
        ratio = "" if self.value is None else f" = {self.value}"
        return f"{self.numerator}/{self.denominator}{ratio}"


def units(data: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """Every unit with its place: the answer's own one first, then those of its lists and trees.

    What stands in ``evaluation`` is a unit even where it does not say which: its figures must not get lost.
    """
    yield data, "data"
    yield from _units_below(data, "data")


def _units_below(node: Any, place: str) -> Iterator[tuple[dict[str, Any], str]]:
    for _, child, child_place in _children(node, place):
        if isinstance(child, dict) and _is_unit(child, child_place):
            yield child, child_place
        yield from _units_below(child, child_place)


def _is_unit(node: dict[str, Any], place: str) -> bool:
    return any(key in node for key in _UNIT_KEYS) or place.rsplit("[", 1)[0] == "data.evaluation"


def _children(node: Any, place: str) -> Iterator[tuple[str, Any, str]]:
    """What is in an object or a list: its key, empty in a list, the value and its place."""
    if isinstance(node, dict):
        yield from ((key, child, f"{place}.{key}") for key, child in node.items())
    elif isinstance(node, list):
        yield from (("", child, f"{place}[{number}]") for number, child in enumerate(node))


def scores(unit: dict[str, Any], place: str, source: Source) -> Iterator[Figure]:
    """The mapped scores of a unit."""
    for field, code in source.fields.items():
        if not field.startswith(_SCORE_FIELDS) or (place == "data" and "details" in unit):
            continue
        value: Any = unit
        for key in field.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        if value is not None:
            yield Figure(code, f"{place}.{field}", value)


def metrics(node: Any, place: str, source: Source) -> Iterator[Figure]:
    """Every mapped total and metric below ``node`` that is not another unit's, wherever the portal put it."""
    if isinstance(node, dict):
        code = source.fields.get(str(node.get("code")))
        if code and any(key in node for key in _METRIC_KEYS):
            yield Figure(
                code,
                place,
                node.get("ratio"),
                node.get("numerator"),
                node.get("denominator"),
                node.get("dataQualityStatus"),
            )
            return
        yield from _totals(node, place, source)
    for _, child, child_place in _children(node, place):
        if not (isinstance(child, dict) and _is_unit(child, child_place)):
            yield from metrics(child, child_place, source)


def _totals(node: dict[str, Any], place: str, source: Source) -> Iterator[Figure]:
    for field, code in source.fields.items():
        top, _, bottom = field.partition("/")
        if bottom and (top in node or (bottom in node and bottom not in source.fields)):
            yield Figure(code, f"{place}.{top}", None, node.get(top), node.get(bottom))
        elif not bottom and top in node and not field.startswith(_SCORE_FIELDS):
            yield Figure(code, f"{place}.{field}", node[field])


def radar(data: dict[str, Any], source: Source) -> Iterator[Figure]:
    """The nation's scores by group."""
    groups = data.get("radar")
    for number, group in enumerate(groups if isinstance(groups, list) else []):
        code = source.fields.get(f"radar.{group.get('code')}") if isinstance(group, dict) else None
        if code:
            yield Figure(code, f"data.radar[{number}].score", group.get("score"))


def without_repeats(figures: Iterator[Figure]) -> Iterator[Figure]:
    """The portal repeats totals in several groups: the same figure counts once, another value stays visible."""
    seen: set[tuple[str, str]] = set()
    for figure in figures:
        content = (figure.indicator_code, repr((figure.value, figure.numerator, figure.denominator)))
        if content not in seen:
            seen.add(content)
            yield figure


def percent_faults(data: dict[str, Any]) -> list[UnreadCell]:
    """The shares of a whole that do not add up to 100 per cent."""
    return list(_percent_faults(data, "data"))


def _percent_faults(node: Any, place: str) -> Iterator[UnreadCell]:
    if isinstance(node, list):
        shares = [item.get("percent") for item in node if isinstance(item, dict) and "percent" in item]
        if len(shares) > 1 and all(map(is_figure, shares)):
            limits = Limits(is_whole=False, maximum=100)
            total = sum(json_number(share, limits) or 0 for share in shares)
            if abs(total - 100) > _ROUNDING:
                yield UnreadCell(
                    rule="total_matches_parts",
                    severity="WARN",
                    locator=place,
                    raw_text=" + ".join(map(str, shares)),
                    message_en=f"{place}: the shares add up to {total:.2f}, not to 100 per cent",
                    message_vi=f"{place}: các tỷ lệ cộng lại là {total:.2f}, không phải 100%.",
                )
    for _, child, child_place in _children(node, place):
        yield from _percent_faults(child, child_place)


def unmapped(data: dict[str, Any], source: Source) -> Unmapped:
    """Every field that holds a figure and that neither ``fields`` nor ``ignored`` names."""
    found = Unmapped({})
    _collect(data, "data", "", _known_names(source), found)
    return found


def _known_names(source: Source) -> set[str]:
    mapped = {part for field in source.fields for part in field.split("/")}
    return mapped | set(source.ignored)


def _collect(node: Any, place: str, parent: str, known: set[str], found: Unmapped) -> None:
    """Walks the answer; ``parent`` is the name that what is inside is mapped under: ``groupScores.``."""
    if isinstance(node, dict) and isinstance(node.get("code"), str):
        code = node["code"]
        if parent + code in known:
            return
        figures = [(key, value) for key, value in node.items() if is_figure(value)]
        if figures:
            found.places.setdefault(parent + code, []).append((place, dict(figures)))
            return
    for key, child, child_place in _children(node, place):
        name = parent + key
        if name in known:
            continue
        if isinstance(child, dict | list):
            inside = f"{name}." if any(other.startswith(f"{name}.") for other in known if key) else parent
            _collect(child, child_place, inside, known, found)
        elif key and is_figure(child):
            found.places.setdefault(name, []).append((child_place, child))
