"""The ``dxp`` application: its commands, its exit codes, and how failures are told."""

from __future__ import annotations

import sys

import typer

from dx_pipeline.cli import archive, as_of, catalogue, changes, feedback, fetch, office, read, run, status
from dx_pipeline.cli.console import errors
from dx_pipeline.failures import DxError, UnreadableFileError

EXIT_FAILED = 1
EXIT_UNREADABLE = 3

app = typer.Typer(
    name="dxp",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Monthly and quarterly statistics of Vietnam's digital transformation.",
    epilog="Exit codes: 0 done, 1 failed or found fault, 2 wrong usage, 3 the file cannot be read. "
    "The data directory is DX_DATA_DIR, else ./data.",
)
app.add_typer(archive.commands, name="archive")
app.add_typer(catalogue.commands, name="catalogue")
app.add_typer(changes.commands, name="changes")
app.command("init")(office.init)
app.command("samples")(office.samples)
app.command("template")(office.template)
app.command("fetch")(fetch.fetch)
app.command("read")(read.read)
app.command("feedback")(feedback.feedback)
app.command("run")(run.run)
app.command("ui")(run.ui)
app.command("as-of")(as_of.as_of)
app.command("status")(status.status)


def main() -> None:
    """Runs ``dxp``; a failure with a known cause is one message, never a traceback."""
    try:
        app()
    except DxError as error:
        errors.print(f"[bold red]error:[/] {error.message}", highlight=False, soft_wrap=True)
        if error.message_vi != error.message:
            errors.print(error.message_vi, highlight=False, soft_wrap=True, markup=False)
        sys.exit(EXIT_UNREADABLE if isinstance(error, UnreadableFileError) else EXIT_FAILED)
    except OSError as error:
        errors.print(f"[bold red]error:[/] {error}", highlight=False)
        sys.exit(EXIT_FAILED)
