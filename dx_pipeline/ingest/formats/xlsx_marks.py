"""What a fast reader does not tell of an .xlsx sheet: error cells, formulas never computed, percentages, hiding.

python-calamine gives an empty text for ``#N/A`` and for a formula without a stored result, so such a figure
would vanish unnoticed. Each is looked for in the sheet's XML, which the guard has let through: by search where
the XML is written as Excel, LibreOffice and the usual libraries do, otherwise by parsing all of it.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from dx_pipeline.ingest.formats.number_formats import BUILT_IN_PERCENT, shows_percent

_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_STYLES = "xl/styles.xml"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_TRUE = (b"1", b"true", "1", "true")
UNCOMPUTED = "=?"

_COLUMN = re.compile(rb"<col\s[^>]*>")
_ROW = re.compile(rb'<row r="(\d{1,7})"[^>]*\shidden="(?:1|true)"')
_ATTRIBUTE = re.compile(rb'\s(\w+)="([^"]*)"')
_FORMULA = rb"<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)"
_ERROR_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*\st="e"[^>]*>(?:\s*' + _FORMULA + rb")?\s*(?:<v>([^<]*)</v>)?"
)
_NO_RESULT = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"([^>]*)>\s*' + _FORMULA + rb"\s*(?!<v[^>]*>[^<])")
_ZERO_RESULT = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"([^>]*)>\s*' + _FORMULA + rb"\s*(?!<v[^>]*>(?!0</v>)[^<])"
)

Cell = tuple[int, int]


@dataclass(slots=True)
class SheetMarks:
    """What is known of one sheet besides its values; rows and columns from 0."""

    faults: dict[Cell, str] = field(default_factory=dict)
    percentages: list[Cell] = field(default_factory=list)
    hidden_columns: frozenset[int] = frozenset()
    hidden_rows: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Marks:
    """The open archive of a workbook, its sheets' members and its percent styles.

    ``never_calculated``: the program that wrote it left the results to whoever opens it, so a stored
    result of 0 says nothing (xlsxwriter, openpyxl).
    """

    archive: zipfile.ZipFile
    members: dict[str, str]
    percent_styles: frozenset[int]
    never_calculated: bool

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator[Marks]:
        """The marks of the workbook, closed afterwards."""
        with zipfile.ZipFile(path) as archive:
            names = {_plain(name): name for name in archive.namelist()}
            workbook = _parse(archive.read(_member(names, _WORKBOOK)))
            relations = _parse(archive.read(_member(names, _RELATIONS)))
            styles = _parse(archive.read(names[_STYLES])) if _STYLES in names else None
            yield cls(
                archive,
                dict(_sheet_members(workbook, relations, names)),
                _percent_styles(styles) if styles is not None else frozenset(),
                any(item.get("fullCalcOnLoad") in _TRUE for item in workbook.iter("{*}calcPr")),
            )

    def of_sheet(self, name: str) -> SheetMarks:
        """The marks of the sheet of that name.

        Raises:
            zipfile.BadZipFile: The archive has no part for it.
        """
        if name not in self.members:
            raise zipfile.BadZipFile(f"it has no part for the sheet {name}")
        xml = self.archive.read(self.members[name])
        if not self.percent_styles and not _may_have_marks(xml):
            return SheetMarks()
        start, end = xml.find(b"<sheetData"), xml.find(b"</sheetData>")
        data = xml[start:end] if 0 <= start < end else b""
        if start >= 0 and xml[start:].startswith((b"<sheetData/>", b"<sheetData />")):
            return SheetMarks(hidden_columns=_hidden_columns(xml[:start]))
        if 0 in self.percent_styles or not _is_usual(xml, data):  # a cell without a style has style 0
            return _parse_all(xml, self.percent_styles, self.never_calculated)
        return SheetMarks(
            _faults(data, self.never_calculated),
            list(_percentages(data, self.percent_styles)),
            _hidden_columns(xml[:start]),
            frozenset(int(row) - 1 for row in _ROW.findall(data)) if b" hidden=" in data else frozenset(),
        )


def _may_have_marks(xml: bytes) -> bool:
    """Whether an error, a formula or something hidden can be in it; the last two stand for other dialects."""
    return any(mark in xml for mark in (b't="e"', b"f>", b"hidden=", b"'", b"\0"))


def _is_usual(xml: bytes, data: bytes) -> bool:
    """Whether every cell and row starts with its reference, in double quotes and without a prefix."""
    return (
        data != b""
        and b"<!" not in xml
        and b"='" not in data
        and data.count(b"<c") == data.count(b'<c r="')
        and data.count(b"<row") == data.count(b'<row r="')
    )


def _faults(data: bytes, never_calculated: bool) -> dict[Cell, str]:
    faults: dict[Cell, str] = {}
    if b"<f" in data:
        pattern = _ZERO_RESULT if never_calculated else _NO_RESULT
        for letters, row, attributes in pattern.findall(data):
            if b' t="str"' not in attributes:  # an empty text is a result
                faults[int(row) - 1, _column_number(letters)] = UNCOMPUTED
    if b't="e"' in data:
        for letters, row, shown in _ERROR_CELL.findall(data):
            faults[int(row) - 1, _column_number(letters)] = shown.decode("utf-8", "replace") or UNCOMPUTED
    return faults


def _percentages(data: bytes, styles: frozenset[int]) -> Iterator[Cell]:
    if not styles:
        return
    ids = "|".join(map(str, sorted(styles))).encode()
    pattern = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*?\ss="(?:' + ids + rb')"[^>/]*>')
    for letters, row in pattern.findall(data):
        yield int(row) - 1, _column_number(letters)


def _hidden_columns(head: bytes) -> frozenset[int]:
    hidden: set[int] = set()
    for tag in _COLUMN.findall(head) if b"hidden=" in head else ():
        attributes = dict(_ATTRIBUTE.findall(tag.replace(b"'", b'"')))
        if attributes.get(b"hidden") in _TRUE:
            hidden.update(_span(attributes.get(b"min", b""), attributes.get(b"max", b"")))
    return frozenset(hidden)


def _span(first: str | bytes, last: str | bytes) -> range:
    if not (first.isdigit() and last.isdigit()):
        return range(0)
    return range(int(first) - 1, min(int(last), 16_384))


def _parse_all(xml: bytes, percent_styles: frozenset[int], never_calculated: bool) -> SheetMarks:
    """The same marks from XML of any dialect: prefixes, cells without a reference, UTF-16, comments."""
    marks = SheetMarks()
    hidden_rows: set[int] = set()
    hidden_columns: set[int] = set()
    row = column = -1
    events = etree.iterparse(
        io.BytesIO(xml),
        events=("start", "end"),
        tag=("{*}row", "{*}c", "{*}col"),
        resolve_entities=False,
        no_network=True,
    )
    for event, element in events:
        name = etree.QName(element).localname
        if event == "start" and name == "row":
            row, column = _number(element.get("r"), row + 1), -1
            if element.get("hidden") in _TRUE:
                hidden_rows.add(row)
        elif event == "end" and name == "c":
            row, column = _position(element.get("r", ""), row, column)
            _mark_cell(marks, (row, column), element, never_calculated)
            if _number(element.get("s"), -1) + 1 in percent_styles:
                marks.percentages.append((row, column))
            element.clear()
        elif event == "end" and name == "col" and element.get("hidden") in _TRUE:
            hidden_columns.update(_span(element.get("min", ""), element.get("max", "")))
    marks.hidden_rows, marks.hidden_columns = frozenset(hidden_rows), frozenset(hidden_columns)
    return marks


def _mark_cell(marks: SheetMarks, cell: Cell, element: etree._Element, never_calculated: bool) -> None:
    parts = {etree.QName(part).localname: part.text for part in element if isinstance(part.tag, str)}
    result = parts.get("v") or ""
    if element.get("t") == "e":
        marks.faults[cell] = result or UNCOMPUTED
    elif "f" in parts and element.get("t") != "str" and (not result or (never_calculated and result == "0")):
        marks.faults[cell] = UNCOMPUTED


def _number(text: str | None, otherwise: int) -> int:
    return int(text) - 1 if text and text.isdigit() else otherwise


def _position(reference: str, row: int, column: int) -> Cell:
    match = _REFERENCE.fullmatch(reference)
    return (int(match[2]) - 1, _column_number(match[1].encode())) if match else (row, column + 1)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _member(names: dict[str, str], name: str) -> str:
    if name not in names:
        raise zipfile.BadZipFile(f"it has no {name}")
    return names[name]


def _parse(xml: bytes) -> etree._Element:
    return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))


def _sheet_members(
    workbook: etree._Element, relations: etree._Element, names: dict[str, str]
) -> Iterator[tuple[str, str]]:
    """Each sheet's name and the archive member that holds it."""
    targets = {item.get("Id"): item.get("Target", "") for item in relations}
    for sheet in workbook.iter("{*}sheet"):
        target = targets.get(sheet.get(_RELATION) or sheet.get(_STRICT_RELATION), "")
        member = _plain(posixpath.normpath(posixpath.join("/xl", target.replace("\\", "/"))))
        if member in names:
            yield sheet.get("name", ""), names[member]


def _percent_styles(styles: etree._Element) -> frozenset[int]:
    """Numbers of the cell styles that show a per-cent sign."""
    codes = {item.get("numFmtId"): item.get("formatCode", "") for item in styles.iter("{*}numFmt")}
    percent = {code for code, text in codes.items() if shows_percent(text)}
    percent |= {code for code in BUILT_IN_PERCENT if code not in codes}
    cells = styles.find("{*}cellXfs")
    return frozenset(
        number
        for number, xf in enumerate(cells if cells is not None else ())
        if xf.get("numFmtId") in percent
    )
