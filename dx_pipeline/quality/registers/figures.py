"""What the load behind a figure came to, beside the figure: its province's rejected rows, and whether it was replaced.

A month of a register has some 65,000 figures: provinces and loads are numbered, and looked up in a small matrix.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dx_pipeline.quality.register_rules import REJECTS_WITHIN_LIMIT
from dx_pipeline.quality.registers.profile import UNREADABLE

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.quality.registers.settling import Settled

_LOAD = ["source_code", "period_start", "file_sha256", "vintage_at"]


def add_loads(figures: pd.DataFrame, settled: Settled, profile: pd.DataFrame, catalogue: Catalogue) -> None:
    """Fills the columns of ``columns.prepare`` that speak of a figure's load.

    Args:
        figures: Prepared figures; ``rejected_share``, ``max_rejected_share`` and ``is_withdrawn`` are set for those
            that were counted from a register. A share is the larger of the province's and of the share of the
            file's rows whose province cannot be read.
        settled: The decisions over the loads.
        profile: What ``profile_of`` gave.
        catalogue: For the provinces of communes.
    """
    rows = figures.loc[figures["has_register"], [*_LOAD, "area_code", "figure"]]
    if rows.empty or settled.loads.empty:
        return
    load, province = _load_of(rows, settled.loads), _province_of(rows["area_code"], catalogue)
    shares = profile.pivot(index="load", columns="province_code", values="rejected_share")
    limits = profile.groupby("load")["max_rejected_share"].first()
    own = _looked_up(shares, load, province)
    unreadable = load.map(shares[UNREADABLE])
    figures.loc[rows.index, "rejected_share"] = own.where(~(own < unreadable), unreadable)
    figures.loc[rows.index, "max_rejected_share"] = load.map(limits)
    in_place = settled.in_place.pivot(index="load", columns="province_code", values="place")
    figures.loc[rows.index, "is_withdrawn"] = _is_withdrawn(
        rows["figure"], load, _looked_up(in_place, load, province)
    )


def by_province(figures: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Figures for counting: those of a register's communes under their province, others as they are.

    A month has 3,300 communes: that many lines per rule would say nothing that its province's does not.
    """
    is_register = figures["has_register"]
    if not is_register.any():
        return figures
    provinces = _province_of(figures["area_code"].astype("category"), catalogue)
    areas = figures["area_code"].astype(object).where(~is_register, provinces)
    return figures.assign(area_code=areas.astype("category"))


def without_load(figures: pd.DataFrame) -> dict[str, str]:
    """Why the limit on rejected rows could not be asked of all figures; empty where it could."""
    unknown = figures[figures["has_register"] & figures["is_in_scope"] & figures["rejected_share"].isna()]
    if unknown.empty:
        return {}
    first = unknown.iloc[0]
    reason = (
        f"{first['file_name']}: no count of rows for area {first['area_code']}, {len(unknown)} figures in all"
    )
    return {REJECTS_WITHIN_LIMIT: reason}


def _load_of(rows: pd.DataFrame, loads: pd.DataFrame) -> pd.Series:
    """The number of each figure's load; missing where there is none."""
    texts = {"source_code": object, "file_sha256": object}
    numbers = loads[_LOAD].assign(load=loads.index.astype("float64"))
    found = (
        rows[_LOAD].astype(texts).merge(numbers.astype(texts), on=_LOAD, how="left", validate="many_to_one")
    )
    return found["load"].set_axis(rows.index)


def _province_of(areas: pd.Series, catalogue: Catalogue) -> pd.Series:
    """The province of each area: its own code, or that of a commune's province."""
    communes = catalogue.geography.communes
    words = areas.cat.categories
    codes = [communes[word].province_code if word in communes else word for word in words]
    return areas.astype(object).map(dict(zip(words, codes, strict=True)))


def _looked_up(table: pd.DataFrame, load: pd.Series, province: pd.Series) -> pd.Series:
    """The table's value for each load and province; missing where it has none."""
    import numpy as np
    import pandas as pd

    rows, columns = table.index.get_indexer(pd.Index(load)), table.columns.get_indexer(pd.Index(province))
    # Whatever is not there has the number -1, and finds the border.
    values = np.pad(table.to_numpy(dtype="float64"), ((0, 1), (0, 1)), constant_values=np.nan)
    return pd.Series(values[rows, columns], index=load.index)


def _is_withdrawn(figure: pd.Series, load: pd.Series, place: pd.Series) -> np.ndarray:
    """Whether a newer load counts for the province and no longer has the figure."""
    is_older = load < place
    if not is_older.any():
        return is_older.to_numpy()
    still_there = figure[load == place]
    return (is_older & ~figure.isin(still_there)).to_numpy()
