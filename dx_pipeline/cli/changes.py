"""``dxp changes``: what differs between two published files or vintages, and accepting a difference that waits."""

from __future__ import annotations

import csv
import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from dx_pipeline.cli.console import output, show_table
from dx_pipeline.failures import PermanentError
from dx_pipeline.periods import known_moment, vietnam_day
from dx_pipeline.settings import DataDirectory

if TYPE_CHECKING:
    import click

    from dx_pipeline.publish.changes.comparison import Comparison
    from dx_pipeline.publish.queries import Row


class _ShowByDefault(TyperGroup):
    """``dxp changes A B`` is ``dxp changes show A B``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = ["show", *args]
        return super().parse_args(ctx, args)


commands = typer.Typer(
    cls=_ShowByDefault,
    help="What differs between what is published and what would be published next, or between two files.",
)


@commands.command("show")
def show(  # noqa: PLR0913, PLR0917 - one option each
    old: Annotated[
        str | None,
        typer.Argument(
            help="DuckDB file with the schema mart, or a day or moment; default: the published file"
        ),
    ] = None,
    new: Annotated[
        str | None, typer.Argument(help="Another one; default: what the working file would publish now")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Machine-readable, every difference")] = False,
    csv_file: Annotated[
        Path | None, typer.Option("--csv", help="Write every difference to this CSV file")
    ] = None,
    page: Annotated[Path | None, typer.Option("--page", help="Write the page to this HTML file")] = None,
    limit: Annotated[int, typer.Option(min=0, help="Differences to show; 0: all")] = 20,
) -> None:
    """List figures added, gone and changed, the largest change first. This is what dxp changes does.

    Exits with 1 where the working file's publication is held.
    """
    data = DataDirectory.from_environment()
    with tempfile.TemporaryDirectory() as folder:
        was, becomes = _database(old, data, Path(folder) / "old"), _database(new, data, Path(folder) / "new")
        comparison = _compare(was, becomes, data)
    if csv_file:
        _write_csv(csv_file, comparison)
    if page:
        _write_page(page, comparison, (old or data.published_file.name, new or data.warehouse.name), data)
    if as_json:
        typer.echo(json.dumps(_as_json(comparison), ensure_ascii=False, default=str, indent=1))
    else:
        _show(comparison, limit)
    if new is None and comparison.held:
        raise typer.Exit(1)


@commands.command("accept")
def accept(
    approved_by: Annotated[str, typer.Option("--by", help="Who accepts it")],
    reason: Annotated[str, typer.Option(help="Why the published figures may change")],
) -> None:
    """Accept the difference that holds publication now, as a whole; the next run publishes it."""
    from dx_pipeline.publish.changes.acceptance import write_acceptance

    data = DataDirectory.from_environment()
    comparison = _compare(None, None, data)
    path = write_acceptance(
        comparison,
        data,
        approved_by=approved_by,
        approved_on=vietnam_day(datetime.now(UTC).replace(tzinfo=None)),
        reason=reason,
    )
    output.print(
        f"{len(comparison.held)} changes accepted in {path}; now run: dxp run", markup=False, soft_wrap=True
    )


def _database(side: str | None, data: DataDirectory, folder: Path) -> Path | None:
    """The file that is named, or the published file as it was known at the moment that is named."""
    if side is None or Path(side).exists():
        return Path(side) if side else None
    try:
        moment = known_moment(side)
    except PermanentError as error:
        raise PermanentError(
            f"there is no file {side}, and it is no day or moment",
            f"Không có tệp {side}, cũng không phải thời điểm.",
        ) from error
    from dx_pipeline.catalogue.loading import load_catalogue
    from dx_pipeline.publish.as_of import publish_as_of

    return publish_as_of(data, moment, folder, catalogue=load_catalogue()).publication.path


def _compare(old: Path | None, new: Path | None, data: DataDirectory) -> Comparison:
    from dx_pipeline.publish.changes.comparison import compare
    from dx_pipeline.publish.changes.holding import limits_in_force

    for path in (old, new):
        if path is not None and not path.is_file():
            raise PermanentError(f"{path} is no file", f"{path} không phải là tệp.")
    if new is None and not data.warehouse.exists():
        raise PermanentError(
            f"nothing has been taken in yet: {data.warehouse} does not exist; run: dxp run",
            f"Chưa nhận số liệu nào: không có {data.warehouse}; hãy chạy: dxp run",
        )
    return compare(new or data.warehouse, old or data.published_file, limits_in_force(data.office()))


def _show(comparison: Comparison, limit: int) -> None:
    if comparison.is_first:
        output.print("Nothing is published yet; a first publication is never held.")
        return
    if not comparison.rows:
        output.print("Nothing is different.")
        return
    rows = comparison.figures
    lines = [line for line in comparison.summary() if line["added"] or line["gone"] or line["changed"]]
    show_table("By table and indicator", [_summary_line(line) for line in lines])
    shown = rows[: limit or None]
    show_table("\nLargest first", [_line(row) for row in shown])
    if len(rows) > len(shown):
        output.print(f"… {len(rows) - len(shown)} more: --limit 0, --csv FILE, --page FILE", markup=False)
    described = len(comparison.rows) - len(rows)
    if described:
        output.print(f"{described} figures are the same and only described otherwise (file, cell, source)")
    held = len(comparison.held)
    if held:
        ways = f'a restatement file, or: dxp changes accept --by "…" --reason "…"  ({comparison.digest[:8]})'
        output.print(
            f"{held} of them hold publication; what they need is {ways}", markup=False, soft_wrap=True
        )
    elif comparison.acceptance:
        by, on = comparison.acceptance["approved_by"], comparison.acceptance["approved_on"]
        output.print(f"Accepted by {by} on {on} ({comparison.digest[:8]})", markup=False, soft_wrap=True)


def _summary_line(line: Row) -> Row:
    names = ("added", "gone", "changed", "held")
    table = line["table_name"].removeprefix("mart.")
    return {"table": table, "indicator": line["indicator_code"], **{name: line[name] for name in names}}


def _line(row: Row) -> Row:
    from dx_pipeline.publish.changes.shown import area_of, difference_of, figure_of, period_of

    return {
        "table": row["table_name"].removeprefix("mart."),
        "change": row["change"],
        "area": area_of(row).en,
        "indicator": row["indicator_code"],
        "scope": row["scope"],
        "period": period_of(row).en,
        "old": figure_of(row, "old").en,
        "new": figure_of(row, "new").en,
        "difference": difference_of(row).en,
        "size": "" if row["size"] is None else f"x {row['size']:.2f}",
        "decision": row["decision"],
        "why": row["reason_en"],
    }


def _as_json(comparison: Comparison) -> dict[str, Any]:
    return {
        "is_first_publication": comparison.is_first,
        "held_count": len(comparison.held),
        "change_digest": comparison.digest,
        "acceptance": comparison.acceptance,
        "summary": comparison.summary(),
        "changes": [{**row, "figure_key": json.loads(row["figure_key"])} for row in comparison.rows],
    }


def _write_csv(path: Path, comparison: Comparison) -> None:
    """Every difference; with the mark that makes spreadsheets read it as UTF-8, and no cell a formula."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        rows = comparison.rows
        if rows:
            writer.writerow(rows[0])
        writer.writerows([_plain(value) for value in row.values()] for row in rows)


def _plain(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@")) else value


def _write_page(page: Path, comparison: Comparison, sides: tuple[str, str], data: DataDirectory) -> None:
    from dx_pipeline.publish.changes.page import write_changes_page

    now = datetime.now(UTC).replace(tzinfo=None)
    write_changes_page(comparison, page, office=data.office().name, sides=sides, compared_at=now)
