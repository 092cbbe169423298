from __future__ import annotations

import random
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.formats.decoding import decode, decode_with_name
from dx_pipeline_tests.ingest.formats.legacy_text import ENCODERS, in_tcvn3, in_vni, place_names

TABLE = (
    "Tỉnh, thành phố;Số hồ sơ trực tuyến;Tỷ lệ (%)\r\nQuảng Trị;1.595;72,63\r\n"
    "Đắk Lắk;8.130;64,2\r\nHồ Chí Minh;1;2\r\n"
)


@pytest.mark.parametrize("encoding", ENCODERS)
def test_a_table_in_every_encoding(encoding: str) -> None:
    found = decode_with_name(ENCODERS[encoding](TABLE), "x.csv")
    assert (found.text, found.encoding) == (TABLE, encoding)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-8"])
def test_unicode_with_and_without_mark(encoding: str) -> None:
    assert decode(unicodedata.normalize("NFD", TABLE).encode(encoding), "x.csv") == TABLE


@pytest.mark.parametrize("mark", [b"\xfe\xff"])
def test_utf_16_big_endian_with_mark(mark: bytes) -> None:
    assert decode_with_name(mark + TABLE.encode("utf-16-be"), "x.csv").encoding == "utf-16-be"


@given(
    st.lists(st.sampled_from(place_names()), min_size=12, max_size=40),
    st.sampled_from(sorted(ENCODERS)),
    st.sampled_from([", ", ";", "\n", "\t"]),
)
@settings(max_examples=60, deadline=None)
def test_names_come_back_from_every_encoding(names: list[str], encoding: str, between: str) -> None:
    text = between.join(names) + "\n1"
    assert decode(ENCODERS[encoding](text), "x.csv").casefold() == text.casefold()


@pytest.mark.parametrize("encoding", ENCODERS)
@pytest.mark.parametrize("size", [1, 2, 4, 8])
def test_short_texts_are_read_rightly_or_refused(encoding: str, size: int) -> None:
    chance = random.Random(f"{encoding}{size}")
    refused = 0
    for _ in range(40):
        text = "\n".join(chance.sample(place_names(), size))
        try:
            assert decode(ENCODERS[encoding](text), "x.csv").casefold() == text.casefold()
        except UnreadableFileError:
            refused += 1
    assert refused <= (8 if size == 1 else 3)


@given(st.binary(max_size=400) | st.text(max_size=60).map(lambda text: text.encode("utf-16-le")))
@settings(max_examples=150, deadline=None)
def test_bytes_become_text_or_are_refused(content: bytes) -> None:
    try:
        text = decode(content, "x.csv")
    except UnreadableFileError as refusal:
        names_file = "x.csv" in refusal.message and "x.csv" in refusal.message_vi
        assert names_file
    else:
        assert unicodedata.is_normalized("NFC", text)
        assert "\x00" not in text


@pytest.mark.parametrize(
    ("content", "message", "message_vi"),
    [
        pytest.param(
            b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "line 3 holds the control", "dòng 3", id="picture"
        ),
        pytest.param(
            b"a;b\n1;\x002\n", "line 2 holds the control character U\\+0000", "dòng 2", id="zero byte"
        ),
        pytest.param(
            b"Caf\xe9;M\xfcller\n", "WINDOWS-1258 «Café;Müller» or TCVN3", "hoặc", id="another language"
        ),
        pytest.param(b"a\x96b;1\n", "encoding cannot be told", "bảng mã", id="one dash"),
        pytest.param(
            in_tcvn3("Hà Nội\nĐà Nẵng\nCần Thơ\nTỉnh Thái Nguyên\n").encode("cp1252") + b"\xb0x\n",
            "line 5 holds a byte that TCVN3",
            "dòng 5",
            id="a byte the encoding lacks",
        ),
        pytest.param(
            "Hà Nội\nĐà Nẵng\nCần Thơ\nThái Nguyên\n".encode() + b"Qu\xe1\xba\n",
            "line 5",
            "dòng 5",
            id="cut UTF-8",
        ),
        pytest.param("KẾT LỦẬN;CỦÀ;BÁỎ;CÁO".encode(), "no Vietnamese", "không phải tiếng Việt", id="decoy"),
        pytest.param(
            "Mã t?nh;S? ch?ng th?;Tr??ng thành\n44;1;2\n".encode("cp1252"),
            "letters were lost",
            "đã mất",
            id="lost",
        ),
        pytest.param(b"T?nh;Tr??ng;Qu?ng Tr?\n", "letters were lost", "đã mất", id="lost, ASCII"),
        pytest.param(b"\xff\xfea\x00\x00\xd8", "UTF-16-LE", "UTF-16-LE", id="broken UTF-16"),
        pytest.param(bytes(range(256)) * 4, "control character", "điều khiển", id="junk"),
    ],
)
def test_what_is_refused_and_why(content: bytes, message: str, message_vi: str) -> None:
    with pytest.raises(UnreadableFileError, match=message) as caught:
        decode(content, "tệp.csv")
    assert message_vi in caught.value.message_vi


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a;b\n1;2\n",
        "中文;數據\n",
        "€ 5 m² 10 °C ±\n",
        "HĐND;BCĐTW\n",
        "Xã Dliê Ya;Êê;Rvê\n",
        "Москва\n",
        "https://x.vn/a?b=1 c?d=2 e?f=3 Sao? Có?\n",
    ],
    ids=["empty", "ascii", "chinese", "signs", "acronyms", "minority names", "russian", "addresses"],
)
def test_unicode_that_is_not_plain_vietnamese_passes(text: str) -> None:
    assert decode(text.encode("utf-8"), "x.csv") == text


def test_legacy_codes_saved_as_utf_8() -> None:
    lines = ["Tên đơn vị;Số", in_vni("Quảng Trị;1"), in_vni("Đà Nẵng;2"), in_vni("Thái Nguyên;3")]
    found = decode_with_name("\n".join(lines).encode("utf-8"), "x.csv")
    assert found.text == "Tên đơn vị;Số\nQuảng Trị;1\nĐà Nẵng;2\nThái Nguyên;3"
    assert found.encoding == "vni"


def test_a_byte_beyond_the_sample_is_found() -> None:
    content = in_vni("Quảng Trị;Đà Nẵng;Thái Nguyên\n").encode("cp1252") * 20_000 + b"\xe7\n"
    with pytest.raises(UnreadableFileError, match="line 20001 holds a byte that VNI"):
        decode(content, "x.csv")
