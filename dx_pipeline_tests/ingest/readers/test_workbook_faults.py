from __future__ import annotations

import pytest
import xlsxwriter

from dx_pipeline.ingest.readers.workbook_faults import faulty_cells


@pytest.mark.parametrize(
    ("formula", "result", "expected"),
    [
        pytest.param("=NA()", "#N/A", "#N/A", id="error"),
        pytest.param("=1/0", "#DIV/0!", "#DIV/0!", id="division"),
        pytest.param("=1+1", None, None, id="zero stored"),
        pytest.param("=1+1", 2, None, id="number stored"),
        pytest.param('=IF(1,"","")', "", "=?", id="nothing stored"),
    ],
)
def test_formulas(tmp_path, formula, result, expected):
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Trống")
        sheet = book.add_worksheet("Số liệu & khác")
        sheet.write_number("A1", 5)
        sheet.write_formula("AB12", formula, None, *([] if result is None else [result]))
    assert faulty_cells(path) == ({"Số liệu & khác": {(11, 27): expected}} if expected else {})


def test_an_error_typed_as_text_is_left_to_the_reader_of_figures(tmp_path):
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet().write_string("A1", "#N/A")
    assert faulty_cells(path) == {}
