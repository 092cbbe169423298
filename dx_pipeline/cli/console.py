"""Where the command line writes: results to standard output, progress and errors to standard error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date

import typer
from rich import box
from rich.console import Console
from rich.measure import Measurement
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from dx_pipeline.periods import months_between, parse_month

output = Console(soft_wrap=True)
errors = Console(stderr=True, soft_wrap=True)


@contextmanager
def progress(description: str) -> Iterator[Progress]:
    """A progress bar on standard error."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors) as bar:
        bar.add_task(description, total=None)
        yield bar


def show_table(title: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Rows as a table of plain lines, as wide as they need to be; nothing where there are none."""
    if not rows:
        return
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name in rows[0]:
        table.add_column(name, no_wrap=True)
    for row in rows:
        table.add_row(*(Text("" if value is None else str(value)) for value in row.values()))
    wide = max(output.width, Measurement.get(output, output.options.update(width=500), table).maximum)
    Console(width=wide).print(table)


def show_findings(title: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Findings as two lines each: rule, cell and text, then the message."""
    if not rows:
        return
    output.print(f"\n{title}", style="bold")
    for row in rows:
        output.print(Text(f"{row['rule']}  {row['cell']}  «{row['text']}»", style="red"), soft_wrap=True)
        output.print(Text(f"    {row['message']}"), soft_wrap=True)


def month_argument(text: str) -> date:
    """A month given as ``2025-10``.

    Raises:
        typer.BadParameter: It is not one.
    """
    try:
        return parse_month(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def months_argument(text: str) -> list[date]:
    """The months of ``2025-10`` or ``2025-07..2025-12``, ascending.

    Raises:
        typer.BadParameter: It is neither.
    """
    first, _, last = text.partition("..")
    start = month_argument(first)
    end = month_argument(last) if last else start
    if end < start:
        raise typer.BadParameter(f"{text}: the range ends before it starts")
    return list(months_between(start, end))
