"""The columns that rules speak of, derived from a figure and its catalogue entry.

Which rows a rule looks at follows from the indicator's kind, unit, bounds and behaviour over time, so a
new indicator needs no code here. Values of neighbouring months are added by ``neighbours.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import yaml

from dx_pipeline.catalogue.models import Kind, NonDecreasing
from dx_pipeline.ingest.observation import NATION
from dx_pipeline.periods import MERGER_DATE
from dx_pipeline.quality.form_equations import form_equations

if TYPE_CHECKING:
    import pandas as pd

    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.models import Indicator, Part

SERIES = (
    "indicator_code",
    "area_code",
    "scope",
    "period_basis",
    "accumulates_from",
    "source_code",
    "method_version",
)
_PLACE = ["file_sha256", "source_code", "area_code", "scope", "period_start"]


def compared_indicators(catalogue: Catalogue) -> list[str]:
    """The indicators whose months are compared with each other."""
    return [
        item.code
        for item in catalogue.indicators.values()
        if item.non_decreasing is not NonDecreasing.NEVER or item.fall_needs_reason
    ] + carried_indicators(catalogue)


def carried_indicators(catalogue: Catalogue) -> list[str]:
    """The indicators that open a period with what another one closed the period before with, and those others."""
    pairs = [(item.code, item.opens_with) for item in catalogue.indicators.values() if item.opens_with]
    return sorted({code for pair in pairs for code in pair})


def prepare(figures: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Adds what the rules need to rows of ``core.observation``.

    Args:
        figures: Rows with the columns of ``core.observation``.
        catalogue: The loaded catalogue.

    Returns:
        The same rows in the same order, with the derived columns.
    """
    frame = figures.merge(
        _indicator_frame(catalogue),
        left_on="indicator_code",
        right_on="known_indicator_code",
        how="left",
        validate="many_to_one",
    )
    frame["known_area_code"] = _known_areas(frame, catalogue)
    frame["known_scope_code"] = frame["scope"].where(frame["scope"].isin(list(catalogue.scopes)))
    _add_values(frame)
    _add_counts(frame)
    _add_sums(frame)
    _add_form_equations(frame, catalogue)
    _add_carry_over(frame, catalogue)
    frame["series"] = _series(frame)
    return frame


def _indicator_frame(catalogue: Catalogue) -> pd.DataFrame:
    import pandas as pd

    columns = {
        "known_indicator_code": "object",
        "kind": "object",
        "is_count": "bool",
        "is_whole": "bool",
        "numerator_is_whole": "bool",
        "denominator_is_whole": "bool",
        "bound_minimum": "float64",
        "bound_maximum": "float64",
        "non_decreasing": "object",
        "fall_needs_reason": "bool",
    }
    rows = [_indicator_row(item, catalogue) for item in catalogue.indicators.values()]
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)


def _indicator_row(item: Indicator, catalogue: Catalogue) -> dict[str, object]:
    return {
        "known_indicator_code": item.code,
        "kind": item.kind.value,
        "is_count": item.kind in (Kind.COUNT_STOCK, Kind.COUNT_FLOW),
        "is_whole": item.is_whole_number,
        "numerator_is_whole": _is_whole_part(item, item.numerator, catalogue),
        "denominator_is_whole": _is_whole_part(item, item.denominator, catalogue),
        "bound_minimum": item.bounds.minimum,
        "bound_maximum": item.bounds.maximum,
        "non_decreasing": item.non_decreasing.value,
        "fall_needs_reason": item.fall_needs_reason,
    }


def _is_whole_part(item: Indicator, part: Part | None, catalogue: Catalogue) -> bool:
    """A rate's parts are counts, unless the catalogue says that one is an indicator of another kind."""
    if part is None or item.kind is not Kind.RATE:
        return False
    other = catalogue.indicators.get(part.indicator or "")
    return other is None or other.is_whole_number


def _known_areas(frame: pd.DataFrame, catalogue: Catalogue) -> pd.Series:
    """The area's code where it exists at its level on the first day of the figure's month, else nothing."""
    import pandas as pd

    provinces = {
        month: {unit.code for unit in catalogue.geography.provinces_on(month.date())}
        for month in frame["period_start"].dropna().unique()
    }
    found = [
        code
        if (level == "national" and code == NATION)
        or (level == "province" and code in provinces.get(month, ()))
        or (level == "commune" and code in catalogue.geography.communes)
        else None
        for code, level, month in zip(
            frame["area_code"], frame["area_level"], frame["period_start"], strict=True
        )
    ]
    return pd.Series(found, index=frame.index, dtype="object")


def _add_values(frame: pd.DataFrame) -> None:
    is_status = frame["kind"] == Kind.STATUS
    is_rate = frame["kind"] == Kind.RATE
    has_value = frame["value"].notna()
    # Where no case arose (a denominator of zero) a rate has no value: that is a figure, not a gap.
    nothing_arose = is_rate & (frame["denominator"] == 0) & ~has_value
    stated = (is_status & frame["status"].notna()) | (~is_status & has_value) | nothing_arose
    frame["stated_value"] = frame["observation_id"].where(stated)
    # A negative count is count_not_negative's business, not the lower bound's.
    is_zero_for_count = frame["is_count"].eq(True) & (frame["bound_minimum"] == 0)
    frame["bound_minimum"] = frame["bound_minimum"].mask(is_zero_for_count)
    has_bounds = frame["bound_minimum"].notna() | frame["bound_maximum"].notna()
    frame["has_status"] = is_status & frame["status"].notna()
    frame["has_rate_value"] = is_rate & has_value
    frame["has_bounded_value"] = has_bounds & has_value & ~is_rate


def _add_counts(frame: pd.DataFrame) -> None:
    import pandas as pd

    is_rate = frame["kind"] == Kind.RATE
    value, numerator, denominator = frame["value"], frame["numerator"], frame["denominator"]
    counts = pd.concat(
        [
            value.where(frame["is_count"].eq(True)),
            numerator.where(is_rate),
            denominator.where(is_rate),
        ],
        axis=1,
    )
    frame["smallest_count"] = counts.min(axis=1)
    frame["has_counts"] = frame["smallest_count"].notna()
    whole = pd.concat(
        [
            value.where(frame["is_whole"].eq(True)),
            numerator.where(frame["numerator_is_whole"].eq(True)),
            denominator.where(frame["denominator_is_whole"].eq(True)),
        ],
        axis=1,
    )
    frame["largest_fraction"] = (whole - whole.round()).abs().max(axis=1)
    frame["has_whole_numbers"] = frame["largest_fraction"].notna()
    frame["has_both_parts"] = is_rate & numerator.notna() & denominator.notna()
    exact = frame["qualifier"].fillna("exact") == "exact"
    frame["has_rate_and_parts"] = frame["has_both_parts"] & value.notna() & (denominator > 0) & exact
    frame["rate_difference"] = (value - 100 * numerator / denominator.where(denominator > 0)).abs()


@cache
def _equations() -> list[dict[str, object]]:
    text = resources.files(__package__).joinpath("equations.yaml").read_text(encoding="utf-8")
    equations: list[dict[str, object]] = yaml.safe_load(text)
    return equations


def _add_sums(frame: pd.DataFrame) -> None:
    """For each total: how far it is from the sum of its groups in the same file, area and month."""
    frame["sum_of_groups"] = float("nan")
    for equation in _equations():
        sums = _sums_of(frame, str(equation["total"]), equation["groups"])  # type: ignore[arg-type]
        frame.loc[sums.index, "sum_of_groups"] = sums
    frame["sum_difference"] = (frame["value"] - frame["sum_of_groups"]).abs()
    frame["has_all_groups"] = frame["sum_difference"].notna()


def _add_form_equations(frame: pd.DataFrame, catalogue: Catalogue) -> None:
    """For each total of a form: the sum its equations give that lies furthest from it, and how far."""
    frame["form_sum"] = float("nan")
    frame["form_difference"] = float("nan")
    for equation in form_equations(catalogue):
        rows = frame[frame["source_code"] == equation.source_code]
        sums = _sums_of(rows, equation.total, equation.parts).dropna()
        difference = (frame.loc[sums.index, "value"] - sums).abs()
        worse = difference[~(difference <= frame.loc[sums.index, "form_difference"])].index
        frame.loc[worse, "form_sum"] = sums[worse]
        frame.loc[worse, "form_difference"] = difference[worse]
    frame["has_form_equation"] = frame["form_difference"].notna()


def _sums_of(frame: pd.DataFrame, total: str, parts: Sequence[str]) -> pd.Series:
    """For each row of the indicator ``total``: the sum of ``parts`` in its file, area and period, if complete."""
    groups = frame[frame["indicator_code"].isin(parts)]
    sums = groups.groupby(_PLACE, dropna=False)["value"].agg(["sum", "count"]).reset_index()
    complete = sums[sums["count"] == len(parts)]
    totals = frame.loc[frame["indicator_code"] == total, _PLACE]
    found = totals.reset_index().merge(complete, on=_PLACE, how="left", validate="many_to_one")
    return found.set_index("index")["sum"]


def _add_carry_over(frame: pd.DataFrame, catalogue: Catalogue) -> None:
    """Names the border between two periods: an opening figure stands after it, a closing one before it."""
    import pandas as pd

    pairs = {item.code: item.opens_with for item in catalogue.indicators.values() if item.opens_with}
    opens = frame["indicator_code"].map(pairs)
    closes = frame["indicator_code"].where(frame["indicator_code"].isin(pairs.values()))
    next_day = pd.to_datetime(frame["period_end"]) + pd.Timedelta(days=1)
    place = frame["source_code"].astype(str)
    for column in ("area_code", "scope", "period_basis", "method_version"):
        place = place + "|" + frame[column].astype(str)
    frame["opening_border"] = _border(opens, place, frame["period_start"])
    frame["closing_border"] = _border(closes, place, next_day)


def _border(indicator: pd.Series, place: pd.Series, day: pd.Series) -> pd.Series:
    name = indicator.astype(str) + "|" + place + "|" + day.astype(str)
    return name.astype(object).where(indicator.notna(), None)


def _series(frame: pd.DataFrame) -> pd.Series:
    """The name of the series a figure is compared in; nothing where it is not compared.

    Only exact figures of stocks, or of flows that say since when they accumulate, are compared. A series
    breaks at the merger of provinces and, where the catalogue says ``within_year``, at each 1 January.
    """
    grows = frame["non_decreasing"].isin([NonDecreasing.ALWAYS, NonDecreasing.WITHIN_YEAR])
    accumulates = (frame["kind"] != Kind.COUNT_FLOW) | frame["accumulates_from"].notna()
    exact = frame["qualifier"].fillna("exact") == "exact"
    over_time = (grows | frame["fall_needs_reason"].eq(True)) & accumulates
    is_carried = frame["opening_border"].notna() | frame["closing_border"].notna()
    compared = (over_time | is_carried) & exact & frame["value"].notna()
    resets = frame["non_decreasing"] == NonDecreasing.WITHIN_YEAR
    year = frame["period_start"].dt.year.astype(str).where(resets, "")
    is_new_map = (frame["period_start"] >= str(MERGER_DATE)) | (frame["area_level"] == "national")
    span = (frame["period_end"] - frame["period_start"]).dt.days > 31
    name = year + "|" + is_new_map.astype(str) + "|" + span.astype(str)
    for column in SERIES:
        name = name + "|" + frame[column].astype(object).where(frame[column].notna(), "").astype(str)
    return name.astype(object).where(compared, None)
