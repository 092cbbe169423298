"""No bytes make a reader end in anything but sheets, members or one of our errors."""

import gzip
import io
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dx_pipeline.failures import DxError
from dx_pipeline.ingest import guard
from dx_pipeline.ingest.formats import Format, read_sheets, sniff, unpack
from dx_pipeline_tests.ingest.formats.conftest import FILES

PAGE = (
    "<html><style>.a{display:none}</style><table><tr><td rowspan=2 colspan=3>a<td>1</tr><tr class=a>"
    "<td>Hà Nội<br>2</table></html>"
).encode()
WHOLE = {
    "xlsx": (FILES / "report.xlsx").read_bytes(),
    "xls": (FILES / "report.xls").read_bytes(),
    "ods": (FILES / "report.ods").read_bytes(),
    "html": PAGE,
    "csv": 'Đơn vị;Số\n"Hà\nNội";1,5\n'.encode(),
    "utf-16": "Đơn vị\tSố\nHà Nội\t1,5\n".encode("utf-16"),
    "gzip": gzip.compress(b"a;b\n1;2\n", mtime=0),
}
STARTS = (
    b"PK\x03\x04",
    b"\x1f\x8b\x08",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"\x09\x08\x10\x00",
    b"<table>",
    b"{",
)


CHANGES = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=8)), min_size=1, max_size=6
)


def changed(whole, changes):
    content = bytearray(whole)
    for share, piece in changes:
        start = int(share * len(content))
        content[start : start + len(piece)] = piece
    return bytes(content)


def read_anyhow(content):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "received")
        path.write_bytes(content)
        unpacked = Path(folder, "unpacked")
        unpacked.mkdir()
        try:
            guard.check_file(path, "a")
            if sniff(path, "a") in (Format.ZIP, Format.GZIP):
                assert list(unpack(path, "a", unpacked))
            elif sniff(path, "a") is not Format.JSON:
                for sheet in read_sheets(path, "a"):
                    assert len({len(row) for row in sheet.rows}) <= 1
        except DxError as error:
            assert error.message_vi != error.message  # noqa: PT017


@given(st.binary(max_size=400), st.sampled_from((b"", *STARTS)))
def test_random_bytes(content, start):
    read_anyhow(start + content)


@pytest.mark.parametrize("kind", WHOLE)
@given(share=st.floats(0, 1))
@settings(max_examples=25)
def test_files_cut_off(kind, share):
    whole = WHOLE[kind]
    read_anyhow(whole[: int(len(whole) * share)])


@pytest.mark.parametrize("kind", WHOLE)
@given(changes=CHANGES)
def test_files_with_changed_bytes(kind, changes):
    read_anyhow(changed(WHOLE[kind], changes))


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("xlsx", "xl/worksheets/sheet1.xml"),
        ("xlsx", "xl/workbook.xml"),
        ("xlsx", "xl/styles.xml"),
        ("xlsx", "xl/sharedStrings.xml"),
        ("xlsx", "xl/_rels/workbook.xml.rels"),
        ("ods", "content.xml"),
    ],
)
@given(changes=CHANGES)
def test_workbooks_with_changed_bytes_in_a_part(kind, part, changes):
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WHOLE[kind])) as source, zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            content = source.read(name)
            archive.writestr(name, changed(content, changes) if name == part else content)
    read_anyhow(target.getvalue())
