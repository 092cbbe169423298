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
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from dx_pipeline.failures import DxError, UnreadableFileError
from dx_pipeline.ingest import archive
from dx_pipeline.ingest.digests import Digests, FileState
from dx_pipeline.ingest.formats import Format, sniff, unpack
from dx_pipeline.ingest.isolation import read_apart
from dx_pipeline.ingest.observation import Claim
from dx_pipeline.ingest.reading import FileToRead, Identified, identify
from dx_pipeline.ingest.recognition import register_of_place, source_of_place
from dx_pipeline.periods import FIRST_MONTH, month_end, month_key, quarter_end, quarter_of, vietnam_day

if TYPE_CHECKING:
    import duckdb

    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.source_models import Source
    from dx_pipeline.settings import DataDirectory

INSIDE = "!/"  # bao_cao.zip!/Hà Nội.xlsx
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedFile:
    """One receipt; the columns of ``raw.received_file``."""

    file_sha256: str
    origin: str
    received_at: datetime
    size_bytes: int
    container_sha256: str | None = None
    source_code: str | None = None
    period_start: date | None = None
    period_end: date | None = None
    area_code: str | None = None
    part: str | None = None
    is_sample: bool | None = None
    status: str = "received"
    reason_vi: str | None = None
    reason_en: str | None = None
    supersedes: str | None = None

    @property
    def file_name(self) -> str:
        """The name it came under."""
        return PurePosixPath(self.origin).name

    def speaks_of(self, months: Iterable[date]) -> bool:
        """Whether any of ``months`` lies in the claimed period."""
        start, end = self.period_start, self.period_end
        return start is not None and end is not None and any(start <= month <= end for month in months)

    def months(self, sources: Mapping[str, Source]) -> list[date]:
        """The months whose run takes it up; none where it was refused."""
        source = sources.get(self.source_code or "")
        if source is None or self.period_start is None or self.period_end is None:
            return []
        return source.months_of(self.period_start, self.period_end)

    @property
    def for_the_record(self) -> dict[str, object]:
        """What the archive's record says of it."""
        names = ("source_code", "period_start", "period_end", "area_code", "part", "status", "reason_en")
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}


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


def known_receipts(connection: duckdb.DuckDBPyConnection) -> list[ReceivedFile]:
    """Every receipt so far, oldest first."""
    cursor = connection.execute("SELECT * FROM raw.received_file ORDER BY received_at, origin")
    names = [column[0] for column in cursor.description or []]
    return [ReceivedFile(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


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
    waiting = [item for item in kept if not item.problem and not item.is_container]
    told = read_apart(identify, [FileToRead(item.path, item.receipt.origin) for item in waiting], catalogue)
    found = dict(zip((id(item) for item in waiting), told, strict=True))
    publications = {source.code for source in catalogue.sources.values() if source.is_publication}
    history = list(known)
    for item in kept:
        answer = item.problem or found.get(id(item))
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
        history.append(receipt)
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
            supersedes=_superseded(history, receipt.origin, None),
        )
    claimed = replace(receipt, source_code=answer.source_code, **asdict(answer.claim))
    supersedes = _superseded(history, receipt.origin, claimed)
    return replace(
        claimed,
        status="duplicate" if _in_force(history, receipt.file_sha256) else "received",
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


def _in_force(history: Sequence[ReceivedFile], sha256: str) -> bool:
    """Whether this content has been received and nothing has taken its place since."""
    in_force = False
    for receipt in history:
        if receipt.supersedes == sha256:
            in_force = False
        elif receipt.file_sha256 == sha256 and receipt.status != "rejected":
            in_force = True
    return in_force


def _superseded(history: Sequence[ReceivedFile], origin: str, claimed: ReceivedFile | None) -> str | None:
    """The newest file from the same place, or for the same source, province, period and part."""
    for receipt in reversed(history):
        if receipt.origin == origin:
            return receipt.file_sha256
        if claimed and claimed.area_code and _claim_of(receipt) == _claim_of(claimed):
            return receipt.file_sha256
    return None


def _claim_of(receipt: ReceivedFile) -> tuple[object, ...]:
    return (
        receipt.source_code,
        receipt.area_code,
        receipt.period_start,
        receipt.period_end,
        receipt.part,
    )
