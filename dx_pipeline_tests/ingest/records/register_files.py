"""Registers of dossiers for tests: good rows, rows spoiled in one known way, files of every format.

The rows are invented. What a spoiled row must be rejected for stands beside what spoils it.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import zstandard

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.catalogue.record_models import RecordTable
from dx_pipeline.catalogue.source_models import Source
from dx_pipeline.ingest.observation import NATION, FileStamp
from dx_pipeline.ingest.records.load import LoadedRegister, RegisterFile, load_register
from dx_pipeline.ingest.records.uniqueness import OtherRegister
from dx_pipeline.settings import Engine

SOURCE_CODE = "portal_dossiers"
MONTH = date(2025, 10, 1)
SMALL = Engine(memory_limit="500MB", threads=2)
FORMATS = (".csv", ".csv.gz", ".csv.zst", ".parquet")
VINTAGE = datetime(2025, 11, 5, 8)  # noqa: DTZ001

Row = dict[str, str]
"""Field of the catalogue -> cell as it is written; '' is empty."""


def source() -> Source:
    """The register as the catalogue describes it."""
    return load_catalogue().sources[SOURCE_CODE]


def table() -> RecordTable:
    """Its columns and rules."""
    found = source().records
    assert found
    return found


def heading(field: str) -> str:
    """The first heading a field is known by, which every file here is written with."""
    return table().columns[field].headings[0]


@cache
def places() -> list[tuple[str, str, str]]:
    """Portal code, province and a commune of it, of every province."""
    geography = load_catalogue().geography
    communes = {unit.province_code: unit.code for _, unit in sorted(geography.communes.items(), reverse=True)}
    return [
        (unit.portal_code, unit.code, communes[unit.code])
        for unit in geography.provinces_on(MONTH)
        if unit.portal_code
    ]


def good_row(number: int, month: date = MONTH, **cells: str) -> Row:
    """A row that breaks no rule; ``number`` tells its code and varies the rest."""
    portal_code, _, commune = places()[number % len(places())]
    received = datetime(month.year, month.month, 1 + number % 27, 7 + number % 10, number % 60)  # noqa: DTZ001
    is_done = number % 3 != 0
    return {
        "dossier_code": f"{month:%y%m}-{number:07d}",
        "procedure_code": f"1.{number % 6000:06d}",
        "province": portal_code,
        "commune": commune if number % 4 else "",
        "channel": str(1 + number % 4),
        "service_level": ("FULL", "PARTIAL", "NONE")[number % 3],
        "received_at": str(received),
        "due_at": str(received + timedelta(days=number % 9)) if number % 11 else "",
        "finished_at": str(received + timedelta(days=number % 13)) if is_done else "",
        "status": "DA_CO_KET_QUA" if is_done else "DANG_XU_LY",
        "papers_digitised": str(number % 2),
        "result_digitised": str(int(is_done and number % 5 > 0)),
        "data_reused": str(int(number % 7 == 0)),
        "fee_due": str(int(number % 2 == 0)),
        "paid_online": str(int(number % 6 == 0)),
        "satisfaction": ("", "HAI_LONG", "BINH_THUONG")[number % 3],
        **cells,
    }


def foreign_commune(row: Mapping[str, str]) -> str:
    """A commune of another province than the row's."""
    portal_codes = [code for code, _, _ in places()]
    return places()[portal_codes.index(row["province"]) - 1][2]


@dataclass(frozen=True)
class Spoil:
    """One way to spoil a row.

    Attributes:
        change: The cells it gives to a good row.
        breaks: Rule and field of everything that the spoiled row is rejected for.
        hides_province: Whether the row's province can no longer be told.
    """

    change: Callable[[Row], Row]
    breaks: frozenset[tuple[str, str]]
    hides_province: bool = False


def _spoil(rule: str, field: str, *, hides_province: bool = False, **cells: str) -> Spoil:
    return Spoil(lambda _: cells, frozenset({(rule, field)}), hides_province)


TYPES, CODES, COMPLETE = "register_types", "register_codes", "register_complete"
DATES, AGREEMENT, UNIQUE = "register_dates", "register_agreement", "register_unique"
OPEN = {"status": "DANG_XU_LY", "finished_at": ""}
DONE = {"status": "DA_CO_KET_QUA"}
NO_FEE = {"fee_due": "0", "paid_online": "1"}

SPOILS: dict[str, Spoil] = {
    "received unreadable": _spoil(TYPES, "received_at", received_at="32/13/2025"),
    "due unreadable": _spoil(TYPES, "due_at", due_at="chưa rõ"),
    "finished unreadable": _spoil(TYPES, "finished_at", finished_at="2025-02-30 08:00:00"),
    "flag unreadable": _spoil(TYPES, "papers_digitised", papers_digitised="2"),
    "province unknown": _spoil(CODES, "province", province="H99", hides_province=True),
    "commune unknown": _spoil(CODES, "commune", commune="99999"),
    "commune of another province": Spoil(
        lambda row: {"commune": foreign_commune(row)}, frozenset({(CODES, "commune")})
    ),
    "channel unknown": _spoil(CODES, "channel", channel="9"),
    "level unknown": _spoil(CODES, "service_level", service_level="MUC_3"),
    "status unknown": _spoil(CODES, "status", status="XONG"),
    "satisfaction unknown": _spoil(CODES, "satisfaction", satisfaction="TUYET_VOI"),
    "no dossier code": _spoil(COMPLETE, "dossier_code", dossier_code=""),
    "blank dossier code": _spoil(COMPLETE, "dossier_code", dossier_code="   "),
    "no procedure": _spoil(COMPLETE, "procedure_code", procedure_code=""),
    "no province": _spoil(COMPLETE, "province", province="", hides_province=True),
    "no channel": _spoil(COMPLETE, "channel", channel=""),
    "no level": _spoil(COMPLETE, "service_level", service_level=""),
    "no status": _spoil(COMPLETE, "status", status=""),
    "not said when received": _spoil(COMPLETE, "received_at", received_at=""),
    "no flag": _spoil(COMPLETE, "data_reused", data_reused=""),
    "due before received": _spoil(DATES, "due_at", due_at="2025-09-30 23:59:59"),
    "finished before received": _spoil(DATES, "finished_at", finished_at="2025-09-30 23:59:59", **DONE),
    "received the month before": _spoil(DATES, "received_at", received_at="2025-09-30 23:59:59"),
    "received the month after": _spoil(
        DATES, "received_at", received_at="2025-11-01 00:00:00", due_at="", **OPEN
    ),
    "finished but in progress": _spoil(
        AGREEMENT, "status", finished_at="2025-10-31 10:00:00", status="DANG_XU_LY"
    ),
    "done but not finished": _spoil(AGREEMENT, "finished_at", finished_at="", **DONE),
    "paid without a fee": _spoil(AGREEMENT, "fee_due", **NO_FEE),
    "several rules": Spoil(
        lambda row: {"dossier_code": "", "commune": foreign_commune(row), "due_at": "2025-09-01", **NO_FEE},
        frozenset(
            {(COMPLETE, "dossier_code"), (CODES, "commune"), (DATES, "due_at"), (AGREEMENT, "fee_due")}
        ),
    ),
    "several types": Spoil(
        lambda _: {"channel": "9", "due_at": "hôm qua", "fee_due": "đủ"},
        frozenset({(CODES, "channel"), (TYPES, "due_at"), (TYPES, "fee_due")}),
    ),
}


class Reject(NamedTuple):
    """A line of ``rejects``: what the tests compare."""

    line: int
    rule: str
    heading: str | None
    province: str | None
    repeats_line: int | None = None
    repeats_month: date | None = None


def spoiled_row(number: int, kind: str, month: date = MONTH) -> Row:
    """A good row with one thing wrong."""
    row = good_row(number, month)
    return {**row, **SPOILS[kind].change(row)}


def rejects_of(number: int, kind: str, line: int) -> list[Reject]:
    """What ``spoiled_row`` must be rejected for when it stands in a line."""
    spoil = SPOILS[kind]
    province = None if spoil.hides_province else places()[number % len(places())][1]
    return [Reject(line, rule, heading(field), province) for rule, field in spoil.breaks]


def write(path: Path, rows: Iterable[Row | str], **options: Any) -> Path:
    """Writes a register in the format its name tells.

    Args:
        path: Ends with one of ``FORMATS``.
        rows: Rows, and texts to be written as lines of their own ('' is an empty one; not in Parquet).
        options: Those of ``text_of``.
    """
    if path.suffix == ".parquet":
        return _write_parquet(path, list(rows), **options)  # type: ignore[arg-type]
    data = text_of(rows, **options).encode("utf-8")
    packed = {".gz": gzip.compress, ".zst": zstandard.ZstdCompressor().compress}.get(path.suffix)
    path.write_bytes(packed(data) if packed else data)
    return path


def text_of(
    rows: Iterable[Row | str],
    *,
    fields: Sequence[str] | None = None,
    headings: Mapping[str, str] | None = None,
    above: Sequence[str] = (),
    delimiter: str = ",",
    line_end: str = "\n",
    quoting: int = csv.QUOTE_MINIMAL,
    is_ended: bool = True,
) -> str:
    """A register as text.

    Args:
        rows: As for ``write``.
        fields: Its columns; the catalogue's where none are given.
        headings: Field -> heading, where it is not the first one of the catalogue.
        above: Lines before the headings.
        delimiter: Between cells.
        line_end: After lines.
        quoting: One of csv's.
        is_ended: Whether the last line ends.
    """
    names = list(fields or table().columns)
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator=line_end, quoting=quoting)  # type: ignore[arg-type]
    buffer.writelines(line + line_end for line in above)
    writer.writerow([(headings or {}).get(name) or heading_or(name) for name in names])
    for row in rows:
        if isinstance(row, str):
            buffer.write(row + line_end)
        else:
            writer.writerow([row.get(name, "") for name in names])
    text = buffer.getvalue()
    return text if is_ended else text.removesuffix(line_end)


def heading_or(name: str) -> str:
    """The heading of a field, or the name itself where the catalogue knows no such field."""
    return heading(name) if name in table().columns else name


def _write_parquet(path: Path, rows: Sequence[Row], *, types: Mapping[str, str] | None = None) -> Path:
    """Every column a text unless ``types`` says otherwise; '' is null."""
    names = list(table().columns)
    kinds = {name: (types or {}).get(name, "VARCHAR") for name in names}
    columns = ", ".join(
        f"CAST(nullif(unnest(${name}), '') AS {kind}) AS \"{heading(name)}\"" for name, kind in kinds.items()
    )
    with duckdb.connect(":memory:") as connection:
        connection.execute(
            f"COPY (SELECT {columns}) TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE 2048)",
            {name: [row[name] for row in rows] for name in names},
        )
    return path


def stamp(sha256: str = "0" * 64, vintage: datetime = VINTAGE, name: str = "ho_so.csv") -> FileStamp:
    """A receipt."""
    return FileStamp(file_sha256=sha256, file_name=name, source_code=SOURCE_CODE, vintage_at=vintage)


def load(path: Path, month: date = MONTH, area_code: str = NATION, **options: Any) -> LoadedRegister:
    """Loads a file into a new folder beside it. ``options`` are those of ``load_register``."""
    number = sum(1 for _ in path.parent.glob("loaded-*"))
    folder = path.parent / f"loaded-{number}"
    folder.mkdir()
    file = RegisterFile(path=path, stamp=stamp(name=path.name), month=month, area_code=area_code)
    given = {"source": source(), "catalogue": load_catalogue(), "limits": SMALL, **options}
    return load_register(file, folder, **given)


def as_other(loaded: LoadedRegister) -> OtherRegister:
    """A load as another month's, whose rows must not be repeated."""
    return OtherRegister(loaded.file.month, loaded.rows, loaded.rejects)


def read_rows(path: Path, sql: str = "SELECT * FROM read_parquet(?)") -> list[tuple[Any, ...]]:
    """The rows of a Parquet file."""
    with duckdb.connect(":memory:") as connection:
        return connection.execute(sql, [str(path)]).fetchall()


def rejects(loaded: LoadedRegister) -> list[Reject]:
    """The rejects of a load, in order."""
    names = ", ".join(Reject._fields)
    return sorted(
        (Reject(*row) for row in read_rows(loaded.rejects, f"SELECT {names} FROM read_parquet(?)")), key=str
    )


def expected(*found: Iterable[Reject]) -> list[Reject]:
    """Rejects in the same order."""
    return sorted((item for part in found for item in part), key=str)


def figures(loaded: LoadedRegister) -> dict[tuple[str, str, str], tuple[float, float | None, float | None]]:
    """Indicator, area and scope -> value, numerator and denominator."""
    sql = "SELECT indicator_code, area_code, scope, value, numerator, denominator FROM read_parquet(?)"
    return {row[:3]: row[3:] for row in read_rows(loaded.figures, sql)}  # type: ignore[misc]


def checks(loaded: LoadedRegister) -> dict[tuple[str, str], tuple[int, int]]:
    """Province and rule -> rows evaluated and failed."""
    sql = "SELECT area_code, rule, evaluated_count, failed_count FROM read_parquet(?)"
    return {row[:2]: row[2:] for row in read_rows(loaded.checks, sql)}  # type: ignore[misc]


def numbered(rows: Iterable[Any], first_line: int) -> Iterator[tuple[int, Any]]:
    """Rows with their lines."""
    return enumerate(rows, start=first_line)
