"""Figures far from what was to be expected: from their own history, and from those of the other provinces.

Asked of the figures in force, once the ERROR rules have decided: nothing here changes a verdict. Only provinces and
the nation are looked at; a month's 65,000 figures of communes are passed over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dx_pipeline.catalogue.models import Kind
from dx_pipeline.quality.engine import evaluate
from dx_pipeline.quality.outlier_series import Series, numbered_series, series_of
from dx_pipeline.quality.outlier_wording import with_words
from dx_pipeline.quality.robust import middle_spread_of_rows, scores, spread_of_rows
from dx_pipeline.quality.rules import FLOAT_NOISE, rules_of
from dx_pipeline.warehouse.database import run_script

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import duckdb
    import numpy as np
    import pandas as pd

    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.models import Indicator
    from dx_pipeline.quality.resolution import Resolution

_NEEDED = [
    "indicator_code",
    "area_code",
    "area_level",
    "scope",
    "period_start",
    "period_end",
    "period_basis",
    "accumulates_from",
    "value",
    "source_code",
    "method_version",
    "is_sample",
    "vintage_at",
    "is_explained",
    "note",
    "revision_reason",
    "is_flow",
    "grows_within_year",
]
_SAME = 6  # decimals: far more than any source states


def judge_outliers(
    connection: duckdb.DuckDBPyConnection, resolution: Resolution, catalogue: Catalogue
) -> None:
    """Adds to the evidence what the rules about outliers say, and to the figures that break them the words for it.

    Args:
        connection: An open connection; nothing is written.
        resolution: The decisions so far; ``evidence`` and ``in_force`` are added to.
        catalogue: The limits, and the names that the words need.
    """
    figures = _figures(resolution.in_force, catalogue)
    if figures.empty:
        return
    found = look_at(connection, figures, catalogue)
    rules = rules_of("outlier")
    results = evaluate(found, rules)
    resolution.evidence.add(results)
    failed = [row for result in results for row in result.failed_rows]
    if failed:
        told = with_words(found.loc[sorted(set(failed))], found, catalogue)
        resolution.in_force = resolution.in_force.join(told)


def outlier_months(connection: duckdb.DuckDBPyConnection, months: Sequence[date]) -> set[date]:
    """The months whose standing warnings may no longer hold after what arrived for ``months``."""
    asked = {"months": list(months), "rules": [rule.code for rule in rules_of("outlier")]}
    rows = run_script(connection, __package__, "outlier_months.sql", asked)
    return {row[0] for row in rows}  # type: ignore[misc]


def look_at(
    connection: duckdb.DuckDBPyConnection, figures: pd.DataFrame, catalogue: Catalogue
) -> pd.DataFrame:
    """The figures with every column that the rules need, and what the words tell.

    Args:
        connection: For the history query.
        figures: Rows with ``_NEEDED`` and the columns of ``_choices``.
        catalogue: For the limits.
    """
    limits = catalogue.outliers
    rows = numbered_series(figures)
    series = series_of(connection, rows, limits.history.months)
    rows = rows.assign(
        level=series.level,
        before=series.before,
        change=series.level - series.before,
    )
    _beside_history(rows, series, catalogue)
    _beside_provinces(rows, series, catalogue)
    _same_values(rows, catalogue)
    return rows


def _figures(in_force: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """The exact figures of provinces and of the nation whose indicator can be unusual, and what it is asked."""
    import pandas as pd

    is_asked = in_force["is_in_scope"] & in_force["area_level"].isin(["province", "national"])
    is_asked &= in_force["is_exact"] & in_force["value"].notna()
    rows = in_force.loc[is_asked, _NEEDED]
    choices = _choices(catalogue)
    rows = rows[rows["indicator_code"].isin(choices.index)]
    place = choices.index.get_indexer(pd.Index(rows["indicator_code"]))
    chosen = {str(column): choices[column].to_numpy()[place] for column in choices}
    return rows.assign(adds_up=rows["is_flow"] & rows["accumulates_from"].notna(), **chosen)


def _choices(catalogue: Catalogue) -> pd.DataFrame:
    """By indicator: which rules are asked, and by which limits."""
    import pandas as pd

    asked = [item for item in catalogue.indicators.values() if item.can_be_unusual]
    return pd.DataFrame.from_records(
        [_choice(item, catalogue) for item in asked], index=[item.code for item in asked]
    )


def _choice(item: Indicator, catalogue: Catalogue) -> dict[str, object]:
    own, limits = item.outliers, catalogue.outliers
    smallest = own.smallest_departure if own else None
    departures = limits.smallest_departure
    if smallest is None:
        smallest = departures.count if item.is_count else departures.units.get(item.unit, 0.0)
    return {
        "is_count": item.is_count,
        "asks_history": own is None or own.history,
        "asks_provinces": own is None or own.provinces,
        "asks_same_value": own is None or own.same_value,
        "score_limit": (own.limit if own else None) or limits.robust_score.limit,
        "smallest": smallest,
        "smallest_pct": departures.flow_pct if item.kind is Kind.COUNT_FLOW else departures.stock_pct,
        "same_share_limit": limits.same_value.largest_share,
    }


def _beside_history(rows: pd.DataFrame, series: Series, catalogue: Catalogue) -> None:
    """How far each figure's change is from the usual one of its series.

    The least of three departures counts. From the usual change since the period before, and since the one before
    that: who comes back to where the series was before an odd month is not odd. From the change of all provinces in
    the same period: what all did, as in the month of Tết, is no one province's outlier.
    The spread of few changes is often small by chance: the typical spread of the provinces' series is the least.
    """
    import numpy as np

    limits = catalogue.outliers
    usual = spread_of_rows(series.earlier_changes, limits.history.minimum_changes)
    by_group = rows.assign(deviation=usual.deviation).groupby("group")
    least = catalogue.outliers.provinces.minimum
    typical, common = (
        by_group[column].transform("median").where(by_group[column].transform("count") >= least).to_numpy()
        for column in ("deviation", "change")
    )
    change = rows["change"].to_numpy()
    departure = _smallest_of(
        change - usual.median, series.level - series.before_that - 2 * usual.median, change - common
    )
    is_enough = np.isfinite(typical) | (usual.number >= limits.history.minimum_changes_alone)
    rows["history_score"] = _scored(rows, series.level, departure, np.fmax(usual.deviation, typical))
    rows["has_usual_change"] = (
        rows["asks_history"] & np.isfinite(change) & np.isfinite(usual.median) & is_enough
    )
    rows["usual_count"], rows["usual_median"] = usual.number, usual.median
    rows["usual_low"], rows["usual_high"] = usual.low, usual.high


def _beside_provinces(rows: pd.DataFrame, series: Series, catalogue: Catalogue) -> None:
    """How far each province is from the others: by its value, or by its change where the indicator is a count."""
    import numpy as np

    is_asked = (rows["asks_provinces"] & rows["group"].notna()).to_numpy()
    compared = np.where(is_asked, np.where(rows["is_count"], rows["change"], series.level), np.nan)
    group = rows["group"].fillna(-1).astype("int64").to_numpy()
    line = np.where(group >= 0, group, group.max() + 1)
    place = rows.groupby(line).cumcount().to_numpy()
    table = np.full((line.max() + 1, place.max() + 1), np.nan)
    table[line, place] = compared
    table[group.max() + 1 :] = np.nan
    usual = spread_of_rows(table, catalogue.outliers.provinces.minimum)
    deviation = np.fmax(usual.deviation, middle_spread_of_rows(table, catalogue.outliers.provinces.tail_pct))
    departure = compared - usual.median[line]
    rows["compared"] = compared
    rows["province_score"] = _scored(rows, series.level, departure, deviation[line])
    rows["has_other_provinces"] = np.isfinite(departure)
    rows["province_count"], rows["province_median"] = usual.number[line], usual.median[line]
    rows["province_low"], rows["province_high"] = usual.low[line], usual.high[line]


def _same_values(rows: pd.DataFrame, catalogue: Catalogue) -> None:
    """Which share of the provinces states exactly the value of each figure."""
    least = catalogue.outliers.same_value.minimum_provinces
    provinces = rows.groupby("group")["value"].transform("size")
    same = rows.groupby(["group", rows["value"].round(_SAME)])["value"].transform("size")
    rows["same_count"], rows["value_count"] = same, provinces
    rows["same_share"] = same / provinces
    rows["has_many_provinces"] = rows["asks_same_value"] & (provinces >= least)


def _smallest_of(*departures: np.ndarray) -> np.ndarray:
    """The smallest of the departures that are known, with its sign; NaN where the first is not known."""
    import numpy as np

    table = np.stack(departures)
    sizes = np.where(np.isfinite(table), np.abs(table), np.inf)
    smallest = np.take_along_axis(table, sizes.argmin(axis=0)[None], axis=0)[0]
    return np.where(np.isfinite(departures[0]), smallest, np.nan)


def _scored(
    rows: pd.DataFrame, level: np.ndarray, departure: np.ndarray, deviation: np.ndarray
) -> np.ndarray:
    """The robust scores; 0 where a count is off by no more things than are worth a look."""
    import numpy as np

    is_count, smallest = rows["is_count"].to_numpy(bool), rows["smallest"].to_numpy(float)
    relative = np.log1p(rows["smallest_pct"].to_numpy(float) / 100)
    with np.errstate(over="ignore", invalid="ignore"):
        things = np.abs(np.expm1(level) - np.expm1(level - departure))
    departure = np.where(is_count & (things <= smallest), 0.0, departure)
    return scores(
        departure,
        deviation,
        np.maximum(np.where(is_count, relative, smallest), FLOAT_NOISE),
        rows["score_limit"].to_numpy(float),
    )
