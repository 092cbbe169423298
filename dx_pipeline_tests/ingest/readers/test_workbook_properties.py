"""Whatever is written comes back, from where it was written."""

from __future__ import annotations

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dx_pipeline.catalogue.loading import Catalogue, load_catalogue
from dx_pipeline.catalogue.models import Kind
from dx_pipeline.catalogue.workbook_layout import workbook_layout
from dx_pipeline.ingest.formats.sheet import Sheet
from dx_pipeline_tests.ingest.readers.workbook_desk import DOSSIERS, SERVICES, SIGNATURE, Desk


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture
def desk(tmp_path, catalogue) -> Desk:
    return Desk(tmp_path, catalogue)


def _figures(catalogue: Catalogue) -> st.SearchStrategy[dict[tuple[str, str, str], float]]:
    """Figures of random cells; a rate is stated, without counts of its own: 1 alone may be 100 %."""
    counts = st.integers(0, 10**9)
    rates = st.one_of(st.just(0.0), st.decimals("1.01", 100, places=2).map(float))
    cells = [
        ((item.indicator_code, "value", scope), item.indicator_code)
        for sheet in workbook_layout(catalogue)
        for item in sheet.columns
        if item.role == "value"
        for scope in catalogue.indicators[item.indicator_code].scopes
    ]
    is_rate = {code: item.kind is Kind.RATE for code, item in catalogue.indicators.items()}
    options = {key: st.one_of(st.none(), rates if is_rate[code] else counts) for key, code in cells}
    return st.fixed_dictionaries(options).map(
        lambda found: {key: cell for key, cell in found.items() if cell is not None}
    )


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_figures_come_back_from_their_cells(desk, catalogue, data):
    values = data.draw(_figures(catalogue))
    result = desk.fill(values).read()
    places = {
        (item.indicator_code, scope): Sheet(sheet.sheet_name, []).locator(7 + row, 2 + column)
        for sheet in workbook_layout(catalogue)
        for column, item in enumerate(sheet.columns)
        for row, scope in enumerate(sheet.scopes)
        if item.role == "value"
    }
    read = {(item.indicator_code, item.scope): item for item in result.observations}
    assert result.unread_cells == []
    for (code, _, scope), value in values.items():
        item = read.pop((code, scope))
        assert (item.value, item.locator) == (value, places[code, scope])
    assert all(
        catalogue.indicators[code].kind is Kind.RATE for code, _ in read
    )  # computed from counts beside


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@example(sheet=SIGNATURE, row=9, column=3, value="#N/A")
@given(
    sheet=st.sampled_from([DOSSIERS, SIGNATURE, SERVICES]),
    row=st.integers(8, 20),
    column=st.integers(3, 20),
    value=st.integers(1, 10**6) | st.floats(1, 100) | st.sampled_from(["1.595", "#N/A", "72,63", "1/2"]),
)
def test_no_figure_is_dropped_wherever_it_stands(desk, sheet, row, column, value):
    desk.fill({})
    note = next(
        cell.column for cell in openpyxl.load_workbook(desk.path)[sheet][5] if cell.value == "Ghi chú"
    )
    if column == note:
        return
    place = Sheet(sheet, []).locator(row - 1, column - 1)
    result = desk.put(sheet, place.rpartition("!")[2], value).read()
    assert [item.locator for item in (*result.observations, *result.unread_cells)] == [place]
