from __future__ import annotations

from pathlib import Path

import pytest

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest import recognition
from dx_pipeline.ingest.guard import MAX_TEXT_TABLE_BYTES
from dx_pipeline.ingest.recognition import (
    register_of,
    register_of_place,
    registers_by_headings,
    sources_of_content,
    the_one_source,
)

SOURCES = load_catalogue().sources
COLUMNS = SOURCES["portal_dossiers"].records.columns
REQUIRED = [column.headings for column in COLUMNS.values() if column.is_required]
FIRST = [headings[0] for headings in REQUIRED]
LAST = [headings[-1] for headings in REQUIRED]


def header(names, delimiter=","):
    names = list(names)
    return delimiter.join(names) + "\n" + delimiter.join("x" * len(names)) + "\n"


def written(tmp_path: Path, content: str | bytes, size: int | None = None) -> Path:
    """A text file; with a size, one that goes on to it without taking room."""
    path = tmp_path / "a.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    if size:
        with path.open("rb+") as file:
            file.truncate(size)
    return path


@pytest.fixture
def no_whole_reading(monkeypatch):
    """Whoever reads a file as a whole fails."""
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail(f"{path} was read as a whole"))
    monkeypatch.setattr(
        recognition, "read_sheets", lambda path, _: pytest.fail(f"{path} was read as a table")
    )


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(header(FIRST), id="first headings"),
        pytest.param(header(LAST, ";"), id="last headings, semicolon"),
        pytest.param(header(name.upper() for name in FIRST), id="capitals"),
        pytest.param(header(f'"{name} (1)"' for name in FIRST), id="quoted, with footnote marks"),
        pytest.param(header(COLUMNS, "\t"), id="fields, tab"),
        pytest.param(header([*reversed(FIRST), "GHI_CHU"], "|"), id="other order, another column, bar"),
        pytest.param("\ufeff" + header(FIRST), id="byte order mark"),
        pytest.param(header(FIRST).encode("utf-16"), id="UTF-16"),
        pytest.param("DANH SÁCH HỒ SƠ\n\n" + header(FIRST), id="below a title"),
        pytest.param(header(FIRST).replace("\n", "\r\n"), id="line ends of Windows"),
    ],
)
@pytest.mark.usefixtures("no_whole_reading")
def test_a_register_is_told_by_its_headings(tmp_path, content):
    path = written(tmp_path, content)
    assert [source.code for source in sources_of_content(path, "a.csv", SOURCES.values())] == [
        "portal_dossiers"
    ]
    assert the_one_source(path, "a.csv", SOURCES).code == "portal_dossiers"


@pytest.mark.parametrize("missing", range(len(FIRST)), ids=FIRST)
def test_a_file_without_a_required_column_is_none(tmp_path, missing):
    path = written(tmp_path, header(name for number, name in enumerate(FIRST) if number != missing))
    assert registers_by_headings(path, SOURCES.values()) == []


@pytest.mark.usefixtures("no_whole_reading")
@pytest.mark.parametrize("size", [700 * 1024**2, 1 << 40], ids=["700 MB", "a terabyte"])
@pytest.mark.parametrize("count", [len(FIRST), len(FIRST) - 3], ids=["all columns", "three missing"])
def test_a_large_register_is_told_by_its_head(tmp_path, size, count):
    path = written(tmp_path, header(FIRST[:count]) * 5000, size)
    assert the_one_source(path, "a.csv", SOURCES).code == "portal_dossiers"


def test_a_large_file_of_nobody_is_refused_with_where_registers_go(tmp_path, monkeypatch):
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail(f"{path} was read as a whole"))
    path = written(tmp_path, "Số,Tên\n1,2\n" * 10_000, MAX_TEXT_TABLE_BYTES + 1)
    with pytest.raises(
        UnreadableFileError, match=r"more than any report, .* folder \(portal_dossiers\)"
    ) as caught:
        the_one_source(path, "a.csv", SOURCES)
    assert "đặt vào thư mục của nguồn (portal_dossiers)" in caught.value.message_vi


@pytest.mark.parametrize(
    ("origin", "content", "expected"),
    [
        pytest.param("portal_dossiers/2025-10/a.csv", "x", "portal_dossiers", id="its place"),
        pytest.param("portal_dossiers/2025-10/a.zip!/b.csv.zst", "x", "portal_dossiers", id="in a zip there"),
        pytest.param("a.csv", header(FIRST), "portal_dossiers", id="its headings"),
        pytest.param("a.csv", "thang,ma_tinh\n", None, id="another file"),
        pytest.param("signature_registry/a.csv", header(FIRST), None, id="another source's place"),
        pytest.param("a.csv", "", None, id="empty"),
    ],
)
def test_whether_a_file_is_a_large_register(tmp_path, origin, content, expected):
    found = register_of(written(tmp_path, content), origin, SOURCES)
    assert (found.code if found else None) == expected


@pytest.mark.parametrize(
    ("origin", "is_register"),
    [("portal_dossiers/a.csv", True), ("signature_registry/a.csv", False), ("a.csv", False)],
)
def test_the_place_of_a_register(origin, is_register):
    assert (register_of_place(origin, SOURCES) is not None) is is_register
