import json

import openpyxl
import pytest

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.ingest.template import write_template
from dx_pipeline.quality.feedback.styles import RED
from dx_pipeline_tests.pipeline.office_world import cell_of, write_into
from dx_pipeline_tests.quality.feedback.samples import OCTOBER


@pytest.fixture
def workbook(tmp_path):
    """A province's workbook with one figure that cannot be true."""
    path, catalogue = tmp_path / "44.xlsx", load_catalogue()
    write_template(
        path, province=catalogue.geography.resolve("44", OCTOBER), month=OCTOBER, catalogue=catalogue
    )
    write_into(
        path,
        {("DIG_RATE", "all"): 120, ("DSIG_CERT_CNT", "all"): 1595},
        {"Tình trạng số liệu": "DỮ LIỆU MẪU"},
    )
    return path


def test_a_province_checks_its_own_workbook_before_it_sends_it(dxp, workbook):
    result = dxp("feedback", str(workbook))
    assert result.code == 0, result.out
    made = workbook.with_name("44.phan-hoi.xlsx")
    sheet, row, column = cell_of("DIG_RATE")
    assert openpyxl.load_workbook(made)[sheet].cell(row, column).fill.fgColor.rgb == RED
    twin = json.loads(workbook.with_name("44.phan-hoi.json").read_text("utf-8"))
    assert twin["is_preview"]
    assert (twin["counts"]["accepted"], twin["counts"]["rejected"]) == (1, 1)
    assert str(made) in result.out


def test_the_workbook_goes_where_it_is_wanted(dxp, workbook, tmp_path):
    out = tmp_path / "out" / "x.xlsx"
    assert dxp("feedback", str(workbook), "-o", str(out)).code == 0
    assert {path.name for path in out.parent.iterdir()} == {"x.xlsx", "x.phan-hoi.json"}


def test_a_file_that_cannot_be_read_is_answered_too(dxp, tmp_path):
    path = tmp_path / "44.xlsx"
    path.write_bytes(b"not a workbook")
    assert dxp("feedback", str(path)).code == 3
    twin = json.loads(path.with_name("44.phan-hoi.json").read_text("utf-8"))
    assert (twin["verdict"]["code"], twin["refusal"]["message_vi"] != "") == ("refused", True)


@pytest.mark.parametrize("arguments", [[], ["--month", "10/2025"]], ids=["neither", "no month"])
def test_wrong_usage(dxp, arguments):
    assert dxp("feedback", *arguments).code == 2


def test_the_sender_s_own_file_is_not_overwritten(dxp, workbook):
    before = workbook.read_bytes()
    assert dxp("feedback", str(workbook), "-o", str(workbook)).code == 2
    assert workbook.read_bytes() == before
