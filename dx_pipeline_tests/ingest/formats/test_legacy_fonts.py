from __future__ import annotations

import time

import pytest

from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.formats.legacy_fonts import repair, repair_sheets
from dx_pipeline.ingest.formats.sheet import Percentage, Sheet
from dx_pipeline_tests.ingest.formats.legacy_text import IN_FONTS, in_tcvn3, in_vni, place_names


@pytest.mark.parametrize("font", IN_FONTS)
def test_a_file_in_one_font(font: str) -> None:
    names = place_names()
    found = repair([IN_FONTS[font](name) for name in names], "x.xls")
    assert [text.casefold() for text in found.texts] == [name.casefold() for name in names]
    assert found.encoding == font


@pytest.mark.parametrize("font", IN_FONTS)
def test_cells_in_unicode_between_cells_in_a_font_stay(font: str) -> None:
    names = place_names()
    cells = [IN_FONTS[font](name) if at % 3 else name for at, name in enumerate(names)]
    assert [text.casefold() for text in repair(cells, "x.xls").texts] == [name.casefold() for name in names]


def test_correct_text_stays_the_same() -> None:
    names = [*place_names(), "Diện tích (km²)", "20 °C", "«A»", "Café", "Müller", "", "HĐND"]
    assert repair(names).texts == names
    assert repair(names).encoding is None


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param(["Nam §Þnh"], ["Nam Định"], id="one word"),
        pytest.param(["Qu¶ng TrÞ", "Ghi chú"], ["Quảng Trị", "Ghi chú"], id="one cell among unicode"),
        pytest.param(["Quáº£ng Trá»‹", "Cáº§n ThÆ¡"], ["Quảng Trị", "Cần Thơ"], id="mojibake"),
        pytest.param(
            ["Qu¶ng TrÞ", "§µ N½ng", "Caàn Thô", "Quaûng Ngaõi", "Ñaø Naüng", "Thaùi Nguyeân"],
            ["Quảng Trị", "Đà Nẵng", "Cần Thơ", "Quảng Ngãi", "Đà Nẵng", "Thái Nguyên"],
            id="two fonts",
        ),
        pytest.param(
            ["Tỉnh", "TP. Hoà Chí Minh", "Ñoàng Nai"], ["Tỉnh", "TP. Hồ Chí Minh", "Đồng Nai"], id="name"
        ),
    ],
)
def test_small_files(cells: list[str], expected: list[str]) -> None:
    assert repair(cells).texts == expected


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        pytest.param(
            ["xçþ äüœ ëðñ öøß", "æçñ ßþð øœš žÿð"], "no Vietnamese in any known encoding", id="no encoding"
        ),
        pytest.param(["LỦẬN", "CỦÀ", "BÁỎ", "cáo"], "no Vietnamese", id="scrambled accents"),
        pytest.param(
            ["Tỉnh", "Hoàng Mai", in_vni("Quảng Trị"), in_vni("Đà Nẵng"), in_vni("Thái Nguyên")],
            "«Hoàng Mai» can also be read as «Hồng Mai»",
            id="two readings",
        ),
    ],
)
def test_what_is_refused(cells: list[str], message: str) -> None:
    with pytest.raises(UnreadableFileError, match=message) as caught:
        repair(cells, "x.xls")
    assert "x.xls" in caught.value.message_vi


def test_sheets_keep_everything_but_their_texts() -> None:
    rows = [
        [in_tcvn3(name), 1.5, Percentage(0.5), None, ""] for name in ("Quảng Trị", "Đà Nẵng", "Thái Nguyên")
    ]
    sheet = Sheet(in_tcvn3("Chữ ký số"), rows, merges=(((0, 0), (0, 1)),), hidden_columns=frozenset({1}))
    (found,) = repair_sheets([sheet], "x.xls")
    assert found.name == "Chữ ký số"
    assert found.rows[0] == ["Quảng Trị", 1.5, Percentage(0.5), None, ""]
    assert (found.merges, found.hidden_columns) == (sheet.merges, sheet.hidden_columns)


def test_correct_sheets_come_back_as_they_are_and_at_once() -> None:
    names = place_names()[:3321]
    sheets = [Sheet("Số liệu", [[name, *map(float, range(9))] for name in names])]
    start = time.perf_counter()
    assert repair_sheets(sheets, "x.xlsx") is sheets
    assert time.perf_counter() - start < 0.5  # 34 of these have 1.1 million cells; about 0.01 s each
