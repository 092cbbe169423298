"""What a figure is compared with over time: the series it belongs to, and the borders between two periods.

Series and borders are numbered, not named: two figures are compared where they carry the same number. Only
figures prepared together can be compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dx_pipeline.periods import MERGER_DATE

if TYPE_CHECKING:
    import pandas as pd

    from dx_pipeline.catalogue.loading import Catalogue

_PLACE = ["source_code", "area_code", "scope", "period_basis", "method_version"]
_SERIES = ["indicator_code", *_PLACE, "accumulates_from"]


def add_borders(frame: pd.DataFrame, catalogue: Catalogue) -> None:
    """Numbers the border between two periods: an opening figure stands after it, a closing one before it."""
    import pandas as pd

    pairs = {item.code: item.opens_with for item in catalogue.indicators.values() if item.opens_with}
    opens = frame.loc[
        frame["indicator_code"].isin(list(pairs)), ["indicator_code", *_PLACE, "area_level", "period_start"]
    ]
    closes = frame.loc[
        frame["indicator_code"].isin(list(pairs.values())),
        ["indicator_code", *_PLACE, "area_level", "period_end"],
    ]
    sides = {
        "opening_border": opens.assign(
            indicator_code=opens["indicator_code"].astype(object).map(pairs), day=opens["period_start"]
        ),
        "closing_border": closes.assign(
            indicator_code=closes["indicator_code"].astype(object),
            day=closes["period_end"] + pd.Timedelta(days=1),
        ),
    }
    # Since the merger a province's code may be another territory's: nothing is carried over that day.
    both = pd.concat(sides)
    is_carried = (both["area_level"] == "national") | (both["day"] != str(MERGER_DATE))
    borders = _numbered(both[is_carried], ["indicator_code", *_PLACE, "day"])
    for side in sides:
        frame[side] = borders.loc[side] if side in borders.index else float("nan")


def add_series(frame: pd.DataFrame) -> None:
    """Numbers the series a figure is compared in; nothing where it is not compared; and its place.

    A place is a source's area: no figure is compared with one of another place.
    Only exact figures of stocks, or of flows that say since when they accumulate, are compared. A series
    breaks at the merger of provinces and, where the catalogue says ``within_year``, at each 1 January.
    """
    accumulates = ~frame["is_flow"] | frame["accumulates_from"].notna()
    over_time = (frame["grows"] | frame["fall_needs_reason"]) & accumulates
    is_carried = frame["opening_border"].notna() | frame["closing_border"].notna()
    compared = (over_time | is_carried) & frame["is_exact"] & frame["value"].notna()
    rows = frame.loc[compared, [*_SERIES, "area_level", "period_start", "period_end", "grows_within_year"]]
    rows["year"] = rows["period_start"].dt.year.where(rows["grows_within_year"])
    rows["is_new_map"] = (rows["period_start"] >= str(MERGER_DATE)) | (rows["area_level"] == "national")
    rows["is_long"] = (rows["period_end"] - rows["period_start"]).dt.days > 31
    frame["place"] = _numbered(frame, ["source_code", "area_code"])
    frame["series"] = _numbered(rows, [*_SERIES, "year", "is_new_map", "is_long"])


def _numbered(rows: pd.DataFrame, columns: list[str]) -> pd.Series:
    """A number for each different combination of values, missing ones among them; missing where no row is."""
    return rows.groupby(columns, dropna=False, sort=False, observed=True).ngroup().astype("float64")
