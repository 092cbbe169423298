"""Loading one file of a register: typed rows, rejects, checks and figures, each as a Parquet file in one folder.

Nothing outside that folder changes; what is written here comes into force in ``store.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.record_models import RecordTable
from dx_pipeline.failures import CatalogueError, UnreadableFileError
from dx_pipeline.ingest.observation import NATION
from dx_pipeline.ingest.records import counting
from dx_pipeline.ingest.records.columns import RegisterColumns, Vocabulary, listed, literal
from dx_pipeline.ingest.records.engine import Say, open_engine
from dx_pipeline.ingest.records.layout import Layout, read_layout
from dx_pipeline.ingest.records.row_rules import (
    CODES,
    TYPES,
    UNIQUE,
    any_of,
    derived,
    row_tests,
    rule_of_cast,
)
from dx_pipeline.ingest.records.scripts import script
from dx_pipeline.ingest.records.staging import PARQUET, Staged, stage
from dx_pipeline.ingest.records.uniqueness import OtherRegister, find_repeated
from dx_pipeline.periods import month_end

if TYPE_CHECKING:
    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.source_models import Source
    from dx_pipeline.ingest.observation import FileStamp
    from dx_pipeline.ingest.records.engine import RegisterEngine
    from dx_pipeline.settings import Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterFile:
    """A file of a register and what is known of it.

    Attributes:
        path: Where its bytes are.
        stamp: Its receipt.
        month: First day of its month.
        area_code: The province whose rows it holds, or the nation.
    """

    path: Path
    stamp: FileStamp
    month: date
    area_code: str = NATION


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedRegister:
    """What a file gave, not in force yet.

    Attributes:
        file: The file.
        layout: How it is laid out.
        line_count: Its rows.
        row_count: Rows accepted.
        rejected_count: Rows rejected.
        figure_count: Figures in ``figures``.
        rows: Parquet of the typed rows in the file's order, rejected ones among them.
        rejects: Parquet of the rejected lines; ``position`` says which typed rows are not accepted.
        figures: Parquet of rows of ``core.observation``.
        checks: Parquet of what each rule found per province.
    """

    file: RegisterFile
    layout: Layout
    line_count: int
    row_count: int
    rejected_count: int
    figure_count: int
    rows: Path
    rejects: Path
    figures: Path
    checks: Path


def records_of(source: Source) -> RecordTable:
    """The source's columns and rules.

    Raises:
        CatalogueError: It has none.
    """
    if source.records is None:
        raise CatalogueError(f"source {source.code} has no records, which the reader records needs")
    return source.records


def load_register(  # noqa: PLR0913 - what it works on, by what rules, within what limits
    file: RegisterFile,
    folder: Path,
    *,
    source: Source,
    catalogue: Catalogue,
    limits: Engine,
    others: Sequence[OtherRegister] = (),
    say: Say = lambda _: None,
) -> LoadedRegister:
    """Types, checks and counts the rows of one file.

    Args:
        file: The file.
        folder: An empty folder for what it gives, on the disk where that will stay.
        source: A source with ``records``.
        catalogue: The loaded catalogue.
        limits: Memory, threads and temporary folder.
        others: The registers in force that no row may repeat.
        say: What to do with a line about the progress.

    Raises:
        UnreadableFileError: The file cannot be read as a whole.
        PermanentError: It does not fit into the limits.
    """
    name, columns = file.stamp.file_name, _columns(file, records_of(source), catalogue)
    targets = {part: folder / f"{part}.parquet" for part in ("rows", "rejects", "figures", "checks")}
    with open_engine(limits, folder, say) as engine:
        staged = stage(engine, file.path, name, columns, targets["rows"])
        columns = staged.columns
        _find_rejects(engine, file, staged, others)
        measures = counting.tally(engine, staged.rows, columns, file.month)
        figure_count = counting.write_figures(
            engine,
            measures,
            columns,
            targets["figures"],
            source=source,
            catalogue=catalogue,
            month=file.month,
            stamp=file.stamp,
        )
        counting.write_checks(engine, columns, targets["checks"])
        engine.run(f"COPY reject TO {literal(targets['rejects'])} ({PARQUET})")
        rejected = int(engine.run("SELECT count(DISTINCT line) FROM reject")[0][0])
    say(f"{name}: {staged.line_count - rejected} rows accepted, {rejected} rejected, {figure_count} figures")
    return LoadedRegister(
        file=file,
        layout=columns.layout,
        line_count=staged.line_count,
        row_count=staged.line_count - rejected,
        rejected_count=rejected,
        figure_count=figure_count,
        **targets,
    )


def _columns(file: RegisterFile, table: RecordTable, catalogue: Catalogue) -> RegisterColumns:
    """How the head of the file says that its columns are to be read."""
    layout = read_layout(file.path, file.stamp.file_name, table)
    vocabulary = Vocabulary.of(table, catalogue.geography, month_end(file.month))
    if not vocabulary.provinces:
        raise _no_portal_codes(file)
    return RegisterColumns(table, layout, vocabulary)


def _no_portal_codes(file: RegisterFile) -> UnreadableFileError:
    name, month = file.stamp.file_name, file.month
    return UnreadableFileError(
        f"{name}: the portal's codes of the provinces of {month:%Y-%m} are not in the catalogue (they are from 2025-07 "
        "on), so its rows belong to no province",
        f"Tệp {name}: danh mục chưa có mã định danh của các tỉnh tại tháng {month:%m/%Y} (chỉ có từ tháng 07/2025) nên "
        "không xác định được tỉnh của các dòng.",
    )


def _find_rejects(
    engine: RegisterEngine,
    file: RegisterFile,
    staged: Staged,
    others: Sequence[OtherRegister],
) -> None:
    """Fills the engine's table ``reject``."""
    columns = staged.columns
    table = columns.table
    engine.run(_code_table("commune_home", "commune", "province", columns.vocabulary.communes))
    engine.run(_code_table("province_word", "word", "code", columns.vocabulary.words[table.province]))
    engine.run(_code_table("province_shown", "code", "word", columns.vocabulary.provinces))
    province = None if file.area_code == NATION else file.area_code
    tests = list(row_tests(columns, file.month, province))
    engine.run(
        script(
            "broken_row.sql",
            rows=literal(staged.rows),
            commune=table.commune,
            derived=derived(table, file.month),
            findings=", ".join(test.finding(columns.layout.name_of(test.field)) for test in tests),
            is_broken=any_of(tests),
        ),
        label="checking rows",
    )
    find_repeated(engine, staged.rows, staged.row_count, table.key, others)
    first_line = columns.layout.header_line + 1
    engine.run(_reject_script(staged), {"first_line": first_line}, label="writing rejects")


def _code_table(name: str, first: str, second: str, pairs: Mapping[str, str]) -> str:
    keys, values = listed(pairs), listed(pairs.values())
    return f"CREATE TEMP TABLE {name} AS SELECT unnest([{keys}]) AS {first}, unnest([{values}]) AS {second}"


def _reject_script(staged: Staged) -> str:
    columns = staged.columns
    table, layout = columns.table, columns.layout
    delimiter = layout.delimiter
    return script(
        "reject.sql",
        unique_rule=UNIQUE,
        code_rule=CODES,
        type_rule=TYPES,
        key=table.key,
        key_heading=literal(layout.name_of(table.key)),
        province=table.province,
        cells=_shown_cells(columns),
        rows=literal(staged.rows),
        code_columns=f"[{', '.join(map(str, rule_of_cast(columns)))}]",
        headings=f"[{listed(layout.names)}]",
        province_column=str(layout.fields.index(table.province) + 1),
        delimiter=literal(delimiter),
        cell_pattern=literal(f'("(?:[^"]|"")*"|[^"\\{delimiter}]*)(?:\\{delimiter}|$)'),
    )


def _shown_cells(columns: RegisterColumns) -> str:
    """A typed row's cells as ``heading=value``, as SQL; the province as the file writes it."""
    table, layout = columns.table, columns.layout
    values = {field: f"CAST(row.{field} AS VARCHAR)" for field in table.columns if field in layout.fields}
    values[table.province] = "province_shown.word"
    return ", ".join(f"{literal(layout.name_of(field) + '=')} || {value}" for field, value in values.items())
