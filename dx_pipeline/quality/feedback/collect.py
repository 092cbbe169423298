"""Asks the working file what there is to tell about received files. Reads only; nothing is judged or drawn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources
from itertools import islice
from typing import TYPE_CHECKING, Any

from dx_pipeline.ingest.receipt import RESTATEMENT
from dx_pipeline.ingest.receive import ReceivedFile
from dx_pipeline.quality.feedback.build import Told, make_feedback
from dx_pipeline.quality.feedback.content import MAX_FIGURES, Feedback
from dx_pipeline.quality.register_rules import REGISTER_RULES

if TYPE_CHECKING:
    import duckdb

    from dx_pipeline.catalogue.loading import Catalogue

_ANSWERED = ("observed", "rejected", "duplicate")
# Files asked about in one query: their figures are in memory together.
_BATCH = 25

REGISTER_CODES = [rule.code for rule in REGISTER_RULES]
Vintage = tuple[str, datetime]


@dataclass(frozen=True, slots=True)
class Answerable:
    """A receipt that gets feedback, and where its figures are.

    Attributes:
        receipt: The receipt.
        judged: The receipt whose figures count: for the same bytes received again, the earlier one.
        replaced_by: The file that took its place, if one did.
    """

    receipt: ReceivedFile
    judged: ReceivedFile
    replaced_by: ReceivedFile | None

    @property
    def is_duplicate(self) -> bool:
        """Whether the same bytes were in force already when it came."""
        return self.receipt is not self.judged

    @property
    def vintage(self) -> Vintage:
        """What its figures are found by."""
        return self.judged.file_sha256, self.judged.received_at


def answerable(
    receipts: Sequence[ReceivedFile], months: Iterable[date] | None, *, also: Collection[str] = ()
) -> Iterator[Answerable]:
    """The receipts that have been read or refused and that are asked for.

    Args:
        receipts: Every receipt, oldest first.
        months: Files that speak of these, and refused files of no month; None for all.
        also: Files (sha256) of whatever month.
    """
    wanted = None if months is None else list(months)
    for position, receipt in enumerate(receipts):
        is_asked = wanted is None or receipt.period_start is None or receipt.speaks_of(wanted)
        if receipt.status not in _ANSWERED or not (is_asked or receipt.file_sha256 in also):
            continue
        if receipt.source_code == RESTATEMENT:  # the office's own
            continue
        judged = _judged(receipts[: position + 1], receipt)
        if judged.status in _ANSWERED:
            yield Answerable(receipt, judged, _replacement(receipts[position + 1 :], receipt))


def files_with_findings(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """The sha256 of every file against which something stands or stood."""
    rows = connection.execute("SELECT DISTINCT file_sha256 FROM quality.rejection").fetchall()
    return {row[0] for row in rows}


def _judged(history: Sequence[ReceivedFile], receipt: ReceivedFile) -> ReceivedFile:
    if receipt.status != "duplicate":
        return receipt
    same = (item for item in reversed(history) if item.file_sha256 == receipt.file_sha256)
    return next((item for item in same if item.status not in ("duplicate", "rejected")), receipt)


def _replacement(later: Sequence[ReceivedFile], receipt: ReceivedFile) -> ReceivedFile | None:
    """The last readable file that took its place, unless the same bytes came back after it."""
    found = None
    for item in later:
        if item.status == "rejected":
            continue
        if item.supersedes == receipt.file_sha256:
            found = item
        elif item.file_sha256 == receipt.file_sha256:
            found = None
    return found


def feedbacks(
    connection: duckdb.DuckDBPyConnection, asked: Iterable[Answerable], catalogue: Catalogue
) -> Iterator[Feedback]:
    """The feedback of each receipt, a few files at a time."""
    waiting = iter(asked)
    registers = [source.code for source in catalogue.sources.values() if source.records is not None]
    while batch := list(islice(waiting, _BATCH)):
        shas = sorted({item.judged.file_sha256 for item in batch})
        replaced = sorted({item.judged.file_sha256 for item in batch if item.replaced_by})
        counts = {_vintage(row): row for row in _ask(connection, "figure_counts.sql", {"shas": shas})}
        asked_figures = {"shas": shas, "most": MAX_FIGURES, "registers": registers}
        figures = _by_vintage(_ask(connection, "figures.sql", asked_figures))
        findings = _by_vintage(_ask(connection, "findings.sql", {"shas": shas, "superseded": replaced}))
        for vintage, rows in _by_vintage(
            _ask(connection, "register_findings.sql", {"shas": shas, "rules": REGISTER_CODES})
        ).items():
            findings[vintage] += rows
        loads = {row["file_sha256"]: row for row in _ask(connection, "registers.sql", {"shas": shas})}
        for item in batch:
            load = loads.get(item.judged.file_sha256)
            vintage = _vintage(load) if load else item.vintage
            told = Told(findings.get(vintage, []), figures.get(vintage, []), counts.get(vintage, {}), load)
            yield make_feedback(
                item.receipt, told, catalogue, judged=item.judged, replaced_by=item.replaced_by
            )


def feedback_of(
    connection: duckdb.DuckDBPyConnection,
    receipt: ReceivedFile,
    receipts: Sequence[ReceivedFile],
    catalogue: Catalogue,
) -> Feedback | None:
    """What there is to tell about one receipt; None while no run has read it.

    Args:
        connection: An open connection; nothing is written.
        receipt: One of ``receipts``.
        receipts: Every receipt, oldest first (``receive.known_receipts``): what was sent twice or replaced.
        catalogue: For names.
    """
    asked = [item for item in answerable(receipts, None) if item.receipt == receipt]
    return next(feedbacks(connection, asked, catalogue), None)


def _ask(
    connection: duckdb.DuckDBPyConnection, name: str, parameters: dict[str, object]
) -> list[dict[str, Any]]:
    sql = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    cursor = connection.execute(sql, parameters)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _vintage(row: Mapping[str, Any]) -> Vintage:
    return row["file_sha256"], row["vintage_at"]


def _by_vintage(rows: Iterable[dict[str, Any]]) -> dict[Vintage, list[dict[str, Any]]]:
    found: dict[Vintage, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[_vintage(row)].append(row)
    return found
