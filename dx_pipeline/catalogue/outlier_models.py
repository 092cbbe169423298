"""What the checks for outliers go by: the limits in ``outliers.yaml``, and what an indicator says otherwise.

A warning only asks somebody to look; none of these limits rejects a figure or holds a month back.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class _Entry(BaseModel):
    """As every catalogue entry: frozen, no unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RobustScore(_Entry):
    """How far from the median is too far, in scaled median absolute deviations."""

    limit: float = Field(gt=0)
    source: str = Field(min_length=1)


class History(_Entry):
    """When a series says enough about itself."""

    months: int = Field(ge=2, le=120, description="How many months back are looked at")
    minimum_changes: int = Field(
        ge=3, description="Fewest earlier changes of a series whose spread other provinces' series confirm"
    )
    minimum_changes_alone: int = Field(ge=3, description="The same of a series with nothing to confirm it")


class Provinces(_Entry):
    """When provinces say enough about each other."""

    minimum: int = Field(ge=3, description="Fewest provinces that are compared with each other")
    tail_pct: float = Field(
        gt=0, lt=50, description="More than so many per cent of them on one side are a group, no outliers"
    )


class SameValue(_Entry):
    """When one value is stated too often."""

    minimum_provinces: int = Field(ge=3, description="Fewest provinces among which it is asked")
    largest_share: float = Field(
        gt=0, lt=1, description="The share of provinces that may state the same value"
    )


class SmallestDeparture(_Entry):
    """Departures up to these are never told of, however steady a series or however alike the provinces are."""

    count: float = Field(
        ge=0, description="Of counts, in number; this and the per cent must both be exceeded"
    )
    stock_pct: float = Field(gt=0, description="Of counts of what there is, in per cent of the expected one")
    flow_pct: float = Field(gt=0, description="The same of counts of what happened in a period")
    units: dict[str, float] = Field(description="Of everything else, by unit code")


class OutlierLimits(_Entry):
    """Everything the three rules go by, for every indicator that says nothing else."""

    robust_score: RobustScore
    history: History
    provinces: Provinces
    same_value: SameValue
    smallest_departure: SmallestDeparture


class OutlierChoice(_Entry):
    """What one indicator says otherwise: which rules do not suit it, and limits of its own."""

    history: bool = Field(default=True, description="Compared with its own months")
    provinces: bool = Field(default=True, description="Compared with the other provinces")
    same_value: bool = Field(default=True, description="Asked whether all provinces state the same")
    limit: float | None = Field(default=None, gt=0, description="In place of robust_score.limit")
    smallest_departure: float | None = Field(
        default=None, ge=0, description="In its unit (of counts: in number), in place of smallest_departure"
    )
    reason: str = Field(min_length=1, description="Why the general limits do not suit it")
