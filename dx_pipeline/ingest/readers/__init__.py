"""One module per format. Each offers ``read_claim`` and ``read`` with the signatures of ``Reader``."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from dx_pipeline.failures import CatalogueError, DxError, UnreadableFileError
from dx_pipeline.ingest.observation import NO_HINTS, Claim, Hints, ReadResult

if TYPE_CHECKING:
    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.source_models import Source

_READERS = (
    "bulletin",
    "csv_report",
    "portal_json",
    "portal_json_2025",
    "records",
    "register",
    "report_table",
    "workbook",
)


class Reader(Protocol):
    """What a reader module offers.

    ``path`` is where the bytes are, ``file_name`` the name they came under, ``hints`` what else is known of
    the file. Both raise ``UnreadableFileError`` when the file as a whole cannot be read.
    """

    def read_claim(
        self, path: Path, *, file_name: str, source: Source, catalogue: Catalogue, hints: Hints = NO_HINTS
    ) -> Claim:
        """Period, province and sample label, without reading the figures."""

    def read(
        self, path: Path, *, file_name: str, source: Source, catalogue: Catalogue, hints: Hints = NO_HINTS
    ) -> ReadResult:
        """Every figure, and every cell that could not become one."""


@contextmanager
def no_surprises(file_name: str) -> Iterator[None]:
    """Turns what a reader did not foresee into the rejection of that one file: its neighbours go on.

    Raises:
        UnreadableFileError: The reader failed in a way it has no words for.
    """
    try:
        yield
    except DxError:
        raise
    except Exception as error:
        raise UnreadableFileError(
            f"{file_name} was not read: the reader failed on it ({type(error).__name__}: {error}); the file is kept, "
            "please report it with the file",
            f"Không đọc được tệp {file_name}: chương trình đọc gặp lỗi ({type(error).__name__}). Tệp vẫn được lưu; "
            "đề nghị báo lỗi kèm tệp.",
        ) from error


def reader_of(source: Source) -> Reader:
    """The reader that the source's catalogue entry names.

    Raises:
        CatalogueError: There is no such reader.
    """
    if source.reader not in _READERS:
        raise CatalogueError(
            f"source {source.code} names the reader {source.reader!r}; known are {', '.join(_READERS)}"
        )
    return cast(Reader, importlib.import_module(f"{__name__}.{source.reader}"))
