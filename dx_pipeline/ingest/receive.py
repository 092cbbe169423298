"""Receiving: every new file in the landing folder is archived, told apart by source, and recorded.

Reading its figures is ``observe``'s business. Nothing in the landing folder is moved, changed or deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from dx_pipeline.failures import DxError, UnreadableFileError
from dx_pipeline.ingest.archive import sha256_of, store
from dx_pipeline.ingest.guard import check_file
from dx_pipeline.ingest.observation import Claim
from dx_pipeline.ingest.readers import no_surprises, reader_of
from dx_pipeline.periods import FIRST_MONTH, month_key, months_between, vietnam_day

if TYPE_CHECKING:
    import duckdb

    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.source_models import Source
    from dx_pipeline.settings import DataDirectory, Office

_IGNORED = ("~$*", ".*", "*.part", "*.tmp", "*.crdownload", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedFile:
    """One receipt; the columns of ``raw.received_file``."""

    file_sha256: str
    origin: str
    received_at: datetime
    size_bytes: int
    source_code: str | None = None
    period_start: date | None = None
    period_end: date | None = None
    area_code: str | None = None
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


@dataclass(frozen=True, slots=True)
class LandedFile:
    """A file of the landing folder that has not been received in this content yet."""

    path: Path
    origin: str
    sha256: str


def known_receipts(connection: duckdb.DuckDBPyConnection) -> list[ReceivedFile]:
    """Every receipt so far, oldest first."""
    cursor = connection.execute("SELECT * FROM raw.received_file ORDER BY received_at, origin")
    names = [column[0] for column in cursor.description or []]
    return [ReceivedFile(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def scan_landing(landing: Path, known: Sequence[ReceivedFile]) -> list[LandedFile]:
    """The files whose content is not the last one received from their place, in the order they were written."""
    last_sha = {receipt.origin: receipt.file_sha256 for receipt in known}
    found: list[tuple[float, LandedFile]] = []
    for path in _files(landing):
        origin = _text(path.relative_to(landing).as_posix())
        sha256 = sha256_of(path)
        if last_sha.get(origin) != sha256:
            found.append((path.stat().st_mtime, LandedFile(path, origin, sha256)))
    return [landed for _, landed in sorted(found, key=lambda item: (item[0], item[1].origin))]


def _text(name: str) -> str:
    """A file name as text that can be stored; bytes that are no UTF-8 are written out."""
    return name.encode("utf-8", "backslashreplace").decode()


def _files(landing: Path) -> Iterator[Path]:
    for path in sorted(landing.rglob("*")):
        is_plain = path.is_file() and not path.is_symlink()
        if is_plain and not any(fnmatch(part, pattern) for part in path.parts[-1:] for pattern in _IGNORED):
            yield path


def claimed_months(file: LandedFile, catalogue: Catalogue) -> Iterator[date]:
    """The months a landed file speaks of; none where it cannot be read: receiving it records why."""
    source = source_for(file.origin, catalogue.sources)
    if source is None:
        return
    try:
        check_file(file.path, file.origin)
        with no_surprises(file.origin):
            claim = reader_of(source).read_claim(
                file.path, file_name=file.path.name, source=source, catalogue=catalogue
            )
    except DxError:
        return
    yield from months_between(claim.period_start, claim.period_end)


def receive(
    landed: Sequence[LandedFile],
    known: Sequence[ReceivedFile],
    data: DataDirectory,
    catalogue: Catalogue,
    received_at: datetime,
) -> list[ReceivedFile]:
    """Archives each landed file and says what it claims to be.

    An ``office.yaml`` that is not valid is an error before any file is taken in.

    Receipts of one call are a microsecond apart, in the order the files were written, so that of two files
    for the same figures the later one is the later vintage.
    """
    history = list(known)
    office = data.office()
    for number, file in enumerate(landed):
        at = received_at + timedelta(microseconds=number)
        receipt = _receive_one(
            file, history, archive=data.archive, office=office, catalogue=catalogue, received_at=at
        )
        history.append(receipt)
    return history[len(known) :]


def _receive_one(  # noqa: PLR0913 - one receipt needs the file, the office and what came before
    file: LandedFile,
    history: Sequence[ReceivedFile],
    *,
    archive: Path,
    office: Office,
    catalogue: Catalogue,
    received_at: datetime,
) -> ReceivedFile:
    kept = store(file.path, archive, origin=file.origin, received_at=received_at)
    basics = {
        "file_sha256": kept.sha256,
        "origin": file.origin,
        "received_at": received_at,
        "size_bytes": kept.size_bytes,
    }
    source = source_for(file.origin, catalogue.sources)
    try:
        if source is None:
            raise _no_source(file.origin, catalogue.sources)
        check_file(kept.path, file.origin)
        with no_surprises(file.origin):
            claim = reader_of(source).read_claim(
                kept.path, file_name=PurePosixPath(file.origin).name, source=source, catalogue=catalogue
            )
        _check_world(claim, file.origin, is_sample_world=office.is_sample_world)
        _check_period(claim, file.origin, vietnam_day(received_at))
    except DxError as error:
        return ReceivedFile(
            **basics,  # type: ignore[arg-type]
            source_code=source.code if source else None,
            status="rejected",
            reason_en=error.message,
            reason_vi=error.message_vi,
            supersedes=_superseded(history, file.origin, None, None),
        )
    supersedes = _superseded(history, file.origin, source.code, claim)
    return ReceivedFile(
        **basics,  # type: ignore[arg-type]
        **asdict(claim),
        source_code=source.code,
        status="duplicate" if _in_force(history, kept.sha256) else "received",
        supersedes=None if supersedes == kept.sha256 else supersedes,
    )


def source_for(origin: str, sources: dict[str, Source]) -> Source | None:
    """The source whose landing pattern the path below the landing folder fits."""
    path = PurePosixPath(origin)
    for source in sources.values():
        folder, _, name = source.landing.partition("/**/")
        if path.is_relative_to(folder) and fnmatch(path.name, name):
            return source
    return None


def _no_source(origin: str, sources: dict[str, Source]) -> UnreadableFileError:
    patterns = ", ".join(source.landing for source in sources.values())
    return UnreadableFileError(
        f"{origin} fits no source's landing pattern; put it where its source lands: {patterns}",
        f"Tệp {origin} không thuộc thư mục của nguồn nào. Đặt tệp đúng chỗ: {patterns}.",
    )


def _check_world(claim: Claim, origin: str, *, is_sample_world: bool) -> None:
    if claim.is_sample and not is_sample_world:
        raise UnreadableFileError(
            f"{origin} is labelled as sample data, and this data directory holds an office's own figures; "
            "if it is a real submission, set its data status to CHÍNH THỨC and send it again",
            f"Tệp {origin} ghi là DỮ LIỆU MẪU, không nhận vào kho số liệu thật. Nếu là số liệu thật, sửa "
            "«Tình trạng số liệu» thành CHÍNH THỨC rồi gửi lại.",
        )


def _check_period(claim: Claim, origin: str, today: date) -> None:
    """No run ever takes up a month outside the partitions, so such a file must not wait in silence."""
    if claim.period_end < FIRST_MONTH or claim.period_start > today:
        spoken, first = month_key(claim.period_start), month_key(FIRST_MONTH)
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


def _superseded(
    history: Sequence[ReceivedFile], origin: str, source_code: str | None, claim: Claim | None
) -> str | None:
    """The newest file from the same place, or for the same source, province and period."""
    for receipt in reversed(history):
        same_claim = (
            claim is not None
            and claim.area_code is not None
            and (receipt.source_code, receipt.area_code, receipt.period_start, receipt.period_end)
            == (source_code, claim.area_code, claim.period_start, claim.period_end)
        )
        if receipt.origin == origin or same_claim:
            return receipt.file_sha256
    return None
