"""What is done to one received file, away from everything else: which source it is of, what it says.

These functions run in a reading process (``isolation.py``): their arguments and results are plain data.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, TypedDict

from dx_pipeline.failures import DxError, UnreadableFileError
from dx_pipeline.ingest.guard import check_file
from dx_pipeline.ingest.observation import (
    Claim,
    FileStamp,
    Hints,
    ReadResult,
    observation_frame,
    unread_cell_frame,
)
from dx_pipeline.ingest.period_text import ReportedPeriod, parse_reported_period
from dx_pipeline.ingest.placement import hints_of
from dx_pipeline.ingest.readers import no_surprises, reader_of
from dx_pipeline.ingest.recognition import register_of, source_of_place, sources_of_content, the_one_source
from dx_pipeline.periods import month_end, month_label, quarter_label

if TYPE_CHECKING:
    import pandas as pd

    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.source_models import Source


@dataclass(frozen=True, slots=True)
class FileToRead:
    """A file as it is handed to a reading process.

    Attributes:
        path: Where its bytes are.
        origin: Where it came from; its name and folders are hints.
        source_code: The source it is known to be of; None asks its place, then its content.
        told_period: The period a person gave for it, as people write one.
        told_area: The province a person gave for it, a code or a name.
        stamp: Its receipt, where its figures are wanted.
    """

    path: Path
    origin: str
    source_code: str | None = None
    told_period: str | None = None
    told_area: str | None = None
    stamp: FileStamp | None = None

    @property
    def file_name(self) -> str:
        """The name it came under."""
        return PurePosixPath(self.origin).name


class _Known(TypedDict):
    """The keyword arguments of a reader."""

    file_name: str
    source: Source
    catalogue: Catalogue
    hints: Hints


@dataclass(frozen=True, slots=True)
class Identified:
    """What a file claims to be."""

    source_code: str
    claim: Claim


@dataclass(frozen=True, slots=True)
class FiguresRead:
    """A file's figures and unread cells, as rows of their tables; ``tables`` has those of others by name."""

    source_code: str
    claim: Claim
    observations: pd.DataFrame
    unread_cells: pd.DataFrame
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)


def identify(file: FileToRead, catalogue: Catalogue) -> Identified:
    """The file's source and what it claims.

    Raises:
        UnreadableFileError: It cannot be read as a whole, or nothing tells its source or period.
    """
    with _opened(file, catalogue) as source:
        claim = reader_of(source).read_claim(file.path, **_known_of(file, source, catalogue))
    return Identified(source.code, claim)


def read_figures(file: FileToRead, catalogue: Catalogue) -> FiguresRead:
    """Everything the file gives. Its ``stamp`` says which receipt the rows belong to.

    Raises:
        UnreadableFileError: As ``identify``.
    """
    with _opened(file, catalogue) as source:
        result = _read(file, source, catalogue)
    if file.stamp is None:
        raise ValueError("figures are read for a receipt: the file needs its stamp")
    stamp = replace(file.stamp, source_code=source.code)
    return FiguresRead(
        source.code,
        result.claim,
        observation_frame(result, stamp),
        unread_cell_frame(result, stamp),
        {name: frame.assign(**asdict(stamp)) for name, frame in result.tables.items()},
    )


@contextmanager
def _opened(file: FileToRead, catalogue: Catalogue) -> Iterator[Source]:
    """The source of a file that the guard lets through; whatever goes wrong with it is said of that file."""
    with no_surprises(file.origin):
        placed = source_of_place(file.origin, catalogue.sources)
        with _named_if_misplaced(file, placed, catalogue) if placed else nullcontext():
            check_file(file.path, file.origin, is_register=_is_register(file, catalogue))
        source = _source(file, catalogue)
        with _named_if_misplaced(file, source, catalogue):
            yield source


def _is_register(file: FileToRead, catalogue: Catalogue) -> bool:
    """Whether it is a register at national scale, of which only the head is read here."""
    if file.source_code:
        return catalogue.sources[file.source_code].records is not None
    return register_of(file.path, file.origin, catalogue.sources) is not None


def _read(file: FileToRead, source: Source, catalogue: Catalogue) -> ReadResult:
    return reader_of(source).read(file.path, **_known_of(file, source, catalogue))


def _known_of(file: FileToRead, source: Source, catalogue: Catalogue) -> _Known:
    """What a reader is told besides the bytes."""
    return {
        "file_name": file.file_name,
        "source": source,
        "catalogue": catalogue,
        "hints": _hints(file, source, catalogue),
    }


def _source(file: FileToRead, catalogue: Catalogue) -> Source:
    if file.source_code:
        return catalogue.sources[file.source_code]
    if placed := source_of_place(file.origin, catalogue.sources):
        return placed
    try:
        return the_one_source(file.path, file.origin, catalogue.sources)
    except UnreadableFileError:
        if found := _source_that_reads(file, catalogue):
            return found
        raise


def _source_that_reads(file: FileToRead, catalogue: Catalogue) -> Source | None:
    """The only source, if there is one, as whose file it gives more figures than as any other's."""
    figures: dict[str, int] = {}
    for source in catalogue.sources.values():
        if source.records:  # known by their headings, or not at all
            continue
        with suppress(Exception), no_surprises(file.origin):
            figures[source.code] = _count_figures(file, source, catalogue)
    best = max(figures.values(), default=0)
    found = [code for code, count in figures.items() if count == best]
    return catalogue.sources[found[0]] if best > 0 and len(found) == 1 else None


def _count_figures(file: FileToRead, source: Source, catalogue: Catalogue) -> int:
    """How many figures the file gives as one of the source, less the cells that could not be read."""
    result = _read(file, source, catalogue)
    return len(result.observations) + sum(map(len, result.blocks)) - len(result.unread_cells)


def _hints(file: FileToRead, source: Source, catalogue: Catalogue) -> Hints:
    """What a person said, else what the file's place says; a month alone is one of the source's own basis.

    Raises:
        UnreadableFileError: What the person said is no period or no province.
    """
    placed = hints_of(file.origin, catalogue)
    period = placed.period
    if file.told_period:
        period = _told_period(file, source)
    elif period and period.accumulates_from is None and period.as_of == period.period_end:
        is_month = period.period_end == month_end(period.period_start)
        label = month_label(period.period_start) if is_month else quarter_label(period.period_start)
        period = parse_reported_period(label.vi, basis=source.period_basis)
    area = placed.area_code
    if file.told_area:
        day = period.period_end if period else date.today()  # noqa: DTZ011 - any day since the merger
        area = catalogue.geography.resolve(file.told_area, day).code
    return Hints(period=period, area_code=area, is_certain=bool(file.told_period or file.told_area))


def _told_period(file: FileToRead, source: Source) -> ReportedPeriod:
    found = parse_reported_period(file.told_period, basis=source.period_basis)
    if found is None:
        raise UnreadableFileError(
            f"{file.told_period!r} is not a period; write 2025-10, «Quý III/2025» or 15/09/2025-14/10/2025",
            f"«{file.told_period}» không phải là kỳ số liệu; ghi 2025-10, «Quý III/2025» hoặc 15/09/2025-14/10/2025.",
        )
    return found


@contextmanager
def _named_if_misplaced(file: FileToRead, source: Source, catalogue: Catalogue) -> Iterator[None]:
    """Says which source a file seems to be of, where it cannot be read as one of its folder's."""
    try:
        yield
    except UnreadableFileError as error:
        try:
            likely = sources_of_content(file.path, file.origin, catalogue.sources.values())
        except DxError:
            raise error from None
        if not likely or source in likely:
            raise
        code, name = likely[0].code, likely[0].name_vi
        raise UnreadableFileError(
            f"{error.message} (by its content it is a file of {code}; if so, put it into that source's folder)",
            f"{error.message_vi} (Theo nội dung, tệp có vẻ thuộc nguồn «{name}»; nếu đúng, đặt vào thư mục {code}.)",
        ) from error
