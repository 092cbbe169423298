from __future__ import annotations

from datetime import datetime

import pytest

from dx_pipeline.catalogue.loading import Catalogue, load_catalogue
from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.formats.sheet import column_name
from dx_pipeline.ingest.period_text import parse_period
from dx_pipeline.ingest.template import COVER_SHEET
from dx_pipeline_tests.ingest.readers.workbook_desk import (
    CODE_CELL,
    NAME_CELL,
    OCTOBER,
    PERIOD_CELL,
    STATUS_CELL,
    Desk,
)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture
def desk(tmp_path, catalogue) -> Desk:
    return Desk(tmp_path, catalogue)


@pytest.mark.parametrize(
    ("cell", "value", "names"),
    [
        pytest.param(NAME_CELL, "Tỉnh Hưng Yên", "33", id="code and name disagree"),
        pytest.param(NAME_CELL, "Tỉnh Không Có", "Không Có", id="unknown name"),
        pytest.param(NAME_CELL, "Quảng Bình", "Quảng Trị", id="merged away"),
        pytest.param(CODE_CELL, "99", "99", id="unknown code"),
    ],
)
def test_unknown_province_rejects_every_figure_in_its_own_cell(desk, cell, value, names):
    expected = {(item.indicator_code, item.scope, item.locator) for item in desk.fill().read().observations}
    result = desk.put(COVER_SHEET, cell, value).read()
    assert result.observations == []
    assert {(item.indicator_code, item.scope, item.locator) for item in result.unread_cells} == expected
    assert {item.rule for item in result.unread_cells} == {"known_area"}
    assert result.claim.area_code is None
    assert all(
        names in item.message_vi and f"{COVER_SHEET}!B" in item.message_vi for item in result.unread_cells
    )
    if cell == NAME_CELL:
        assert {item.area_code for item in result.unread_cells} == {value}


def test_a_code_means_another_province_before_the_merger(desk):
    result = desk.fill().put(COVER_SHEET, PERIOD_CELL, "tháng 6/2025").read()
    assert {item.rule for item in result.unread_cells} == {"known_area"}


@pytest.mark.parametrize(
    ("code", "name"),
    [(44, "tỉnh Quảng Trị"), ("44", "UBND TỈNH QUẢNG TRỊ"), ("44", None), (None, "Quang Tri")],
    ids=["number", "authority", "code only", "name only"],
)
def test_ways_to_name_a_province(desk, code, name):
    assert (
        desk.fill().put(COVER_SHEET, CODE_CELL, code).put(COVER_SHEET, NAME_CELL, name).claim().area_code
        == "44"
    )


@pytest.mark.parametrize(
    ("cell", "value", "place"),
    [
        pytest.param(PERIOD_CELL, None, f"{COVER_SHEET}!B8", id="period missing"),
        pytest.param(PERIOD_CELL, "quý III/2025", f"{COVER_SHEET}!B8", id="period unreadable"),
        pytest.param("A8", "Khác", COVER_SHEET, id="label missing"),
        pytest.param(STATUS_CELL, "tạm tính", f"{COVER_SHEET}!B10", id="status unknown"),
    ],
)
def test_first_sheet_that_cannot_be_read_names_file_and_cell(desk, cell, value, place):
    desk.fill().put(COVER_SHEET, cell, value)
    for attempt in (desk.claim, desk.read):
        with pytest.raises(UnreadableFileError) as caught:
            attempt()
        assert "44.xlsx" in caught.value.message_vi
        assert place in caught.value.message_vi
        assert place in caught.value.message


@pytest.mark.parametrize(
    "content", [b"", b"not a workbook", b"PK\x03\x04broken"], ids=["empty", "text", "broken zip"]
)
def test_no_workbook(desk, content):
    desk.path.write_bytes(content)
    with pytest.raises(UnreadableFileError):
        desk.claim()


@pytest.mark.parametrize(
    "cell",
    [
        "tháng 10/2025",
        "Tháng 10 năm 2025",
        "10/2025",
        "T10/2025",
        "2025-10",
        "10-2025",
        OCTOBER,
        datetime(2025, 10, 31),  # noqa: DTZ001
        45931.0,
        "45931",
        "01/10/2025",
    ],
    ids=str,
)
def test_period(cell):
    assert parse_period(cell) == OCTOBER


@pytest.mark.parametrize(
    "cell",
    ["", "tháng 13/2025", "Quý III/2025", "9 tháng", "năm 2025", 459310.0, "10/1/2025", "10/25"],
    ids=str,
)
def test_no_period(cell):
    assert parse_period(cell) is None


@pytest.mark.parametrize(("column", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_column_name(column, name):
    assert column_name(column) == name
