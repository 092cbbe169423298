"""The shape of profile.yaml: where made-up series start and how they move."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

PROFILE = Path(__file__).with_name("profile.yaml")


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    level: tuple[float, float]


class CountProfile(_Entry):
    """A count and its growth in per cent a month."""

    per_commune: bool = False
    growth_pct: float = 0.0


class RateProfile(_Entry):
    """A rate, its step in points a month, and what it is a share of."""

    step: float
    of: str | None = None
    share_pct: float = Field(default=100, gt=0, le=100)
    per_commune: float = 1


class Profile(BaseModel):
    """Everything in profile.yaml; ``other_*`` serves indicators that it does not name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    counts: dict[str, CountProfile]
    other_counts: CountProfile
    rates: dict[str, RateProfile]
    other_rates: RateProfile


@cache
def load_profile() -> Profile:
    """The shipped profile."""
    return Profile.model_validate(yaml.safe_load(PROFILE.read_text(encoding="utf-8")))
