import struct
import zipfile

import pytest

from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest import guard


def zipped(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_an_ordinary_file_passes(tmp_path):
    guard.check_file(
        zipped(tmp_path / "a.xlsx", {"xl/workbook.xml": "<?xml version='1.0'?><workbook/>"}), "a.xlsx"
    )


def test_an_empty_file_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.touch()
    with pytest.raises(UnreadableFileError, match=r"a\.csv was not read: it is empty") as caught:
        guard.check_file(path, "a.csv")
    assert "tệp rỗng" in caught.value.message_vi


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    ("package", "name"),
    [
        pytest.param({}, "xl/sharedStrings.xml", id="xlsx"),
        pytest.param({"[Content_Types].xml": ""}, "sheet.txt", id="part of any name"),
        pytest.param({"mimetype": ""}, "content.xml", id="ods"),
    ],
)
def test_a_file_that_declares_a_document_type_is_refused(tmp_path, package, name, encoding):
    xml = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>'.encode(encoding)
    path = zipped(tmp_path / "a.xlsx", {**package, name: xml})
    with pytest.raises(UnreadableFileError, match="document type"):
        guard.check_file(path, "a.xlsx")


@pytest.mark.parametrize(
    ("cell", "is_refused"),
    [
        pytest.param('<c r="IV99999"><v>1</v></c>', False, id="last cell that is allowed"),
        pytest.param('<c r="IW1"><v>1</v></c>', True, id="column 257"),
        pytest.param("<c s='1' r='XFD1048576'><v>1</v></c>", True, id="far corner"),
        pytest.param('<x:c r = "xfd1"><x:v>1</x:v></x:c>', True, id="prefix, spaces, small letters"),
        pytest.param('<row r="100000"><c r="A100000"><v>1</v></c></row>', True, id="row 100,000"),
        pytest.param('<row r="100000"><c><v>1</v></c></row>', True, id="row 100,000, cell without reference"),
        pytest.param(
            '<row r="100000"><c r="A1" s="1"/><c><v>1</v></c></row>', True, id="the same behind another"
        ),
        pytest.param(
            '<c r="A1"/>' * 200_000 + '<c r="XFD1"><v>1</v></c>', True, id="far column in a later piece"
        ),
        pytest.param(
            '<row r="1048576" ht="12"/><row r="1048576"></row>', False, id="empty last row of LibreOffice"
        ),
        pytest.param('<row r="1048576"><c r="XFD1048576" s="1"/></row>', False, id="style without content"),
    ],
)
def test_cells_in_far_corners_are_refused_before_a_reader_lays_the_sheet_out(tmp_path, cell, is_refused):
    path = zipped(tmp_path / "a.xlsx", {"xl/worksheets/sheet1.xml": f"<sheetData>{cell}</sheetData>"})
    if not is_refused:
        guard.check_file(path, "a.xlsx")
        return
    with pytest.raises(UnreadableFileError, match="beyond column IV or row 99,999"):
        guard.check_file(path, "a.xlsx")


def test_a_zip_bomb_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(guard, "MAX_BYTES", 8 * 1024)
    path = zipped(tmp_path / "a.xlsx", {"xl/worksheets/sheet1.xml": "0" * 1_000_000})
    with pytest.raises(UnreadableFileError, match=r"would expand [0-9]+ times"):
        guard.check_file(path, "a.xlsx")


@pytest.mark.parametrize(
    ("limit", "value"),
    [pytest.param("MAX_MEMBERS", 1, id="members"), pytest.param("MAX_EXPANDED_BYTES", 5, id="expanded size")],
)
def test_limits_on_the_whole_archive(tmp_path, monkeypatch, limit, value):
    monkeypatch.setattr(guard, limit, value)
    with pytest.raises(UnreadableFileError, match="would expand to"):
        guard.check_file(zipped(tmp_path / "a.xlsx", {"a": "123", "b": "456"}), "a.xlsx")


def test_a_large_file_is_refused_before_it_is_opened(tmp_path, monkeypatch):
    monkeypatch.setattr(guard, "MAX_BYTES", 3)
    path = tmp_path / "a.csv"
    path.write_text("1234", encoding="utf-8")
    with pytest.raises(UnreadableFileError, match="more than 3"):
        guard.check_file(path, "a.csv")


def test_a_register_has_a_limit_of_its_own(tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    path.write_text("1234", encoding="utf-8")
    monkeypatch.setattr(guard, "MAX_BYTES", 3)
    guard.check_file(path, "a.csv", is_register=True)
    monkeypatch.setattr(guard, "MAX_REGISTER_BYTES", 3)
    with pytest.raises(
        UnreadableFileError, match=r"4 bytes, more than the 3 of a register; .*\.csv\.gz"
    ) as caught:
        guard.check_file(path, "a.csv", is_register=True)
    assert "mỗi tháng một tệp" in caught.value.message_vi


def test_an_empty_register_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.touch()
    with pytest.raises(UnreadableFileError, match="it is empty"):
        guard.check_file(path, "a.csv", is_register=True)


def test_a_part_larger_than_it_declares_is_refused(tmp_path):
    path = zipped(tmp_path / "a.xlsx", {"xl/workbook.xml": "<a>" + " " * 5000})
    content = path.read_bytes()
    assert content.count(struct.pack("<I", 5003)) == 2
    path.write_bytes(content.replace(struct.pack("<I", 5003), struct.pack("<I", 53)))
    with pytest.raises(UnreadableFileError, match="has 5003 bytes and declares 53"):
        guard.check_file(path, "a.xlsx")


@pytest.mark.parametrize(
    ("rows", "columns", "is_refused"),
    [(99_999, 50, False), (100_000, 1, True), (1, 257, True), (99_999, 256, True)],
)
def test_the_extent_of_a_sheet_is_limited(rows, columns, is_refused):
    if not is_refused:
        guard.check_extent(rows, columns, "a.ods", "S")
        return
    with pytest.raises(UnreadableFileError, match="its sheet S reaches over"):
        guard.check_extent(rows, columns, "a.ods", "S")


def test_a_damaged_archive_is_refused(tmp_path):
    whole = zipped(tmp_path / "a.xlsx", {"xl/workbook.xml": "<workbook/>" * 500}).read_bytes()
    damaged = whole[:20] + b"\x00" * 20 + whole[40:]
    path = tmp_path / "b.xlsx"
    path.write_bytes(damaged)
    with pytest.raises(UnreadableFileError):
        guard.check_file(path, "b.xlsx")
