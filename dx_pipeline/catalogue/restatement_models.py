"""The shape of the files in an office's ``restatements/`` folder: what the office approved, who, when and why.

The files belong to the office, their schema to the catalogue. What they do is decided in ``quality/restatements.py``.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum

from pydantic import Field, field_validator, model_validator

from dx_pipeline.catalogue.fault_words import own_fault
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
            raise own_fault("says nothing; write it down", "để trống; cần ghi rõ")
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

    @field_validator("period", mode="before")
    @classmethod
    def _is_a_month(cls, value: object) -> object:
        try:
            parse_month(str(value))
        except ValueError as error:
            vi = f"'{value}' không phải là tháng; ghi dạng 2025-10 (số liệu quý: tháng đầu của quý)"
            raise own_fault(f"{error} (of a quarter its first month)", vi) from error
        return value

    @model_validator(mode="after")
    def _changes_something(self) -> Restatement:
        if self.action is Action.PERMIT_FALL and self.new_value >= self.old_value:
            raise own_fault(
                "permit_fall names a fall: new_value is below old_value",
                "permit_fall cho phép giảm: new_value phải nhỏ hơn old_value (giá trị tháng trước)",
            )
        if self.action is Action.PERMIT_FALL and (self.numerator, self.denominator) != (None, None):
            raise own_fault(
                "permit_fall changes no figure, so it has no numerator or denominator",
                "permit_fall không thay số liệu nên không có numerator, denominator; bỏ hai khóa này",
            )
        has_parts = self.numerator is not None or self.denominator is not None
        if self.action is Action.RESTATE and self.new_value == self.old_value and not has_parts:
            raise own_fault(
                "old_value and new_value are the same, so nothing is restated",
                "old_value và new_value giống nhau nên không có gì để điều chỉnh",
            )
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
            raise own_fault(
                "is no digest of a difference; dxp changes accept writes it",
                "không phải mã của một thay đổi; lệnh dxp changes accept ghi sẵn mã này",
            )
        return value


class RestatementFile(Entry):
    """One file of the ``restatements/`` folder."""

    is_sample: bool = Field(default=False, description="Made for a sample world: refused in a real office's")
    restatements: tuple[Restatement, ...] = ()
    accepted_changes: tuple[AcceptedChange, ...] = ()

    @model_validator(mode="after")
    def _holds_something(self) -> RestatementFile:
        if not self.model_fields_set & {"restatements", "accepted_changes"}:  # an empty list takes all back
            raise own_fault(
                "holds neither restatements nor accepted_changes",
                "không có mục nào trong restatements hoặc accepted_changes",
            )
        return self
