import pytest

from dx_pipeline_tests.ingest.tables.sheets import CIVIL, LAND, figures, form, read

OVERDUE = 12


@pytest.mark.parametrize("cell", ["-", "–", "—", "KPS", "0", 0.0])
def test_what_says_that_nothing_arose_is_zero_in_a_form(catalogue, cell):
    rows = (LAND, (*CIVIL[:OVERDUE], cell))
    result = read(form(rows), "form_ii06a", catalogue)
    assert result.unread_cells == []
    assert figures(result)["DOS_PEND_OVERDUE_CNT"] == LAND[OVERDUE]


@pytest.mark.parametrize("cell", ["", " ", "…", "..."])
def test_an_empty_cell_is_not(catalogue, cell):
    result = read(form((LAND, (*CIVIL[:OVERDUE], cell))), "form_ii06a", catalogue)
    assert "DOS_PEND_OVERDUE_CNT" not in figures(result)
    assert [item.indicator_code for item in result.unread_cells] == ["DOS_PEND_OVERDUE_CNT"]
