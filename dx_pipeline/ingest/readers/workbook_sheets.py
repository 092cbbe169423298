"""A received workbook and its sheets as grids of cells, faulty cells included.

What goes wrong while a file is read is said here in the sender's words. What the cells mean is decided in
``workbook_cover``, ``workbook_headings`` and ``workbook``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

from dx_pipeline.failures import UnreadableFileError

Merge = tuple[tuple[int, int], tuple[int, int]]
Faults = dict[tuple[int, int], str]


@contextmanager
def open_workbook(path: Path, file_name: str) -> Iterator[CalamineWorkbook]:
    """The workbook, closed afterwards.

    Raises:
        UnreadableFileError: It has a password, or is damaged or no workbook; also while it is being read.
    """
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            yield workbook
    except PasswordError as error:
        raise UnreadableFileError(
            f"{file_name} is protected by a password; send it without one",
            f"Tệp {file_name} có mật khẩu. Đề nghị bỏ mật khẩu và gửi lại.",
        ) from error
    except (CalamineError, OSError, BadZipFile, ParseError) as error:
        raise UnreadableFileError(
            f"{file_name} is not a readable Excel workbook ({error}); save it as .xlsx and send it again",
            f"Tệp {file_name} không đọc được như bảng tính Excel. Đề nghị lưu lại dạng .xlsx và gửi lại.",
        ) from error


def sheet_names(workbook: CalamineWorkbook) -> list[str]:
    """The sheets with cells: charts and macro sheets hold no figures."""
    return [item.name for item in workbook.sheets_metadata if item.typ == SheetTypeEnum.WorkSheet]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its rows from row 1 and column A on, all of one length, and its merged cells."""

    name: str
    rows: list[list[object]]
    merges: list[Merge]


def read_sheet(workbook: CalamineWorkbook, name: str, faults: Faults) -> Sheet:
    """The sheet of that name, with what its faulty cells show in their place."""
    sheet = workbook.get_sheet_by_name(name)
    rows = cast("list[list[object]]", sheet.to_python(skip_empty_area=False))
    for (row, column), shown in faults.items():
        rows.extend([] for _ in range(row + 1 - len(rows)))
        rows[row].extend("" for _ in range(column + 1 - len(rows[row])))
        rows[row][column] = shown
    width = max(map(len, rows), default=0)
    for cells in rows:
        cells.extend("" for _ in range(width - len(cells)))
    return Sheet(name, rows, sheet.merged_cell_ranges or [])
