"""Whatever stands on a sheet: figures, findings or a refusal, never another error."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dx_pipeline.failures import DxError
from dx_pipeline.ingest.formats.sheet import Percentage, Sheet
from dx_pipeline.ingest.observation import Hints
from dx_pipeline.ingest.period_text import ReportedPeriod
from dx_pipeline_tests.ingest.tables.sheets import COMMUNE_HEADINGS, FORM_BODY, communes, form, progress, read

HINTS = Hints(
    period=ReportedPeriod(
        period_start=date(2025, 10, 1), period_end=date(2025, 10, 31), as_of=date(2025, 10, 31)
    ),
    area_code="44",
)
CELLS = st.one_of(
    st.just(""),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        ["I", "II. Cấp xã", "Tổng cộng", "Trong đó", "- x", "(3)", "Sở Y tế", "Xã Hải Lăng", "Ghi chú:", "KPS", "x"]
    ),
    st.text(max_size=8),
    st.booleans(),
    st.sampled_from([datetime(2025, 10, 1), date(2025, 1, 1), Percentage(0.5), 10**20, -3]),  # noqa: DTZ001
)  # fmt: skip
EDITS = st.lists(st.tuples(st.integers(0, 25), st.integers(0, 12), CELLS), max_size=25)


def edited(sheet, edits):
    for row, column, cell in edits:
        if row < len(sheet.rows) and column < len(sheet.rows[row]):
            sheet.rows[row][column] = cell
    return sheet


@pytest.mark.parametrize("source", ["form_ii06a", "one_stop_progress", "commune_report"])
@settings(max_examples=50)
@given(edits=EDITS, has_merges=st.booleans())
def test_any_cell_may_be_anything(catalogue, source, edits, has_merges):
    sheets = {
        "form_ii06a": lambda: form(has_merges=has_merges),
        "one_stop_progress": progress,
        "commune_report": lambda: communes([[1.0, "19333", "Phường Đông Hà", *[1.0] * 10]] * 5),
    }
    try:
        result = read(edited(sheets[source](), edits), source, catalogue, hints=HINTS)
    except DxError:
        return
    assert all(cell.message_vi and cell.locator for cell in result.unread_cells)
    assert all(item.locator for item in result.all_observations())


@settings(max_examples=50)
@given(rows=st.lists(st.lists(CELLS, min_size=13, max_size=13), max_size=12))
def test_any_rows_below_the_headings(catalogue, rows):
    sheet = communes([list(COMMUNE_HEADINGS), *rows])
    read(sheet, "commune_report", catalogue)
    read(form([*FORM_BODY, *rows]), "form_ii06a", catalogue)


@settings(max_examples=40)
@given(st.lists(st.lists(CELLS, min_size=4, max_size=4), min_size=0, max_size=8))
def test_any_sheet(catalogue, rows):
    with pytest.raises(DxError):
        read(Sheet("A", [list(cells) for cells in rows]), "form_ii06a", catalogue)
