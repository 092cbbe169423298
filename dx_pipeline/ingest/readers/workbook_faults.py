"""Cells that a fast reader shows as empty although they are not: Excel errors, formulas never computed.

python-calamine gives an empty text for ``#N/A`` and for a formula without a stored result, so such a
figure would vanish unnoticed. They are found in the sheet's XML, which the guard has let through.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.etree import ElementTree as ET

_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
UNCOMPUTED = "=?"


def faulty_cells(path: Path) -> dict[str, dict[tuple[int, int], str]]:
    """By sheet: row and column (from 0) of each such cell, and what it shows (``#N/A``, ``=?``).

    Args:
        path: An .xlsx file.

    Raises:
        zipfile.BadZipFile: The archive is damaged, or lacks a part that every workbook has.
    """
    with zipfile.ZipFile(path) as archive:
        members = set(archive.namelist())
        found = {
            name: dict(_faults(io.BytesIO(xml)))
            for name, member in _sheet_members(archive)
            if member in members and _may_have_faults(xml := archive.read(member))
        }
    return {name: faults for name, faults in found.items() if faults}


def _sheet_members(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Each sheet's name and the archive member that holds it."""
    missing = {_RELATIONS, _WORKBOOK} - set(archive.namelist())
    if missing:
        raise zipfile.BadZipFile(f"it has no {', '.join(sorted(missing))}")
    relations = ET.fromstring(archive.read(_RELATIONS))  # noqa: S314 - the guard refuses entities
    targets = {item.get("Id"): item.get("Target", "") for item in relations}
    for sheet in ET.fromstring(archive.read(_WORKBOOK)).iter():  # noqa: S314
        if sheet.tag.rpartition("}")[2] == "sheet":
            target = targets.get(sheet.get(_RELATION), "")
            yield sheet.get("name", ""), posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")


def _faults(sheet: IO[bytes]) -> Iterator[tuple[tuple[int, int], str]]:
    for _, element in ET.iterparse(sheet):  # noqa: S314 - the guard refuses entities
        name = element.tag.rpartition("}")[2]
        if name == "row":
            element.clear()
        if name != "c":
            continue
        parts = {part.tag.rpartition("}")[2]: part.text for part in element}
        is_error = element.get("t") == "e"
        is_uncomputed = "f" in parts and not parts.get("v") and element.get("t") != "str"  # "" is a result
        reference = _REFERENCE.fullmatch(element.get("r", ""))
        if reference and (is_error or is_uncomputed):
            yield (int(reference[2]) - 1, _column_number(reference[1])), parts.get("v") or UNCOMPUTED


def _may_have_faults(xml: bytes) -> bool:
    return b't="e"' in xml or b"<f" in xml


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
