"""Which source a file belongs to: by the folder it lies in, else by what it says of itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.text import fold
from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.formats import Format, read_sheets, sniff
from dx_pipeline.ingest.formats.legacy_fonts import repair_sheets

if TYPE_CHECKING:
    from dx_pipeline.catalogue.source_models import Source

_JSON_HEAD = 256 * 1024
_ROWS = 40


def source_of_place(origin: str, sources: Mapping[str, Source]) -> Source | None:
    """The source whose landing pattern the path below the landing folder fits."""
    path = PurePosixPath(origin)
    for source in sources.values():
        folder, _, name = source.landing.partition("/**/")
        if path.is_relative_to(folder) and fnmatch(path.name, name):
            return source
    return None


def sources_of_content(path: Path, file_name: str, sources: Iterable[Source]) -> list[Source]:
    """The sources that the file's own words speak for, those with the most of their words first.

    Raises:
        UnreadableFileError: The file holds nothing that can be read.
    """
    found = fold(_words(path, file_name))
    candidates = list(sources)
    hits = {source.code: sum(fold(text) in found for text in source.recognise) for source in candidates}
    best = max(hits.values(), default=0)
    return [source for source in candidates if best and hits[source.code] == best]


def the_one_source(path: Path, file_name: str, sources: Mapping[str, Source]) -> Source:
    """The source that the file's own words name.

    Raises:
        UnreadableFileError: No source's words are in it, or those of several; says where to put the file.
    """
    found = sources_of_content(path, file_name, sources.values())
    if len(found) == 1:
        return found[0]
    folders = ", ".join(source.landing.split("/", 1)[0] for source in (found or sources.values()))
    if found:
        raise UnreadableFileError(
            f"{file_name} may be a file of several sources; put it into the folder of the right one: {folders}",
            f"Tệp {file_name} có thể thuộc nhiều nguồn; đặt tệp vào đúng thư mục của một nguồn: {folders}.",
        )
    raise UnreadableFileError(
        f"{file_name} lies in no source's folder and holds no words that tell its source; put it into one of {folders}",
        f"Tệp {file_name} không nằm trong thư mục của nguồn nào và nội dung không cho biết nguồn; đặt tệp vào một "
        f"trong các thư mục: {folders}.",
    )


def _words(path: Path, file_name: str) -> str:
    """The text in which a file names itself: the top of its sheets, or of its JSON."""
    if sniff(path, file_name) is Format.JSON:
        with path.open("rb") as stream:
            return stream.read(_JSON_HEAD).decode("utf-8", "replace")
    sheets = repair_sheets(read_sheets(path, file_name), file_name)
    return "\n".join(
        cell
        for sheet in sheets
        for cells in sheet.rows[:_ROWS]
        for cell in cells
        if isinstance(cell, str) and cell
    )
