from pathlib import Path

import openpyxl
import pytest
import yaml

from dx_pipeline.catalogue.loading import load_sources
from dx_pipeline.ingest.template import COVER_SHEET, OFFICIAL


def settings(root):
    return yaml.safe_load((root / "office.yaml").read_text(encoding="utf-8"))


def test_init_makes_a_real_offices_empty_directory(dxp, root):
    answer = dxp("init", "--name", "Sở KH&CN Quảng Trị", "--province", "44", "--province", "33")
    assert answer.code == 0
    assert settings(root) == {
        "name": "Sở KH&CN Quảng Trị",
        "is_sample_world": False,
        "expected_provinces": ["33", "44"],
    }
    for source in load_sources().values():
        folder = root / "landing" / source.code
        assert folder.is_dir()
        assert str(folder) in answer.out
    assert [path for path in (root / "landing").rglob("*") if path.is_file()] == []


def test_init_without_provinces_waits_for_all(dxp, root):
    dxp("init")
    assert settings(root)["expected_provinces"] == []


def test_init_twice_is_refused_and_changes_nothing(dxp, root):
    dxp("init", "--province", "44")
    before = settings(root)
    answer = dxp("init", "--province", "33")
    assert answer.code == 1
    assert "exists already" in answer.err
    assert settings(root) == before


@pytest.mark.parametrize(
    "codes", [["99"], ["44", "99"], ["Quảng Trị"]], ids=["unknown", "one of two", "a name"]
)
def test_init_with_an_unknown_province_makes_nothing(dxp, root, codes):
    answer = dxp("init", *(part for code in codes for part in ("--province", code)))
    assert answer.code == 2
    assert codes[-1] in answer.err
    assert not root.exists()


def test_samples_make_the_sample_world_and_leave_it_alone_the_second_time(dxp, root):
    first = dxp("samples", "2025-10")
    assert first.code == 0
    assert "DỮ LIỆU MẪU" in first.out
    assert settings(root)["is_sample_world"] is True
    workbook = next((root / "landing" / "provincial_submission").rglob("44_*.xlsx"))
    workbook.write_bytes(b"edited")
    assert dxp("samples", "2025-10").code == 0
    assert workbook.read_bytes() == b"edited"


def test_samples_of_some_months_are_of_the_provinces_of_those_months(dxp, root):
    assert dxp("samples", "2025-06..2025-07").code == 0
    made = root / "landing" / "signature_registry"
    assert {path.name: len(list(path.iterdir())) for path in made.iterdir()} == {"2025-06": 63, "2025-07": 34}


@pytest.mark.parametrize(
    ("months", "code", "said"),
    [
        ("2024-12", 1, "samples exist from 2025-01"),
        ("2025-7", 2, "not a month"),
        ("2025-08..2025-07", 2, "ends before"),
    ],
    ids=["too early", "no month", "upside down"],
)
def test_samples_of_months_that_there_are_none_of(dxp, root, months, code, said):
    answer = dxp("samples", months)
    assert answer.code == code
    assert said in answer.err
    assert not list(root.rglob("*.xlsx"))


def test_samples_refuse_a_real_offices_directory(dxp, root):
    dxp("init", "--province", "44")
    answer = dxp("samples")
    assert answer.code == 1
    assert "real office" in answer.err
    assert "đơn vị thật" in answer.err
    assert [path for path in (root / "landing").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("province", "code", "name"),
    [
        ("44", "44", "Tỉnh Quảng Trị"),
        ("Quảng Trị", "44", "Tỉnh Quảng Trị"),
        ("ha noi", "01", "Thành phố Hà Nội"),
    ],
    ids=["code", "name", "name without marks"],
)
def test_template_writes_the_workbook_of_a_province_and_month(dxp, root, province, code, name):
    answer = dxp("template", province, "2025-10")
    path = Path(f"{code}_2025-10.xlsx")
    assert answer.code == 0
    assert answer.out.strip() == str(path)
    cover = {row[0].value: row[1].value for row in openpyxl.load_workbook(path)[COVER_SHEET].iter_rows()}
    assert (cover["Mã tỉnh"], cover["Tỉnh, thành phố"]) == (code, name)
    assert cover["Kỳ số liệu"] == "tháng 10/2025"
    assert cover["Tình trạng số liệu"] == OFFICIAL
    assert not root.exists()


@pytest.mark.parametrize(
    ("province", "code", "name"),
    [
        ("45", "45", "Tỉnh Quảng Trị"),
        ("Quảng Trị", "45", "Tỉnh Quảng Trị"),
        ("44", "44", "Tỉnh Quảng Bình"),
        ("15", "15", "Tỉnh Yên Bái"),
        ("Bắc Ninh", "27", "Tỉnh Bắc Ninh"),
    ],
)
def test_template_of_a_month_before_the_merger_is_of_an_old_province(dxp, province, code, name):
    assert dxp("template", province, "2025-05").code == 0
    book = openpyxl.load_workbook(f"{code}_2025-05.xlsx")
    cover = {row[0].value: row[1].value for row in book[COVER_SHEET].iter_rows()}
    assert (cover["Mã tỉnh"], cover["Tỉnh, thành phố"]) == (code, name)
    assert cover["Kỳ số liệu"] == "tháng 5/2025"


@pytest.mark.parametrize(
    ("province", "month", "said"),
    [
        ("Quảng Trị (mới)", "2025-05", "is not a province on 2025-05-01"),
        ("H50", "2025-05", "is not a province on 2025-05-01"),
        ("45", "2025-07", "part of Quảng Trị (44) since 2025-07-01"),
        ("Quảng Bình", "2025-07", "part of Quảng Trị (44) since 2025-07-01"),
        ("27", "2025-10", "part of Bắc Ninh (24) since 2025-07-01"),
    ],
)
def test_template_of_a_province_of_the_other_side_of_the_merger_is_refused(dxp, province, month, said):
    answer = dxp("template", province, month)
    assert answer.code == 1
    assert said in answer.err
    assert "không phải là" in answer.err
    assert list(Path.cwd().iterdir()) == []


def test_template_writes_where_it_is_told(dxp, tmp_path):
    answer = dxp("template", "44", "2025-10", "-o", tmp_path / "mẫu.xlsx")
    assert answer.code == 0
    assert (tmp_path / "mẫu.xlsx").stat().st_size > 0
    assert list(Path.cwd().iterdir()) == []


def test_template_does_not_overwrite_somebodys_work(dxp):
    dxp("template", "44", "2025-10")
    path = Path("44_2025-10.xlsx")
    path.write_bytes(b"filled in")
    answer = dxp("template", "44", "2025-10")
    assert answer.code == 1
    assert "not overwritten" in answer.err
    assert path.read_bytes() == b"filled in"


def test_template_for_an_unknown_province_proposes_a_known_one(dxp):
    answer = dxp("template", "Quảng Tri5", "2025-10")
    assert answer.code == 1
    assert "Quảng Trị" in answer.err
    assert list(Path.cwd().iterdir()) == []


def test_template_into_a_folder_that_is_not_there_is_a_message_and_no_traceback(dxp, tmp_path):
    answer = dxp("template", "44", "2025-10", "-o", tmp_path / "nowhere" / "44.xlsx")
    assert answer.code == 1
    assert "nowhere" in answer.err
    assert "Traceback" not in answer.err
