"""The catalogue's entries for registers at national scale: one row per thing, millions of rows a month.

Such a file is never read row by row: its columns and their codes become types and conditions of SQL. How
small registers (task lists, service lists) are described is ``RegisterTable``'s business.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dx_pipeline.catalogue.models import Entry

Conditions = dict[str, tuple[str, ...]]  # field -> codes of the rows that count; no field counts every row
PRESENT = "present"
YES, NO = "yes", "no"
"""The codes of a flag; ``present`` is a condition on any column: its cell is not empty."""


class RecordColumn(Entry):
    """A column of the register: the headings it is known by, and what its cells hold."""

    headings: tuple[str, ...] = Field(min_length=1)
    type: Literal["text", "code", "moment", "flag", "whole"] = Field(
        description="text: any; code: a word of ``values``, a province or a commune; moment: day and time; "
        "flag: yes or no; whole: a whole number within ``minimum`` and ``maximum``"
    )
    is_required: bool = Field(default=True, description="Whether a file without the column is refused")
    may_be_empty: bool = False
    minimum: int | None = None
    maximum: int | None = None


class Implication(Entry):
    """A row that says one thing must say the other: paid online only where a fee was due."""

    when: Conditions
    then: Conditions


class Progress(Entry):
    """How far a row is on the last day of its month, told by its own moments: a field with four codes."""

    due: str
    finished: str
    on_time: str = Field(description="Code of a row finished by the last day, not after it was due")
    late: str = Field(description="Code of a row finished by the last day, after it was due")
    in_time: str = Field(description="Code of a row not finished by then and not due before")
    overdue: str = Field(description="Code of a row not finished by then that was due")


class RateConditions(Entry):
    """What a rate counts: the denominator's rows, and among them the numerator's."""

    numerator: Conditions
    denominator: Conditions


class RecordLimits(Entry):
    """Operational settings of a register, not official thresholds."""

    max_rejected_share: float = Field(
        ge=0, le=1, description="Of a province's rows in a month; beyond it the province's month is refused"
    )
    max_volume_change: float = Field(
        gt=0, description="Share by which a province's rows may differ from the month before without a word"
    )


class RecordTable(Entry):
    """The columns of a large register, the rules its rows must keep, and how they are counted.

    A row whose commune is given belongs to an office of that commune. Counts are made per province (scope
    ``all``), per province over the rows with a commune (scope ``commune_scope``) and per commune.
    """

    columns: dict[str, RecordColumn]
    key: str = Field(description="The field that names a row, once in all months")
    moment: str = Field(description="The field whose moment lies in the month of the file")
    province: str = Field(description="The field with the portal's code of the province")
    commune: str = Field(description="The field with the code of the commune; empty for a province's office")
    commune_scope: str
    values: dict[str, dict[str, str]] = Field(description="Field -> word in the file -> code")
    flags: dict[str, Literal["yes", "no"]] = Field(description="Word of a flag in the file -> yes or no")
    moment_formats: tuple[str, ...] = Field(
        min_length=1, description="How moments may be written (strftime); one file keeps to one of them"
    )
    order: tuple[tuple[str, str], ...] = Field(
        default=(), description="Pairs of moments of which the first is not after the second"
    )
    implications: tuple[Implication, ...] = ()
    progress: dict[str, Progress] = Field(
        default_factory=dict, description="Name of a derived field -> the moments behind it"
    )
    sample_heading: str = Field(
        description="Heading of an empty column that labels the whole file as sample data"
    )
    limits: RecordLimits
    counts: dict[str, Conditions] = Field(
        default_factory=dict, description="Indicator -> conditions a row meets to count"
    )
    rates: dict[str, RateConditions] = Field(
        default_factory=dict, description="Indicator -> what it divides by what"
    )
