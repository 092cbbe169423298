"""The cells of one HTML table on a grid: spans, line breaks, what the page hides."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from dx_pipeline.ingest.formats.refusals import refused
from dx_pipeline.ingest.formats.sheet import Merge
from dx_pipeline.ingest.guard import MAX_COLUMNS, MAX_ROWS, check_extent

_HIDING = re.compile(
    r"(?:^|[;{\s])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))", re.IGNORECASE
)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_CLASS = re.compile(r"\s*(?:[a-z]+)?\.([\w-]+)\s*", re.IGNORECASE)
_BREAK = "\v"
_SPACE = re.compile(r"[ \t\r\n\f\v]+")
_BLOCKS = frozenset(("p", "div", "li", "tr", "dt", "dd", "center", "section", "header", "footer", "article"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_SILENT = frozenset(("script", "style", "noscript", "template", "head", "title"))


@dataclass(slots=True)
class Grid:
    """Rows of cells that may differ in length, and what belongs to them; counted from 0."""

    rows: list[list[object]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


def hidden_classes(page: etree._Element) -> frozenset[str]:
    """Classes that the page's own style sheets hide (``.an {display: none}``)."""
    found: set[str] = set()
    for style in page.iter("style"):
        for selectors, declarations in _RULE.findall(style.text or ""):
            if _HIDING.search(declarations):
                matches = (_CLASS.fullmatch(selector) for selector in selectors.split(","))
                found.update(match[1] for match in matches if match)
    return frozenset(found)


def is_hidden(element: etree._Element, hidden: frozenset[str]) -> bool:
    """Whether the page does not show the element itself."""
    return (
        element.get("hidden") is not None
        or _HIDING.search(element.get("style") or "") is not None
        or not hidden.isdisjoint((element.get("class") or "").split())
    )


def text_of(element: etree._Element, hidden: frozenset[str]) -> str:
    """The text a reader of the page sees, without that of tables inside, which are sheets of their own."""
    return visible_lines(part for part in visible_parts(element, hidden) if isinstance(part, str))


def visible_lines(pieces: Iterable[str]) -> str:
    """White space as one space; one line for each block or ``<br>``, empty ones left out."""
    lines = (_SPACE.sub(" ", line).strip(" ") for line in "".join(pieces).split(_BREAK))
    return "\n".join(line for line in lines if line.strip("\xa0 "))


def visible_parts(element: etree._Element, hidden: frozenset[str]) -> Iterator[etree._Element | str]:
    """Text as it comes, line breaks as vertical tabs, and the outermost tables below the element."""
    waiting: list[etree._Element | str] = [element]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str) or (part.tag == "table" and part is not element):
            yield part
            continue
        after: list[etree._Element | str] = [(part.text or "").replace(_BREAK, " ")]
        for child in part:
            after.extend(_child(child, hidden))
            after.append((child.tail or "").replace(_BREAK, " "))
        waiting.extend(reversed(after))


def _child(child: etree._Element, hidden: frozenset[str]) -> list[etree._Element | str]:
    tag = child.tag
    if not isinstance(tag, str) or tag in _SILENT:
        return []
    if tag != "table" and is_hidden(child, hidden):
        return [
            table
            for table in child.iter("table")
            if next(table.iterancestors("table"), child) in _above(child)
        ]
    if tag == "br":
        return [_BREAK]
    if tag == "input":
        shown = (child.get("type") or "text").lower() in ("text", "number")
        return [child.get("value") or ""] if shown else []
    if tag == "select":
        return [option for option in child.iter("option") if option.get("selected") is not None][:1]
    return [_BREAK, child, _BREAK] if tag in _BLOCKS | _HEADINGS else [child]


def _above(element: etree._Element) -> list[etree._Element]:
    return [element, *element.iterancestors("table")]


def table_grid(table: etree._Element, hidden: frozenset[str], file_name: str) -> Grid:
    """The cells of the table itself, without those of tables inside it; hidden ones are among them.

    Raises:
        UnreadableFileError: It reaches farther than any report does, or has cells outside of its rows.
    """
    grid = Grid([[text] for text in _words_outside_cells(table, hidden)])
    taken: dict[int, int] = {}
    shown_columns: set[int] = set()
    rows = [row for row in table.iter("tr") if _table_of(row) is table]
    _check_markup(table, file_name)
    for number, row in enumerate(rows, len(grid.rows)):
        grid.rows.append([])
        if any(is_hidden(part, hidden) for part in (row, *_within(row, table))):
            grid.hidden_rows.add(number)
        _lay_cells(grid, row, taken, shown_columns, hidden)
        check_extent(number + 1, len(grid.rows[number]), file_name, "HTML")
    width = max(map(len, grid.rows), default=0)
    _cut_merges(grid, width)
    grid.hidden_columns.difference_update(shown_columns)
    grid.hidden_columns.update(column for column in _hidden_cols(table, hidden) if column < width)
    return grid


def _table_of(element: etree._Element) -> etree._Element | None:
    return next(element.iterancestors("table"), None)


def _within(element: etree._Element, table: etree._Element) -> Iterator[etree._Element]:
    """What stands between the element and its table (``tbody``, a form)."""
    return itertools.takewhile(lambda part: part is not table, element.iterancestors())


def _check_markup(table: etree._Element, file_name: str) -> None:
    for cell in table.iter("td", "th"):
        if _table_of(cell) is table and next(cell.iterancestors("tr", "table"), table) is table:
            raise refused(
                file_name,
                f"a table has the cell «{(cell.text or '').strip()[:60]}» outside of any row; open the file in Excel "
                "or LibreOffice and save it as .xlsx",
                f"bảng có ô «{(cell.text or '').strip()[:60]}» nằm ngoài mọi dòng. Đề nghị mở bằng Excel hoặc "
                "LibreOffice, lưu dạng .xlsx rồi gửi lại.",
            )


def _words_outside_cells(table: etree._Element, hidden: frozenset[str]) -> list[str]:
    """The caption, and text that stands between the rows, which browsers show above the table."""
    words = [text_of(caption, hidden) for caption in table.iterchildren("caption")]
    structure = [table, *(part for part in table.iter("tr", "thead", "tbody", "tfoot", "form", "colgroup"))]
    for part in structure:
        if part is table or (
            _table_of(part) is table and next(part.iterancestors("td", "th", "table")) is table
        ):
            words.append(visible_lines([part.text or "", *(f" {child.tail or ''}" for child in part)]))
    return [text for text in words if text]


def _lay_cells(
    grid: Grid, row: etree._Element, taken: dict[int, int], shown: set[int], hidden: frozenset[str]
) -> None:
    """Puts the row's cells in the columns that spans from above leave free.

    Args:
        grid: Its last row is filled.
        row: The row element.
        taken: For each column, the first row that no span from above covers.
        shown: Columns with a cell of their own that is shown.
        hidden: Classes that the page hides.
    """
    number, column = len(grid.rows) - 1, 0
    cells = grid.rows[number]
    for cell in (cell for cell in row.iter("td", "th") if next(cell.iterancestors("tr")) is row):
        while taken.get(column, 0) > number:
            column += 1
        height, width = _span(cell, "rowspan", MAX_ROWS), _span(cell, "colspan", MAX_COLUMNS)
        cells.extend("" for _ in range(column + width - len(cells)))
        cells[column] = text_of(cell, hidden)
        taken.update((covered, number + height) for covered in range(column, column + width))
        if height > 1 or width > 1:
            grid.merges.append(((number, column), (number + height - 1, column + width - 1)))
        if is_hidden(cell, hidden):
            grid.hidden_columns.update(range(column, column + width))
        elif number not in grid.hidden_rows and width == 1:
            shown.add(column)
        column += width
        if column > MAX_COLUMNS:
            return


def _cut_merges(grid: Grid, width: int) -> None:
    """Spans end with the table, and a block of one cell is none."""
    last = len(grid.rows) - 1
    cut = [(first, (min(end, last), min(right, width - 1))) for first, (end, right) in grid.merges]
    grid.merges[:] = [(first, end) for first, end in cut if first != end]


def _span(cell: etree._Element, name: str, limit: int) -> int:
    """The span as browsers take it: 1 where it is no number; a row span of 0 goes to the end."""
    match = re.match(r"\s*(\d{1,9})", cell.get(name) or "")
    if not match:
        return 1
    number = int(match[1])
    return min(number, limit) if number else (limit if name == "rowspan" else 1)


def _hidden_cols(table: etree._Element, hidden: frozenset[str]) -> Iterator[int]:
    column = 0
    for col in table.xpath("./col | ./colgroup/col | ./colgroup[not(col)]"):
        width = _span(col, "span", MAX_COLUMNS)
        if is_hidden(col, hidden) or (col.getparent() is not table and is_hidden(col.getparent(), hidden)):
            yield from range(column, min(column + width, MAX_COLUMNS))
        column += width
