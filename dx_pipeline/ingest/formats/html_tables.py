"""Tables of an HTML page, which web software saves as ``.xls``: each table one sheet, words around it kept.

The cells of a table are in ``html_cells``. A table of words alone, such as the block of the motto or of the
signatures, and text between tables belong to the sheet of the next table (at the end: the last), as Excel
shows them, because titles and periods stand there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree, html

from dx_pipeline.ingest.formats.decoding import decode
from dx_pipeline.ingest.formats.grid import laid_out
from dx_pipeline.ingest.formats.html_cells import (
    Grid,
    hidden_classes,
    table_grid,
    visible_lines,
    visible_parts,
)
from dx_pipeline.ingest.formats.refusals import reading, refused
from dx_pipeline.ingest.formats.sheet import Merge, Sheet
from dx_pipeline.ingest.guard import check_text_table

_OPEN, _CLOSED = re.compile(r"<table\b", re.IGNORECASE), re.compile(r"</table\s*>", re.IGNORECASE)
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_NUMBER = re.compile(r"[^\w]*\d[\d.,\s]*[^\w]*")


def read_html(path: Path, file_name: str) -> list[Sheet]:
    """The page's tables as sheets ``Bảng 1``, ``Bảng 2`` and so on.

    Raises:
        UnreadableFileError: It is too large, cannot be decoded, or stops in the middle of a table.
    """
    check_text_table(path, file_name)
    with reading(file_name, "readable HTML table", "bảng HTML"):
        text = _DECLARATION.sub("", decode(path.read_bytes(), file_name), count=1).replace("\0", "")
        _check_whole(text, file_name)
        parser = html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
        page = html.document_fromstring(text.encode("utf-8"), parser=parser)
        _check_depth(parser, file_name)
        blocks = _Page(hidden_classes(page), file_name).blocks(page)
        return [_sheet(block, f"Bảng {number}", file_name) for number, block in enumerate(blocks, 1)]


def _check_whole(text: str, file_name: str) -> None:
    opened = max((match.start() for match in _OPEN.finditer(text)), default=-1)
    if not _CLOSED.search(text, max(opened, 0)):
        raise refused(
            file_name,
            "it stops in the middle of a table (there is no </table> at the end); export and send it again",
            "tệp bị cắt giữa bảng (thiếu </table> ở cuối). Đề nghị xuất lại và gửi lại.",
        )


def _check_depth(parser: html.HTMLParser, file_name: str) -> None:
    """The parser drops without a word what is nested deeper than it goes."""
    if any("depth" in entry.message for entry in parser.error_log):
        raise refused(
            file_name,
            "its tables are nested too deep; open it in Excel or LibreOffice and save it as .xlsx",
            "bảng lồng nhau quá sâu. Đề nghị mở bằng Excel hoặc LibreOffice, lưu dạng .xlsx rồi gửi lại.",
        )


def _sheet(grid: Grid, name: str, file_name: str) -> Sheet:
    rows = laid_out(grid.rows, file_name, name)
    return Sheet(name, rows, tuple(grid.merges), frozenset(grid.hidden_columns), frozenset(grid.hidden_rows))


@dataclass(slots=True)
class _Page:
    """The walk over one page."""

    hidden: frozenset[str]
    file_name: str

    def blocks(self, page: etree._Element) -> list[Grid]:
        """The tables of figures in the page's order, each with the words before it."""
        sheets: list[Grid] = []
        words = Grid()
        found = list(self._parts(page))
        has_figures = any(isinstance(part, Grid) and _has_figures(part) for part in found)
        for part in found:
            if isinstance(part, str):
                words.rows.append([part])
            elif has_figures and not _has_figures(part):
                words = _joined(words, part)
            else:
                sheets.append(_joined(words, part))
                words = Grid()
        if words.rows and sheets:
            sheets[-1] = _joined(sheets[-1], words)
        return sheets

    def _parts(self, page: etree._Element) -> Iterator[Grid | str]:
        """Tables, and lines of text outside of them, in order. A table around tables comes before them."""
        words: list[str] = []
        for part in visible_parts(page, self.hidden):
            if isinstance(part, str):
                words.append(part)
                continue
            yield from filter(None, visible_lines(words).split("\n"))
            words = []
            for table in part.iter("table"):
                grid = table_grid(table, self.hidden, self.file_name)
                if any(cell != "" for row in grid.rows for cell in row):
                    yield grid
        yield from filter(None, visible_lines(words).split("\n"))


def _has_figures(grid: Grid) -> bool:
    return any(isinstance(cell, str) and _NUMBER.fullmatch(cell) for row in grid.rows for cell in row)


def _joined(upper: Grid, lower: Grid) -> Grid:
    """The lower grid below the upper one."""
    shift = len(upper.rows)
    moved: list[Merge] = [
        ((top + shift, left), (bottom + shift, right)) for (top, left), (bottom, right) in lower.merges
    ]
    return Grid(
        [*upper.rows, *lower.rows],
        [*upper.merges, *moved],
        upper.hidden_rows | {row + shift for row in lower.hidden_rows},
        lower.hidden_columns | upper.hidden_columns,
    )
