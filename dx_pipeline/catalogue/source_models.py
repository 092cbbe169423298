"""The catalogue's entries for sources: who sends what, in which shape, and how it is fetched.

A source of a known shape is one YAML file and no Python: a **report** names the columns of its table and the
figures they make, a **register** names the columns of its rows and how they are counted (one of millions of rows:
``record_models.py``).
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, field_validator

from dx_pipeline.catalogue.models import Entry
from dx_pipeline.catalogue.record_models import RecordTable
from dx_pipeline.periods import FIRST_MONTH, months_between


class GateLimits(Entry):
    """The table gate's limits for one source. Operational settings, not official thresholds."""

    max_rejected_share: float = Field(ge=0, le=1)
    max_missing_share: float = Field(ge=0, le=1)


class TableColumn(Entry):
    """A column of a table: the headings it is known by."""

    headings: tuple[str, ...] = Field(
        min_length=1,
        description="Accepted headings; levels of a merged heading joined by ' > ', '* > ' before one that says "
        "enough under any group",
    )
    number: int | None = Field(default=None, description="Its number in the printed row of column numbers")
    is_required: bool = True


class ReportTable(Entry):
    """The table of a report: what its rows are, its columns, and the figures they make.

    ``offices`` are departments and communes of one province: their counts are summed to the province's
    figures, by section to those of a scope, and rows that name a commune give the commune's figures.
    ``fields`` (lines of work) are summed only. ``provinces`` and ``communes`` give one figure per row.
    """

    rows: Literal["provinces", "communes", "offices", "fields"]
    columns: dict[str, TableColumn] = Field(
        description="Field -> column. area_name, area_code, row_number, "
        "note, period and data_status have their plain meaning"
    )
    figures: dict[str, dict[Literal["value", "numerator", "denominator"], str]] = Field(
        description="Indicator -> role -> field, or a sum of fields: 'early + on_time'"
    )
    equations: tuple[str, ...] = Field(default=(), description="What each row must satisfy: 'total = a + b'")
    rates: dict[str, str] = Field(
        default_factory=dict,
        description="Field of a share that is printed beside its counts and only checked -> 'a / (a + b)'",
    )
    sections: dict[str, str] = Field(
        default_factory=dict, description="Words of a section's row -> scope of the rows below it"
    )
    blank: Literal["unknown", "zero"] = Field(
        default="unknown",
        description="What an empty cell says in a row that has other figures; an empty row never says anything",
    )


Conditions = dict[str, tuple[str, ...]]  # field -> codes of the rows that count; no field counts every row


class Timeliness(Entry):
    """How far a task is by its dates, where a row gives no word for it or only that it is still open."""

    due: str = Field(description="The field with the day it must be done by")
    completed: str | None = Field(default=None, description="The field with the day it was done")
    done: str = Field(description="The code of what was done in time, or without a due day")
    done_late: str
    in_progress: str = Field(description="Not done, and the due day has not passed on the day of the file")
    overdue: str
    open: str | None = Field(default=None, description="The code of words such as 'not done yet'")


class RegisterTable(Entry):
    """The table of a register: the columns of its rows and the rules by which they are counted.

    ``area_name`` and ``area_code`` are the columns that name each row's province; without them every row is
    the file's province. ``row_number`` and ``note`` have their plain meaning; a column that is neither a
    value nor part of the key only describes its row.
    """

    area: Literal["province", "nation"] = Field(
        default="province", description="Whose rows one file holds: a province's, or the nation's"
    )
    columns: dict[str, TableColumn]
    key: tuple[str, ...] = Field(
        default=(),
        description="The fields that together name a row, 'area' for its province; twice with the same values "
        "counts once, with others (or another name) stops the counts that would differ",
    )
    values: dict[str, dict[str, str]] = Field(
        default_factory=dict, description="Field -> word in the file -> code; '' is an empty cell"
    )
    exclusive: tuple[tuple[str, ...], ...] = Field(
        default=(), description="Columns of marks ('yes') of which a row may bear one only"
    )
    scope: str | None = Field(
        default=None,
        description="The field whose code is the scope, from its column, a section's row or the title; "
        "'' among its values is what silence means; else 'all'",
    )
    timeliness: dict[str, Timeliness] = Field(
        default_factory=dict, description="Field -> the dates behind it"
    )
    other_bodies: tuple[str, ...] = Field(
        default=(), description="First words in area_name of bodies that are no province: shown, not counted"
    )
    counts: dict[str, Conditions | tuple[Conditions, ...]] = Field(
        description="Indicator -> conditions a row meets to count; of several, the first whose columns the file has"
    )

    optional_counts: tuple[str, ...] = Field(
        default=(), description="Indicators whose columns a file may leave out without a word"
    )

    def alternatives(self, indicator_code: str) -> tuple[Conditions, ...]:
        """The conditions under which rows count for an indicator, in the order they are tried."""
        conditions = self.counts[indicator_code]
        return conditions if isinstance(conditions, tuple) else (conditions,)


class Pages(Entry):
    """How an answer is cut into pages."""

    parameter: str = Field(description="Field of the query or body that holds the page's number")
    first: int = 1
    size_parameter: str | None = None
    size: int | None = None
    items: str = Field(description="Path of the list in the answer, as data.items; an empty list ends")
    total: str | None = Field(default=None, description="Path of the number of items in all, where given")
    limit: int = Field(default=500, ge=1, description="More pages than this are an error")


class Request(Entry):
    """One request that fetches a source.

    URL, headers, query, body and file name may hold {base}, {year}, {month}, {quarter}, {day}, {from}, {to}
    and {as_of}, filled in from the period; ``placeholders.py`` says what they give.
    """

    name: str = Field(pattern=r"^[a-z0-9_]+$")
    method: Literal["GET", "POST"] = "GET"
    url: str = Field(description="May start with {base}: the address an office may set for this source")
    headers: dict[str, str] = Field(default_factory=dict)
    query: dict[str, str | int] = Field(default_factory=dict)
    body: dict[str, str | int] | None = Field(
        default=None, description="Sent as JSON; a value that is one number's placeholder is sent as a number"
    )
    file_name: str = Field(description="Name in the landing folder, with the same placeholders")
    expects: Literal["json", "csv", "xlsx", "xls", "html", "zip", "gzip"] = "json"
    pages: Pages | None = None
    checksum_header: str | None = Field(
        default=None, description="Header that carries the sha256 of the body"
    )
    max_bytes: int = Field(default=200_000_000, ge=1, description="A larger answer is refused")


class Fetch(Entry):
    """How a source is fetched over HTTP."""

    base: str = Field(description="Default address; an office overrides it in office.yaml (addresses)")
    shows: Literal["any_month", "running_month"] = Field(
        default="any_month", description="running_month: only its present state can be had, no past month"
    )
    token_variable: str | None = Field(
        default=None, description="Environment variable that holds the token, sent as Authorization: Bearer"
    )
    cookie_variable: str | None = Field(
        default=None, description="Environment variable that holds the cookies, as 'name=value; name=value'"
    )
    deadline_seconds: int = Field(
        default=900, ge=1, description="For one answer, with every attempt and wait"
    )
    requests: tuple[Request, ...] = Field(min_length=1)


class Source(Entry):
    """Who sends what, when, in which shape, and where it lands."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name_vi: str
    name_en: str
    publisher: str
    cadence: str = Field(pattern=r"^(monthly|quarterly|irregular)$")
    due_day: int | None = Field(default=None, ge=1, le=28, description="Day of the next month it is due")
    due_note: str = ""
    period_basis: str = Field(pattern=r"^(calendar|government_report)$")
    shape: str = Field(pattern=r"^(report|register)$")
    reader: str = Field(description="Name of the reader in ingest/readers")
    formats: tuple[str, ...]
    landing: str = Field(description="Glob below the landing folder")
    file_name: str | None = Field(default=None, description="Regular expression with named groups")
    method_version: str
    accumulates_from: str | None = Field(
        default=None, pattern=r"^year_start$", description="Set where every figure counts from 1 January"
    )
    expects_provinces: bool
    limits: GateLimits | None = None
    fields: dict[str, str] = Field(default_factory=dict, description="Column or JSON field -> what it means")
    ignored: dict[str, str] = Field(
        default_factory=dict, description="Field or code of a JSON answer that makes no figure -> why"
    )
    header_map: dict[str, str] = Field(default_factory=dict, description="Extra header spellings -> field")
    recognise: tuple[str, ...] = Field(
        default=(),
        description="Texts above the table (or keys of the JSON) that only this source's files have",
    )
    table: ReportTable | None = None
    register_table: RegisterTable | None = None
    records: RecordTable | None = None
    fetch: Fetch | None = None

    @property
    def is_publication(self) -> bool:
        """Whether it brings figures that others have published, against which our own are reconciled."""
        return self.reader == "bulletin"

    def months_of(self, period_start: date, period_end: date) -> list[date]:
        """The first days of the months whose run takes up a file of that period.

        A file of several months is taken up in each of them, one of a quarter in its first month: there its
        figures are filed. What was published of the time before the first month is taken up with it.
        """
        last = period_start if self.cadence == "quarterly" else period_end
        months = list(months_between(period_start, last))
        return [*months, FIRST_MONTH] if self.is_publication and last < FIRST_MONTH else months

    @field_validator("landing")
    @classmethod
    def _stays_below_landing(cls, value: str) -> str:
        if value.startswith("/") or ".." in value.split("/"):
            raise ValueError("must be a pattern below the landing folder")
        return value
