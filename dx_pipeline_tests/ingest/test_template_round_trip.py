"""The template, typed into and saved by LibreOffice in every format, comes in with the same figures."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from dx_pipeline.catalogue.loading import Catalogue, load_catalogue
from dx_pipeline.catalogue.workbook_layout import workbook_layout
from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.observation import Hints, ReadResult
from dx_pipeline.ingest.period_text import ReportedPeriod
from dx_pipeline.ingest.readers import workbook as reader
from dx_pipeline_tests.ingest.template_files.make import FOLDER, NOTES, REASON, has_office, make

CLOSED = NOTES["dossiers", "commune_level"]
SIGNED = NOTES["digital_signature", "all"]
# (indicator, scope) -> value, numerator, denominator, qualifier, note
TYPED = {
    ("PROC_CNT", "all"): (2165, None, None, "exact", None),
    ("PROC_EFORM_RATE", "all"): (80, 1732, 2165, "exact", None),
    ("PS_FULL_CNT", "all"): (1595, None, None, "exact", None),
    ("PS_PART_CNT", "all"): (0, None, None, "exact", None),
    ("DOS_RECV_CNT", "all"): (25310, None, None, "exact", None),
    ("DOS_RECV_ONLINE_CNT", "all"): (22120, None, None, "exact", None),
    ("DOS_ONLINE_RATE", "all"): (87.4, 22120, 25310, "exact", None),
    ("DOS_RECV_CNT", "commune_level"): (10000, None, None, "exact", CLOSED),
    ("DOS_RECV_ONLINE_CNT", "commune_level"): (7457, None, None, "exact", CLOSED),
    ("DOS_ONLINE_RATE", "commune_level"): (74.57, 7457, 10000, "exact", CLOSED),
    ("DIG_RATE", "all"): (91.02, 9102, 10000, "exact", None),
    ("DIG_REUSE_RATE", "all"): (72.63, None, None, "exact", None),
    ("PAY_ONLINE_RATE", "all"): (1.595, None, None, "exact", None),
    ("DSIG_ADULT_RATE", "all"): (36.125, 360, 1000, "exact", SIGNED),
    ("DSIG_CERT_CNT", "all"): (7_512_345, None, None, "exact", SIGNED),
    ("CDT_MEMBER_CNT", "all"): (8130, None, None, "more_than", None),
    ("TASK_ASSIGNED_CNT", "provincial_plan"): (12, None, None, "exact", None),
    ("NET_COMMUNE_FIBRE_RATE", "all"): (25, 21, 84, "exact", None),
}
TYPED_IN_DXP_01 = {
    ("PROC_CNT", "all"): (2165, None, None, "exact", None),
    ("PS_FULL_CNT", "all"): (837, None, None, "exact", None),
    ("DIG_RATE", "all"): (91.02, 9102, 10000, "exact", None),
    ("DOS_RECV_CNT", "all"): (25310, None, None, "exact", None),
    ("DOS_RECV_ONLINE_CNT", "all"): (22120, None, None, "exact", None),
    ("DOS_ONLINE_RATE", "all"): (pytest.approx(100 * 22120 / 25310), 22120, 25310, "exact", None),
    ("DOS_RECV_CNT", "commune_level"): (10000, None, None, "exact", "sáp nhập"),
    ("DOS_RECV_ONLINE_CNT", "commune_level"): (7457, None, None, "exact", "sáp nhập"),
    ("DOS_ONLINE_RATE", "commune_level"): (74.57, 7457, 10000, "exact", "sáp nhập"),
    ("DSIG_ADULT_RATE", "all"): (36.5, 360, 1000, "exact", None),
}
BOOKS = ["filled.xlsx", "filled.xls", "filled.ods"]
SHEETS = range(1, 9)  # the cover is sheet 0


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture
def read(catalogue):
    def read(path: Path, **fields: object) -> ReadResult:
        source = catalogue.sources["provincial_submission"]
        claim = reader.read_claim(path, file_name=path.name, source=source, catalogue=catalogue, **fields)
        result = reader.read(path, file_name=path.name, source=source, catalogue=catalogue, **fields)
        assert claim == result.claim
        return result

    return read


def _figures(results: Iterable[ReadResult]) -> dict[tuple[str, str], tuple]:
    found = [item for result in results for item in result.observations]
    figures = {
        (item.indicator_code, item.scope): (
            item.value,
            item.numerator,
            item.denominator,
            item.qualifier,
            item.note,
        )
        for item in found
    }
    assert len(figures) == len(found)
    return figures


def _check(results: list[ReadResult], expected: dict, reason: str | None) -> None:
    # the kept files lack what the catalogue has learnt to ask since
    assert [cell for result in results for cell in result.unread_cells if cell.rule != "complete_form"] == []
    assert _figures(results) == expected
    for result in results:
        claim = result.claim
        assert (claim.area_code, claim.period_start, claim.is_sample) == ("44", date(2025, 10, 1), True)
        for item in result.observations:
            assert (item.area_code, item.period_end) == ("44", date(2025, 10, 31))
            assert item.revision_reason == (item.note or reason)


@pytest.mark.parametrize("name", BOOKS)
def test_a_workbook_saved_by_libreoffice_comes_in_unchanged(read, name):
    _check([read(FOLDER / name)], TYPED, REASON)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_sheets_saved_as_csv_come_in_unchanged(read, catalogue, language):
    results = [read(FOLDER / f"filled_csv_{language}" / f"{number}.csv") for number in SHEETS]
    _check(results, TYPED, REASON)
    themes = [layout.theme for layout in workbook_layout(catalogue, month=date(2025, 10, 1))]
    assert [result.claim.part for result in results] == themes


def test_a_figure_of_a_csv_is_found_again_by_line_and_column(read):
    result = read(FOLDER / "filled_csv_vi" / "2.csv")
    places = {(item.indicator_code, item.scope): item.locator for item in result.observations}
    assert places["DOS_RECV_ONLINE_CNT", "commune_level"] == "line 9, column D"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_cover_alone_is_refused(read, language):
    with pytest.raises(UnreadableFileError, match="cover sheet alone") as caught:
        read(FOLDER / f"filled_csv_{language}" / "0.csv")
    assert "từng trang số liệu" in caught.value.message_vi


@pytest.mark.parametrize("language", [None, "vi"])
def test_the_template_before_sheets_said_what_they_are(read, language):
    if language is None:
        results = [read(FOLDER / "dxp01.xlsx")]
    else:
        results = [read(FOLDER / f"dxp01_csv_{language}" / f"{number}.csv") for number in SHEETS]
    _check(results, TYPED_IN_DXP_01, None)


def test_thousands_grouped_by_commas_are_refused_where_they_may_be_decimals(read):
    """DXP-01 had a number format, which an English LibreOffice writes out: 10,000 is 10 in Vietnam."""
    results = [read(FOLDER / "dxp01_csv_en" / f"{number}.csv") for number in SHEETS]
    refused = {(cell.rule, cell.raw_text) for result in results for cell in result.unread_cells}
    assert {text for rule, text in refused if rule == "ambiguous_value"} == {"10,000", "1,000"}
    expected = TYPED_IN_DXP_01 | {
        ("DIG_RATE", "all"): (91.02, 9102, None, "exact", None),
        ("DSIG_ADULT_RATE", "all"): (36.5, 360, None, "exact", None),
    }
    assert all(expected[key] == figure for key, figure in _figures(results).items())


def test_a_csv_opened_and_saved_once_more_is_the_same(read, tmp_path):
    """A spreadsheet takes «(3)» for -3 and «01» for 1 when it opens a CSV."""
    path = tmp_path / "again.csv"
    text = (FOLDER / "filled_csv_en" / "2.csv").read_text()
    numbers = ",".join(f"({number})" for number in range(1, 14))
    assert numbers in text
    path.write_text(text.replace(numbers, ",".join(f"-{number}" for number in range(1, 14))))
    assert read(path) == read(FOLDER / "filled_csv_en" / "2.csv")


def test_a_theme_is_known_by_its_headings_where_the_title_was_changed(read, tmp_path):
    path = tmp_path / "untitled.csv"
    text = (FOLDER / "filled_csv_en" / "5.csv").read_text()
    path.write_text(text.replace("CHỮ KÝ SỐ", "Biểu 5"))
    assert read(path).claim.part == "digital_signature"
    path.write_text(
        text.replace("CHỮ KÝ SỐ", "Biểu 5").replace("người trưởng thành", "x").replace("chứng", "y")
    )
    with pytest.raises(UnreadableFileError, match="no sheet of the template"):
        read(path)


def test_a_bare_table_needs_to_be_told_its_period_and_province(read, tmp_path):
    path = tmp_path / "bare.csv"
    text = (FOLDER / "filled_csv_en" / "5.csv").read_text()
    path.write_text(text[text.index("STT,") :])
    month = ReportedPeriod(
        period_start=date(2025, 10, 1), period_end=date(2025, 10, 31), as_of=date(2025, 10, 31)
    )
    result = read(path, hints=Hints(period=month, area_code="44"))
    assert (result.claim.part, result.claim.area_code) == ("digital_signature", "44")
    assert _figures([result]).items() <= TYPED.items()
    assert len(result.observations) == 2
    with pytest.raises(UnreadableFileError, match="Kỳ số liệu"):
        read(path)


@pytest.mark.parametrize("program", ["openpyxl", "inline strings"])
def test_workbooks_of_other_programs(read, tmp_path, program):
    """Formulas without results, strings beside the cells or in them: Google Sheets, Excel, libraries."""
    path = tmp_path / "again.xlsx"
    if program == "openpyxl":
        openpyxl.load_workbook(FOLDER / "filled.xlsx").save(path)
    else:
        _copy_with_inline_strings(FOLDER / "filled.xlsx", path)
    _check([read(path)], TYPED, REASON)


def _copy_with_inline_strings(original: Path, path: Path) -> None:
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as copy:
        for sheet in openpyxl.load_workbook(original, data_only=True):
            written = copy.add_worksheet(sheet.title)
            for row in sheet.iter_rows():
                for cell in row:
                    style = copy.add_format({"num_format": cell.number_format})
                    written.write(cell.row - 1, cell.column - 1, cell.value, style)


@pytest.mark.skipif(not has_office(), reason="needs LibreOffice")
def test_libreoffice_saves_it_the_same_way_today(read, tmp_path):
    (tmp_path / "dxp01.xlsx").write_bytes((FOLDER / "dxp01.xlsx").read_bytes())
    make(tmp_path)
    for name in BOOKS:
        _check([read(tmp_path / name)], TYPED, REASON)
    for language in ("vi", "en"):
        folder = tmp_path / f"filled_csv_{language}"
        _check([read(folder / f"{number}.csv") for number in SHEETS], TYPED, REASON)
