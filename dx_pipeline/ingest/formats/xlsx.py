"""Sheets of an .xlsx workbook: values from python-calamine, what it does not tell from ``xlsx_marks``."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum

from dx_pipeline.ingest.formats.refusals import has_password, reading
from dx_pipeline.ingest.formats.sheet import Percentage, Sheet
from dx_pipeline.ingest.formats.xlsx_marks import Marks, SheetMarks


def read_xlsx(path: Path, file_name: str) -> list[Sheet]:
    """The worksheets, hidden ones included; charts and macro sheets hold no figures.

    Raises:
        UnreadableFileError: It has a password, or is damaged.
    """
    with reading(file_name, "readable Excel workbook", "bảng tính Excel"):
        try:
            # from the stream: given a path, calamine believes the file's ending
            with (
                path.open("rb") as file,
                CalamineWorkbook.from_filelike(file) as workbook,
                Marks.open(path) as marks,
            ):
                return [
                    _sheet(workbook, item.name, marks.of_sheet(item.name))
                    for item in workbook.sheets_metadata
                    if item.typ == SheetTypeEnum.WorkSheet
                ]
        except PasswordError as error:
            raise has_password(file_name) from error


def _sheet(workbook: CalamineWorkbook, name: str, marks: SheetMarks) -> Sheet:
    sheet = workbook.get_sheet_by_name(name)
    rows = cast("list[list[object]]", sheet.to_python(skip_empty_area=False))
    for (row, column), shown in marks.faults.items():
        rows.extend([] for _ in range(row + 1 - len(rows)))
        rows[row].extend("" for _ in range(column + 1 - len(rows[row])))
        rows[row][column] = shown
    for row, column in marks.percentages:
        if row < len(rows) and column < len(rows[row]):
            value = rows[row][column]
            if isinstance(value, int | float) and not isinstance(value, bool):
                rows[row][column] = Percentage(float(value))
    if marks.faults:
        width = max(map(len, rows))
        for cells in rows:
            cells.extend("" for _ in range(width - len(cells)))
    return Sheet(name, rows, tuple(sheet.merged_cell_ranges or ()), marks.hidden_columns, marks.hidden_rows)
