"""The columns that rules speak of, derived from a figure and its catalogue entry.

Which rows a rule looks at follows from the indicator's kind, unit, bounds and behaviour over time, so a
new indicator needs no code here. What a figure is compared with is named in ``sums.py`` and ``series.py``; the
values of neighbouring months are added by ``neighbours.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dx_pipeline.catalogue.models import Kind, NonDecreasing
from dx_pipeline.ingest.observation import NATION
from dx_pipeline.quality.series import add_borders, add_series
from dx_pipeline.quality.sums import add_form_equations, add_score_sums

if TYPE_CHECKING:
    import pandas as pd

    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.models import Indicator, Part

# Columns whose texts repeat: kept as codes of a few words, so that a million rows are compared as numbers.
WORDS = (
    "indicator_code",
    "area_code",
    "area_level",
    "scope",
    "period_basis",
    "status",
    "qualifier",
    "source_code",
    "source_url",
    "method_version",
    "file_sha256",
    "file_name",
    "locator",
    "raw_text",
    "note",
    "revision_reason",
    "verdict",
)
_LIMITS = ("bound_minimum", "bound_maximum")


def compared_indicators(catalogue: Catalogue) -> list[str]:
    """The indicators whose months are compared with each other."""
    return _growing_or_explained(catalogue) + carried_indicators(catalogue)


def accumulating_indicators(catalogue: Catalogue) -> list[str]:
    """Those of them that are compared only where they say since when they accumulate: a plain flow may fall."""
    carried = set(carried_indicators(catalogue))
    return [
        code
        for code in _growing_or_explained(catalogue)
        if catalogue.indicators[code].kind is Kind.COUNT_FLOW and code not in carried
    ]


def _growing_or_explained(catalogue: Catalogue) -> list[str]:
    return [
        item.code
        for item in catalogue.indicators.values()
        if item.non_decreasing is not NonDecreasing.NEVER or item.fall_needs_reason
    ]


def carried_indicators(catalogue: Catalogue) -> list[str]:
    """The indicators that open a period with what another one closed the period before with, and those others."""
    pairs = [(item.code, item.opens_with) for item in catalogue.indicators.values() if item.opens_with]
    return sorted({code for pair in pairs for code in pair})


def prepare(figures: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Adds what the rules need to rows of ``core.observation``.

    Args:
        figures: Rows with the columns of ``candidates.sql``.
        catalogue: The loaded catalogue.

    Returns:
        The same rows in the same order, numbered from 0, with the derived columns.
    """
    frame = figures.reset_index(drop=True)
    for column in WORDS:
        frame[column] = frame[column].astype("category").cat.remove_unused_categories()
    _add_indicator(frame, catalogue)
    frame["known_area_code"] = frame["area_code"].where(_is_known_area(frame, catalogue))
    frame["known_scope_code"] = frame["scope"].where(frame["scope"].isin(list(catalogue.scopes)))
    _add_values(frame)
    _add_counts(frame)
    add_score_sums(frame, catalogue)
    add_form_equations(frame, catalogue)
    add_borders(frame, catalogue)
    add_series(frame)
    _add_register(frame, catalogue)
    frame["is_explained"] = _says_something(frame["revision_reason"]) | _says_something(frame["note"])
    return frame


def _add_indicator(frame: pd.DataFrame, catalogue: Catalogue) -> None:
    """What the catalogue says of the figure's indicator; false or missing where it does not know it."""
    import pandas as pd

    words = frame["indicator_code"].cat
    known = {item.code: _indicator_row(item, catalogue) for item in catalogue.indicators.values()}
    # The last row serves the code -1, which is how a missing word is written.
    table = pd.DataFrame.from_dict(known, orient="index").reindex([*words.categories, None])
    frame["known_indicator_code"] = frame["indicator_code"].where(frame["indicator_code"].isin(list(known)))
    for column in table:
        entries = table[column].astype("float64") if column in _LIMITS else table[column].eq(True)
        frame[column] = entries.to_numpy()[words.codes]


def _indicator_row(item: Indicator, catalogue: Catalogue) -> dict[str, object]:
    return {
        "is_status": item.kind is Kind.STATUS,
        "is_rate": item.kind is Kind.RATE,
        "is_flow": item.kind is Kind.COUNT_FLOW,
        "is_count": item.kind in (Kind.COUNT_STOCK, Kind.COUNT_FLOW),
        "is_whole": item.is_whole_number,
        "numerator_is_whole": _is_whole_part(item, item.numerator, catalogue),
        "denominator_is_whole": _is_whole_part(item, item.denominator, catalogue),
        "bound_minimum": item.bounds.minimum,
        "bound_maximum": item.bounds.maximum,
        "grows": item.non_decreasing is not NonDecreasing.NEVER,
        "grows_within_year": item.non_decreasing is NonDecreasing.WITHIN_YEAR,
        "fall_needs_reason": item.fall_needs_reason,
    }


def _is_whole_part(item: Indicator, part: Part | None, catalogue: Catalogue) -> bool:
    """A rate's parts are counts, unless the catalogue says that one is an indicator of another kind."""
    if part is None or item.kind is not Kind.RATE:
        return False
    other = catalogue.indicators.get(part.indicator or "")
    return other is None or other.is_whole_number


def _is_known_area(frame: pd.DataFrame, catalogue: Catalogue) -> pd.Series:
    """Whether the area's code exists at its level on the first day of the figure's month."""
    area, level, month = frame["area_code"], frame["area_level"], frame["period_start"]
    is_province = level == "province"
    is_known = (level == "national") & (area == NATION)
    is_known |= (level == "commune") & area.isin(list(catalogue.geography.communes))
    for day in month[is_province].dropna().unique():
        provinces = [unit.code for unit in catalogue.geography.provinces_on(day.date())]
        is_known |= is_province & (month == day) & area.isin(provinces)
    return is_known


def _add_values(frame: pd.DataFrame) -> None:
    is_rate = frame["is_rate"]
    has_value = frame["value"].notna()
    has_colour = frame["is_status"] & frame["status"].notna()
    # Where no case arose (a denominator of zero) a rate has no value: that is a figure, not a gap.
    nothing_arose = is_rate & (frame["denominator"] == 0) & ~has_value
    stated = has_colour | (~frame["is_status"] & has_value) | nothing_arose
    frame["stated_value"] = stated.astype("float64").where(stated)
    # A negative count is count_not_negative's business, not the lower bound's.
    is_zero_for_count = frame["is_count"] & (frame["bound_minimum"] == 0)
    frame["bound_minimum"] = frame["bound_minimum"].mask(is_zero_for_count)
    has_bounds = frame["bound_minimum"].notna() | frame["bound_maximum"].notna()
    frame["has_status"] = has_colour
    frame["has_rate_value"] = is_rate & has_value
    frame["has_bounded_value"] = has_bounds & has_value & ~is_rate


def _add_counts(frame: pd.DataFrame) -> None:
    import numpy as np

    is_rate = frame["is_rate"]
    value, numerator, denominator = frame["value"], frame["numerator"], frame["denominator"]
    counts = (value.where(frame["is_count"]), numerator.where(is_rate), denominator.where(is_rate))
    frame["smallest_count"] = np.fmin(np.fmin(counts[0], counts[1]), counts[2])
    frame["has_counts"] = frame["smallest_count"].notna()
    fractions = [
        (part - part.round()).abs()
        for part in (
            value.where(frame["is_whole"]),
            numerator.where(frame["numerator_is_whole"]),
            denominator.where(frame["denominator_is_whole"]),
        )
    ]
    frame["largest_fraction"] = np.fmax(np.fmax(fractions[0], fractions[1]), fractions[2])
    frame["has_whole_numbers"] = frame["largest_fraction"].notna()
    frame["has_both_parts"] = is_rate & numerator.notna() & denominator.notna()
    exact = frame["qualifier"].isna() | (frame["qualifier"] == "exact")
    frame["is_exact"] = exact
    frame["has_rate_and_parts"] = frame["has_both_parts"] & value.notna() & (denominator > 0) & exact
    frame["rate_difference"] = (value - 100 * numerator / denominator.where(denominator > 0)).abs()


def _add_register(frame: pd.DataFrame, catalogue: Catalogue) -> None:
    """Which figures were counted from a large register; what its load came to is added by ``registers/figures.py``.

    Without that they have no share of rejected rows, and break the rule that asks for it.
    """
    registers = [source.code for source in catalogue.sources.values() if source.records is not None]
    frame["has_register"] = frame["source_code"].isin(registers)
    frame["rejected_share"] = float("nan")
    frame["max_rejected_share"] = float("nan")
    frame["is_withdrawn"] = False


def _says_something(column: pd.Series) -> pd.Series:
    """Whether there is any text but blanks."""
    texts = column.cat.categories
    return column.isin(texts[texts.astype(str).str.strip() != ""])
