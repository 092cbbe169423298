import pytest

from dx_pipeline_tests.ingest.tables.sheets import CIVIL, HEADING_ROW, LAND, figures, form, read, said

NUMBER_ROW = HEADING_ROW + 3


def numbered(*numbers):
    sheet = form((LAND, CIVIL))
    sheet.rows[NUMBER_ROW][:] = numbers
    return sheet


@pytest.mark.parametrize("first", [("A", "B"), ("(A)", "(B)"), ("a", "b")])
def test_columns_numbered_from_letters_on_are_numbered_otherwise(catalogue, first):
    result = read(numbered(*first, *map(str, range(1, 12))), "form_ii06a", catalogue)
    assert said(result) == []
    assert figures(result) == figures(read(form((LAND, CIVIL)), "form_ii06a", catalogue))


def test_a_column_under_another_number_is_told_as_that_and_not_as_one_without_heading(catalogue):
    numbers = [f"({number})" for number in range(1, 14)]
    numbers[7], numbers[8] = numbers[8], numbers[7]
    found = read(numbered(*numbers), "form_ii06a", catalogue).unread_cells
    assert {cell.locator.rpartition("!")[2] for cell in found} == {"H11", "I11", "A8"}
    assert not any("không có tiêu đề" in cell.message_vi for cell in found)
