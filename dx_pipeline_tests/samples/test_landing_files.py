import csv
from datetime import date

import openpyxl
import pytest

from dx_pipeline.failures import PermanentError
from dx_pipeline.ingest.path_words import named_provinces
from dx_pipeline.ingest.readers.tables import is_sample_label
from dx_pipeline.samples.landing_files import SAMPLE_MONTHS, write_samples

MAY, OCTOBER = date(2025, 5, 1), date(2025, 10, 1)
LABEL = "DỮ LIỆU MẪU"


@pytest.fixture(scope="module")
def progress():
    return []


@pytest.fixture(scope="module")
def landing(tmp_path_factory, published, catalogue, progress):
    folder = tmp_path_factory.mktemp("landing")
    write_samples(
        folder,
        published=published,
        catalogue=catalogue,
        months=[OCTOBER],
        progress=lambda *step: progress.append(step),
    )
    return folder


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_the_default_is_the_year_2025():
    assert [f"{month:%Y-%m}" for month in SAMPLE_MONTHS] == [f"2025-{number:02d}" for number in range(1, 13)]


def test_every_province_gets_a_workbook_and_a_registry_line(landing):
    names = contents(landing)
    assert "provincial_submission/2025-10/44_quang_tri_2025-10.xlsx" in names
    assert "signature_registry/2025-10/44_2025-10.csv" in names
    assert sum(name.endswith(".xlsx") for name in names) == 34
    assert sum(name.startswith("signature_registry/") for name in names) == 34
    assert not any(name.endswith(".part") for name in names)


def test_the_published_files_are_copied_as_they_are(landing, published):
    copied = contents(landing)
    originals = {name: data for name, data in contents(published).items() if not name.endswith(".md")}
    assert len(originals) == 30
    assert originals.items() <= copied.items()


def test_every_file_matches_the_pattern_of_its_source(landing, catalogue):
    awaited = {
        path
        for source in catalogue.sources.values()
        for path in landing.glob(source.landing)
        if path.is_file()
    }
    assert awaited == {path for path in landing.rglob("*") if path.is_file()}


def test_every_made_up_file_is_labelled(landing):
    for path in (landing / "signature_registry").rglob("*.csv"):
        (line,) = csv.DictReader(path.open(encoding="utf-8", newline=""))
        assert line["tinh_trang_so_lieu"] == LABEL
        assert is_sample_label(line["tinh_trang_so_lieu"])
    for path in (landing / "provincial_submission").rglob("*.xlsx"):
        book = openpyxl.load_workbook(path, read_only=True)
        cover = [
            str(cell) for row in book.worksheets[0].iter_rows(max_row=20, values_only=True) for cell in row
        ]
        assert LABEL in cover, path.name


def test_registry_columns_are_the_sources(landing, catalogue, figures):
    with (landing / "signature_registry/2025-10/44_2025-10.csv").open(encoding="utf-8", newline="") as file:
        (line,) = csv.DictReader(file)
    expected = figures.signatures(OCTOBER)["44"]
    assert list(line) == list(catalogue.sources["signature_registry"].fields)
    assert (line["thang"], line["ma_tinh"], line["ten_tinh"]) == ("2025-10", "44", "Quảng Trị")
    assert int(line["so_chung_thu_da_cap"]) == expected.certificates
    assert int(line["so_nguoi_truong_thanh_co_chu_ky_so"]) == expected.adults_with_signature


def test_the_workbook_of_quang_tri_leaves_published_cells_empty(landing):
    book = openpyxl.load_workbook(landing / "provincial_submission/2025-10/44_quang_tri_2025-10.xlsx")
    numbers = {
        cell.value for sheet in book for row in sheet.iter_rows(min_row=8) for cell in row if cell.value
    }
    assert not numbers & {837, 1595, 1086, 8130, 72.63, 74.57, 91.02, 92.62}
    assert any(isinstance(number, int) and number > 50_000 for number in numbers)


def test_the_same_seed_gives_the_same_bytes(landing, tmp_path, published, catalogue):
    write_samples(tmp_path, published=published, catalogue=catalogue, months=[OCTOBER])
    assert contents(tmp_path) == contents(landing)


def test_a_second_run_writes_what_is_missing_and_leaves_what_somebody_edited(landing, published, catalogue):
    edited = landing / "signature_registry/2025-10/01_2025-10.csv"
    missing = landing / "signature_registry/2025-10/44_2025-10.csv"
    originals = {path: path.read_bytes() for path in (edited, missing)}
    edited.write_bytes(b"edited")
    missing.unlink()
    before = {path: path.stat().st_mtime_ns for path in landing.rglob("*") if path.is_file()}
    write_samples(landing, published=published, catalogue=catalogue, months=[OCTOBER])
    assert {path for path, modified in before.items() if path.stat().st_mtime_ns != modified} == set()
    assert edited.read_bytes() == b"edited"
    assert missing.read_bytes() == originals[missing]
    edited.write_bytes(originals[edited])


@pytest.mark.usefixtures("landing")
def test_progress_counts_up_to_the_number_of_files(progress):
    assert [done for _, done, _ in progress] == list(range(1, 30 + 2 * 34 + 1))
    assert {total for *_, total in progress} == {30 + 2 * 34}


def test_no_samples_before_the_first_month_that_is_taken_in(tmp_path, published, catalogue):
    with pytest.raises(PermanentError, match="2024-12") as refused:
        write_samples(tmp_path, published=published, catalogue=catalogue, months=[date(2024, 12, 1), OCTOBER])
    assert "2025-01" in refused.value.message_vi
    assert contents(tmp_path) == {}


@pytest.fixture(scope="module")
def may(tmp_path_factory, published, catalogue, before_progress):
    """The landing folder of a month before the merger."""
    folder = tmp_path_factory.mktemp("may")
    write_samples(
        folder,
        published=published,
        catalogue=catalogue,
        months=[MAY],
        progress=lambda *step: before_progress.append(step),
    )
    return folder


@pytest.fixture(scope="module")
def before_progress():
    return []


def cover_of(path):
    book = openpyxl.load_workbook(path, read_only=True)
    return {row[0]: row[1] for row in book.worksheets[0].iter_rows(max_row=20, max_col=2, values_only=True)}


def test_every_old_province_gets_its_files_under_its_own_code_and_name(may, catalogue):
    for unit in catalogue.geography.provinces_on(MAY):
        [path] = (may / "provincial_submission/2025-05").glob(f"{unit.code}_*.xlsx")
        assert named_provinces(path.name, catalogue.geography, MAY) == {unit.code}
        cover = cover_of(path)
        assert cover["Mã tỉnh"] == unit.code
        assert cover["Tỉnh, thành phố"] == catalogue.geography.full_name_on(unit.code, MAY)
        assert cover["Kỳ số liệu"] == "tháng 5/2025"
        assert cover["Tình trạng số liệu"] == LABEL
        with (may / f"signature_registry/2025-05/{unit.code}_2025-05.csv").open(encoding="utf-8") as file:
            [line] = csv.DictReader(file)
        assert (line["ma_tinh"], line["ten_tinh"]) == (unit.code, unit.name_vi)
        assert line["tinh_trang_so_lieu"] == LABEL


@pytest.mark.usefixtures("may")
def test_progress_counts_the_files_of_63_provinces(before_progress):
    assert [done for _, done, _ in before_progress] == list(range(1, 30 + 2 * 63 + 1))
    assert {total for *_, total in before_progress} == {30 + 2 * 63}


@pytest.mark.parametrize(
    "name",
    [
        "15_yen_bai",
        "24_bac_giang",
        "44_quang_binh",
        "45_quang_tri",
        "52_binh_dinh",
        "72_tay_ninh",
        "77_ba_ria_vung_tau",
        "80_long_an",
        "82_tien_giang",
        "91_kien_giang",
    ],
)
def test_files_of_old_provinces_are_named_as_todays(may, name):
    assert (may / f"provincial_submission/2025-05/{name}_2025-05.xlsx").is_file()


def test_the_same_seed_gives_the_same_bytes_before_the_merger(may, tmp_path, published, catalogue):
    write_samples(tmp_path, published=published, catalogue=catalogue, months=[MAY])
    assert contents(tmp_path) == contents(may)
