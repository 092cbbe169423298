"""The shape of the files in an office's ``restatements/`` folder: what the office approved, who, when and why.

The files belong to the office, their schema to the catalogue. What they do is decided in ``quality/restatements.py``.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum

from pydantic import Field, field_validator, model_validator

from dx_pipeline.catalogue.models import Entry
from dx_pipeline.periods import parse_month

_DIGEST = re.compile(r"[0-9a-f]{64}")


class Action(StrEnum):
    """What an entry does."""

    RESTATE = "restate"  # another value in the place of the one that is named
    PERMIT_FALL = "permit_fall"  # the value named is true although it is below the month before


class Approval(Entry):
    """Who approved it, when, and why: all three are needed."""

    approved_by: str = Field(min_length=1, description="Name and position, or the body that decided")
    approved_on: date = Field(description="Day of the decision")
    reason: str = Field(min_length=1, description="Why, in words that the revision log can show")

    @field_validator("approved_by", "reason")
    @classmethod
    def _says_something(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("says nothing; write it down")
        return value.strip()


class Restatement(Approval):
    """One approved figure.

    ``old_value`` is what must be found, else the entry does nothing and says so: with ``restate`` the figure
    that the source sent, with ``permit_fall`` the figure of the month before it that it falls from.
    """

    action: Action
    indicator: str = Field(description="Indicator code")
    area: str = Field(description="Province or commune code on that day; VN is the nation")
    period: str = Field(description="First month of the period the figure is filed under: 2025-10")
    source: str = Field(default="provincial_submission", description="Source that sent the figure")
    scope: str = "all"
    period_basis: str = Field(default="calendar", pattern=r"^(calendar|government_report)$")
    accumulates_from: date | None = Field(
        default=None, description="First day the figure counts, where it is cumulative"
    )
    old_value: float = Field(allow_inf_nan=False)
    new_value: float = Field(
        allow_inf_nan=False, description="The restated value; with permit_fall the value permitted"
    )
    numerator: float | None = Field(default=None, description="Of a restated rate")
    denominator: float | None = Field(default=None, description="Of a restated rate")

    @field_validator("period")
    @classmethod
    def _is_a_month(cls, value: str) -> str:
        parse_month(value)
        return value

    @model_validator(mode="after")
    def _changes_something(self) -> Restatement:
        if self.action is Action.PERMIT_FALL and self.new_value >= self.old_value:
            raise ValueError("permit_fall names a fall: new_value is below old_value")
        if self.action is Action.PERMIT_FALL and (self.numerator, self.denominator) != (None, None):
            raise ValueError("permit_fall changes no figure, so it has no numerator or denominator")
        has_parts = self.numerator is not None or self.denominator is not None
        if self.action is Action.RESTATE and self.new_value == self.old_value and not has_parts:
            raise ValueError("old_value and new_value are the same, so nothing is restated")
        return self

    @property
    def month(self) -> date:
        """The first day of the month the figure is filed under."""
        return parse_month(self.period)


class AcceptedChange(Approval):
    """A difference between two published files that the office accepts as it is."""

    change: str = Field(description="Digest of the difference, as dxp changes names it")

    @field_validator("change")
    @classmethod
    def _is_a_digest(cls, value: str) -> str:
        if not _DIGEST.fullmatch(value):
            raise ValueError("is no digest of a difference; copy the one that dxp changes shows")
        return value


class RestatementFile(Entry):
    """One file of the ``restatements/`` folder."""

    is_sample: bool = Field(default=False, description="Made for a sample world: refused in a real office's")
    restatements: tuple[Restatement, ...] = ()
    accepted_changes: tuple[AcceptedChange, ...] = ()

    @model_validator(mode="after")
    def _holds_something(self) -> RestatementFile:
        if not self.restatements and not self.accepted_changes:
            raise ValueError("holds neither restatements nor accepted_changes")
        return self
