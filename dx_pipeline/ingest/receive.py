"""Receiving: every arriving file is archived, told apart by source, and recorded.

An archive (zip, gzip) is kept as it came, and each file in it is received like any other. Where files come
from is ``landing``'s business, reading their figures is ``observe``'s.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from dx_pipeline.failures import DxError, UnreadableFileError
from dx_pipeline.ingest import archive
from dx_pipeline.ingest.digests import Digests, FileState
from dx_pipeline.ingest.formats import Format, sniff, unpack
from dx_pipeline.ingest.isolation import read_apart
from dx_pipeline.ingest.observation import Claim
from dx_pipeline.ingest.reading import FileToRead, Identified, identify
from dx_pipeline.ingest.receipt import ReceivedFile, in_force, known_receipts, superseded
from dx_pipeline.ingest.recognition import register_of_place, source_of_place
from dx_pipeline.ingest.restatement_receipt import is_restatement, restatement_receipt
from dx_pipeline.periods import FIRST_MONTH, month_end, month_key, quarter_end, quarter_of, vietnam_day

if TYPE_CHECKING:
    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.source_models import Source
    from dx_pipeline.settings import DataDirectory

__all__ = ["Arrival", "ReceivedFile", "check_period", "is_container", "known_receipts", "receive"]

INSIDE = "!/"  # bao_cao.zip!/Hà Nội.xlsx
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file to be received: where it is now, where it came from, when."""

    path: Path
    origin: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class _Kept:
    """An arrival in the archive, and why it cannot be told apart, where that is known already."""

    receipt: ReceivedFile
    path: Path
    problem: DxError | None = None
    is_container: bool = False


def receive(
    arriving: Iterable[Arrival],
    known: Sequence[ReceivedFile],
    data: DataDirectory,
    catalogue: Catalogue,
) -> list[ReceivedFile]:
    """Archives each arriving file and says what it claims to be.

    An ``office.yaml`` that is not valid is an error before any file is taken in.
    """
    office, arriving = data.office(), list(arriving)
    kept = _keep_all(arriving, data, catalogue)
    waiting = [
        item
        for item in kept
        if not (item.problem or item.is_container or is_restatement(item.receipt.origin))
    ]
    told = read_apart(identify, [FileToRead(item.path, item.receipt.origin) for item in waiting], catalogue)
    found = dict(zip((id(item) for item in waiting), told, strict=True))
    publications = {source.code for source in catalogue.sources.values() if source.is_publication}
    history = list(known)
    batch_at = arriving[0].received_at if arriving else None
    for item in kept:
        answer = item.problem or found.get(id(item))
        if is_restatement(item.receipt.origin):
            receipt = restatement_receipt(
                item.receipt, item.path, history, catalogue, is_sample_world=office.is_sample_world
            )
        else:
            receipt = _receipt(
                item, answer, history, publications=publications, is_sample_world=office.is_sample_world
            )
        if receipt.status == "rejected" and not receipt.source_code:
            placed = source_of_place(receipt.origin, catalogue.sources)
            receipt = replace(receipt, source_code=placed.code if placed else None)
        archive.note(
            data.archive,
            receipt.file_sha256,
            origin=receipt.origin,
            received_at=receipt.received_at,
            batch=arriving[0].received_at.isoformat(),
            **receipt.for_the_record,
        )
        history.append(replace(receipt, batch_at=batch_at))
    return history[len(known) :]


def _keep_all(arriving: Sequence[Arrival], data: DataDirectory, catalogue: Catalogue) -> list[_Kept]:
    """Archives everything; what each landed file holds is remembered, so that nobody reads it again to know."""
    archive.remove_abandoned(data.archive)
    digests, kept = Digests.of_office(data), []
    for arrival in arriving:
        before = FileState.of(arrival.path)
        items = list(_keep(arrival, data.archive, catalogue.sources))
        if arrival.path.is_relative_to(data.landing):
            digests.note(arrival.path, arrival.origin, before, items[0].receipt.file_sha256)
        kept += items
    digests.save()
    return kept


def is_container(kind: Format, *, is_register: bool) -> bool:
    """Whether there are files to take out of a file; a large register stays compressed as it came."""
    return kind is Format.ZIP or (kind is Format.GZIP and not is_register)


def _keep(arrival: Arrival, folder: Path, sources: Mapping[str, Source]) -> Iterator[_Kept]:
    """Archives the file, and the files inside it."""
    stored = _store(arrival, folder, None)
    if is_restatement(arrival.origin):
        yield stored
        return
    is_register = register_of_place(arrival.origin, sources) is not None
    try:
        kind = sniff(stored.path, arrival.origin, is_register=is_register)
    except DxError as error:
        yield replace(stored, problem=error)
        return
    if not is_container(kind, is_register=is_register):
        yield stored
        return
    inside = Path(tempfile.mkdtemp(prefix="dxp-unpacked-"))
    try:
        members = list(unpack(stored.path, arrival.origin, inside, keep_gzip=is_register))
        yield replace(stored, is_container=True)
        for number, member in enumerate(members, start=1):
            moment = arrival.received_at + number * _MICROSECOND
            found = Arrival(member.path, arrival.origin + INSIDE + member.name, moment)
            yield _store(found, folder, stored.receipt.file_sha256)
    except DxError as error:
        yield replace(stored, problem=error)
    finally:
        shutil.rmtree(inside, ignore_errors=True)


def _store(arrival: Arrival, folder: Path, container: str | None) -> _Kept:
    from dx_pipeline.ingest.http import fetch_record

    facts: dict[str, object] = {"container": container} if container else {}
    if fetched := fetch_record(arrival.path):
        facts["fetched"] = asdict(fetched)
    kept = archive.store(
        arrival.path, folder, origin=arrival.origin, received_at=arrival.received_at, **facts
    )
    receipt = ReceivedFile(
        file_sha256=kept.sha256,
        origin=arrival.origin,
        received_at=arrival.received_at,
        size_bytes=kept.size_bytes,
        container_sha256=container,
    )
    return _Kept(receipt, kept.path)


def _receipt(
    item: _Kept,
    answer: Identified | DxError | None,
    history: Sequence[ReceivedFile],
    *,
    publications: set[str],
    is_sample_world: bool,
) -> ReceivedFile:
    receipt = item.receipt
    if item.is_container:
        return replace(receipt, status="unpacked")
    try:
        if isinstance(answer, DxError):
            raise answer
        if answer is None:
            raise ValueError(f"{receipt.origin} was neither identified nor refused")
        _check_world(answer.claim, receipt.origin, is_sample_world=is_sample_world)
        is_publication = answer.source_code in publications
        check_period(
            answer.claim, receipt.origin, vietnam_day(receipt.received_at), is_publication=is_publication
        )
    except DxError as error:
        return replace(
            receipt,
            source_code=answer.source_code if isinstance(answer, Identified) else None,
            status="rejected",
            reason_en=error.message,
            reason_vi=error.message_vi,
            supersedes=superseded(history, receipt.origin, None),
        )
    claimed = replace(receipt, source_code=answer.source_code, **asdict(answer.claim))
    supersedes = superseded(history, receipt.origin, claimed)
    return replace(
        claimed,
        status="duplicate" if in_force(history, receipt.file_sha256) else "received",
        supersedes=None if supersedes == receipt.file_sha256 else supersedes,
    )


def _check_world(claim: Claim, origin: str, *, is_sample_world: bool) -> None:
    if claim.is_sample and not is_sample_world:
        raise UnreadableFileError(
            f"{origin} is labelled as sample data, and this data directory holds an office's own figures; "
            "if it is a real submission, set its data status to CHÍNH THỨC and send it again",
            f"Tệp {origin} ghi là DỮ LIỆU MẪU, không nhận vào kho số liệu thật. Nếu là số liệu thật, sửa "
            "«Tình trạng số liệu» thành CHÍNH THỨC rồi gửi lại.",
        )


def check_period(claim: Claim, origin: str, today: date, *, is_publication: bool = False) -> None:
    """No run ever takes up a month outside the partitions, so such a file must not wait in silence.

    What was published of earlier months is taken in: it is taken up with the first one.

    Raises:
        UnreadableFileError: With the months that are taken in.
    """
    is_quarter = claim.period_end == quarter_end(quarter_of(claim.period_start))
    latest = quarter_end(quarter_of(today)) if is_quarter else month_end(today)
    is_too_early = claim.period_end < FIRST_MONTH and not is_publication
    if is_too_early or claim.period_start > today or claim.period_end > latest:
        is_too_late = claim.period_end >= FIRST_MONTH
        spoken = month_key(claim.period_end if is_too_late else claim.period_start)
        first = month_key(FIRST_MONTH)
        raise UnreadableFileError(
            f"{origin} speaks of {spoken}; months from {first} to the running one are taken in. Correct its period "
            "and send it again",
            f"Tệp {origin} là số liệu kỳ {spoken}; chỉ nhận các kỳ từ {first} đến tháng hiện tại. Đề nghị sửa kỳ số "
            "liệu và gửi lại.",
        )
