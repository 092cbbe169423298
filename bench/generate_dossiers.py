"""Registers of dossiers of any size: invented, labelled as samples, the same bytes for the same arguments.

The rows are ``dossiers.sql``'s; the columns and their headings are the catalogue's. Rows are streamed, so memory
does not grow with them. Run: python -m bench.generate_dossiers --rows N --seed S --month 2025-10 --out FILE
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date
from pathlib import Path

import duckdb

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.catalogue.record_models import RecordTable
from dx_pipeline.periods import add_months, month_key, parse_month

SOURCE = "portal_dossiers"
HEADER_LINES = 1
BAD_KINDS = {  # kind -> (the rule it breaks, what is wrong)
    "received_wrong": ("register_types", "received at 32/13/2025"),
    "due_wrong": ("register_types", "due at 'chưa rõ'"),
    "flag_wrong": ("register_types", "papers digitised is 2"),
    "province_unknown": ("register_codes", "province H99"),
    "commune_unknown": ("register_codes", "commune 99999"),
    "commune_foreign": ("register_codes", "a commune of another province"),
    "channel_unknown": ("register_codes", "channel 9"),
    "level_unknown": ("register_codes", "service level MUC_3"),
    "status_unknown": ("register_codes", "status XONG"),
    "key_empty": ("register_complete", "no dossier code"),
    "procedure_empty": ("register_complete", "no procedure code"),
    "channel_empty": ("register_complete", "no channel"),
    "received_empty": ("register_complete", "not said when received"),
    "due_too_early": ("register_dates", "due before it was received"),
    "finished_too_early": ("register_dates", "finished before it was received"),
    "received_before_month": ("register_dates", "received on the last day of the month before"),
    "received_after_month": ("register_dates", "received on the first day of the month after"),
    "finished_not_done": ("register_agreement", "finished, but in progress"),
    "done_not_finished": ("register_agreement", "done, but not said when"),
    "paid_without_fee": ("register_agreement", "paid online where no fee was due"),
    "key_repeated": ("register_unique", "the row before it, once more"),
}
_FORMATS = {  # end of the name -> options of COPY
    ".csv": "FORMAT csv, HEADER, COMPRESSION none",
    ".csv.gz": "FORMAT csv, HEADER, COMPRESSION gzip",
    ".csv.zst": "FORMAT csv, HEADER, COMPRESSION zstd",
    ".parquet": "FORMAT parquet, COMPRESSION zstd",
}


@dataclass(frozen=True)
class BadRow:
    """A row that breaks a rule on purpose.

    Attributes:
        line: Its line in a CSV, the headings being line 1; in Parquet the same, so one above its position.
        rule: Code of the rule it breaks, and no other.
        kind: Key of ``BAD_KINDS``.
        what: What is wrong with it.
    """

    line: int
    rule: str
    kind: str
    what: str


def generate(path: Path, rows: int, seed: int, month: date, bad_share: float = 0.0) -> list[BadRow] | None:
    """Writes one month's register; its format is told by the file's name.

    Args:
        path: ``.csv``, ``.csv.gz``, ``.csv.zst`` or ``.parquet`` (every column text, as in the CSV).
        rows: How many dossiers.
        seed: Which invented world; dossier codes are unique over the months of one seed.
        month: First day of the month in which the dossiers were received.
        bad_share: Share of rows that break a rule on purpose, every kind in turn, evenly spread.

    Returns:
        The bad rows in the file's order; None where none were asked for.

    Raises:
        ValueError: The name says no known format, or the share is not from 0 to a half.
    """
    options = next((options for end, options in _FORMATS.items() if path.name.endswith(end)), None)
    if options is None:
        raise ValueError(f"{path.name}: name it {', '.join(_FORMATS)}")
    if not 0 <= bad_share <= 0.5:
        raise ValueError(f"a share of bad rows from 0 to 0.5, not {bad_share}")
    bad_count = int(rows * bad_share)
    stride = rows // bad_count if bad_count else 0
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute("SET preserve_insertion_order = true; SET memory_limit = '1GB'")
        connection.execute("SET enable_progress_bar = false")
        _set_up(connection, rows=rows, seed=seed, month=month, stride=stride, bad_rows=bad_count)
        connection.execute(f"COPY ({_select()}) TO '{_quoted(path)}' ({options})")
    return list(_bad_rows(bad_count, stride)) if bad_share else None


def _set_up(connection: duckdb.DuckDBPyConnection, **variables: int | date) -> None:
    """The variables of ``dossiers.sql`` and its table of communes, each as likely as the next."""
    communes = _communes(variables["month"])  # type: ignore[arg-type]
    connection.execute(
        "CREATE TABLE commune_numbers (commune_number BIGINT, commune_code VARCHAR, portal_code VARCHAR,"
        " foreign_commune VARCHAR)"
    )
    connection.executemany("INSERT INTO commune_numbers VALUES (?, ?, ?, ?)", communes)
    values = {**variables, "communes": len(communes), "kinds": list(BAD_KINDS)}
    for name, value in values.items():
        connection.execute(f"SET VARIABLE {name} = ?", [value])


def _communes(day: date) -> list[tuple[int, str, str, str]]:
    """Number, code, the province's portal code and a commune of another province, of every commune."""
    geography = load_catalogue().geography
    portal_codes = {unit.code: unit.portal_code for unit in geography.provinces_on(day)}
    communes = [unit for _, unit in sorted(geography.communes.items()) if unit.province_code in portal_codes]
    firsts = {unit.province_code: unit.code for unit in reversed(communes)}
    order = sorted(firsts)
    foreign = {code: firsts[order[number - 1]] for number, code in enumerate(order)}
    return [
        (number, unit.code, portal_codes[unit.province_code], foreign[unit.province_code])
        for number, unit in enumerate(communes)
    ]


def _select() -> str:
    """``dossiers.sql`` under the catalogue's headings, and the empty column that labels it as a sample."""
    table = records()
    columns = [f'{field} AS "{column.headings[0]}"' for field, column in table.columns.items()]
    rows = Path(__file__).with_name("dossiers.sql").read_text(encoding="utf-8")
    return f"""SELECT {", ".join(columns)}, NULL::VARCHAR AS "{table.sample_heading}" FROM ({rows})"""


def records() -> RecordTable:
    """How the catalogue describes the register."""
    table = load_catalogue().sources[SOURCE].records
    if table is None:
        raise ValueError(f"the catalogue describes no columns of {SOURCE}")
    return table


def _bad_rows(count: int, stride: int) -> Iterator[BadRow]:
    kinds = list(BAD_KINDS)
    for number in range(count):
        kind = kinds[number % len(kinds)]
        rule, what = BAD_KINDS[kind]
        yield BadRow(number * stride + stride + HEADER_LINES, rule, kind, what)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def bad_rows_file(path: Path) -> Path:
    """Where the bad rows of a register are listed: a hidden file beside it, which no landing pattern takes in."""
    return path.with_name(f".{path.name}.bad.csv")


def write_bad_rows(path: Path, bad_rows: Sequence[BadRow]) -> None:
    """The bad rows as CSV: line, rule, kind, what."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([field.name for field in fields(BadRow)])
        writer.writerows(astuple(row) for row in bad_rows)


def _month_files(out: Path, first: date, months: int) -> Iterator[tuple[Path, date]]:
    """A file per month; with more than one, ``{month}`` in the name is where the month goes."""
    if months > 1 and "{month}" not in str(out):
        raise ValueError("for several months write {month} into --out, such as dossiers-{month}.csv")
    for month in (add_months(first, number) for number in range(months)):
        yield Path(str(out).replace("{month}", month_key(month))), month


def main(arguments: Sequence[str] | None = None) -> None:
    """The command: one file, or a file per month, and beside it the list of its bad rows."""
    parser = argparse.ArgumentParser(prog="python -m bench.generate_dossiers", description=__doc__)
    parser.add_argument("--rows", type=int, required=True, help="dossiers in each month")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--month", type=parse_month, default=parse_month("2025-10"), help="YYYY-MM")
    parser.add_argument("--months", type=int, default=1, help="so many months from --month, a file each")
    parser.add_argument("--out", type=Path, required=True, help=f"a file named {', '.join(_FORMATS)}")
    parser.add_argument("--bad-share", type=float, default=0.0, help="of rows that break a rule on purpose")
    given = parser.parse_args(arguments)
    try:
        for path, month in _month_files(given.out, given.month, given.months):
            bad = generate(path, given.rows, given.seed, month, given.bad_share)
            print(f"{path}: {given.rows} rows, {path.stat().st_size / 1e6:.1f} MB")
            if bad is not None:
                write_bad_rows(bad_rows_file(path), bad)
                print(f"{bad_rows_file(path)}: {len(bad)} bad rows")
    except ValueError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
