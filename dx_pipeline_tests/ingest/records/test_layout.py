from __future__ import annotations

import gzip
from datetime import date

import pytest
import zstandard

from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.records.layout import Layout, read_layout
from dx_pipeline_tests.ingest.records.register_files import MONTH, good_row, heading, table, text_of, write

ROWS = [good_row(number) for number in range(12)]
FIELDS = tuple(table().columns)
MOMENTS = ("received_at", "due_at", "finished_at")


@pytest.fixture
def layout(tmp_path):
    def reading(content: str | bytes, name: str = "ho_so.csv") -> Layout:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return read_layout(path, name, table())

    return reading


def rewritten(form: str, rows=ROWS, fields=MOMENTS) -> list[dict[str, str]]:
    """The rows with their moments written in another form."""
    from datetime import datetime

    def written(row):
        cells = {name: datetime.fromisoformat(row[name]).strftime(form) for name in fields if row[name]}
        return {**row, **cells}

    return [written(row) for row in rows]


@pytest.mark.parametrize(
    ("options", "header_line"),
    [
        pytest.param({}, 1, id="as exported"),
        pytest.param({"delimiter": ";"}, 1, id="semicolons"),
        pytest.param({"delimiter": "\t"}, 1, id="tabs"),
        pytest.param({"delimiter": "|"}, 1, id="bars"),
        pytest.param({"line_end": "\r\n"}, 1, id="CRLF"),
        pytest.param({"above": ["DANH SÁCH HỒ SƠ", "Tháng 10/2025"]}, 3, id="title above"),
        pytest.param({"above": ["", "DANH SÁCH", ""]}, 4, id="empty lines above"),
        pytest.param({"above": ["DANH\u2028SÁCH\x85\x0c"]}, 2, id="title with other separators of lines"),
        pytest.param({"above": ["sep=;"], "delimiter": ";"}, 2, id="sep="),
        pytest.param({"above": ["x"] * 19}, 20, id="title of 19 lines"),
    ],
)
def test_headings_are_found(layout, options, header_line: int) -> None:
    found = layout(text_of(ROWS, **options))
    assert found.fields == FIELDS
    assert (found.delimiter, found.header_line) == (options.get("delimiter", ","), header_line)
    assert found.month == MONTH
    assert not found.is_sample
    assert not found.unknown
    assert found.moment_formats == ()


@pytest.mark.parametrize(
    "pack",
    [
        pytest.param(bytes, id="plain"),
        pytest.param(lambda data: b"\xef\xbb\xbf" + data, id="byte order mark"),
        pytest.param(gzip.compress, id="gzip"),
        pytest.param(zstandard.ZstdCompressor().compress, id="zstd"),
    ],
)
def test_packings_are_told_by_their_bytes_not_by_the_name(layout, pack) -> None:
    found = layout(pack(text_of(ROWS).encode()), name="tep")
    assert found.fields == FIELDS
    assert found.month == MONTH


def test_headings_in_any_order_and_spelling(layout) -> None:
    others = {name: table().columns[name].headings[-1].upper() for name in FIELDS}
    fields = [*reversed(FIELDS)]
    found = layout(text_of(ROWS, fields=fields, headings=others))
    assert found.fields == tuple(fields)
    assert found.name_of("province") == others["province"]


def test_columns_nobody_knows_are_let_be(layout) -> None:
    found = layout(text_of(ROWS, fields=["ghi chú", *FIELDS, "STT"]))
    assert found.fields == (None, *FIELDS, None)
    assert found.unknown == ("ghi chú", "STT")


def test_a_column_that_is_not_required_may_be_missing(layout) -> None:
    found = layout(text_of(ROWS, fields=[name for name in FIELDS if name != "satisfaction"]))
    assert "satisfaction" not in found.fields
    assert found.name_of("satisfaction") == "satisfaction"


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_the_label_of_samples(tmp_path, kind: str) -> None:
    import duckdb

    path = tmp_path / f"mau.{kind}"
    names = ", ".join(f"'x' AS {heading(name)}" for name in FIELDS if name not in MOMENTS)
    moments = ", ".join(f"TIMESTAMP '2025-10-03' AS {heading(name)}" for name in MOMENTS)
    duckdb.execute(f"COPY (SELECT {names}, {moments}, '' AS DU_LIEU_MAU) TO '{path}' (FORMAT {kind})")
    found = read_layout(path, path.name, table())
    assert found.is_sample
    assert found.month == MONTH


@pytest.mark.parametrize("field", [name for name in FIELDS if table().columns[name].is_required])
def test_a_missing_column_is_named(layout, field: str) -> None:
    with pytest.raises(UnreadableFileError, match=rf"columns {heading(field)} are missing") as caught:
        layout(text_of(ROWS, fields=[name for name in FIELDS if name != field]))
    assert f"thiếu các cột {heading(field)}" in caught.value.message_vi


def test_a_doubled_column_is_named(layout) -> None:
    with pytest.raises(UnreadableFileError, match="more than one column is headed as MA_TINH"):
        layout(text_of(ROWS, fields=[*FIELDS, "x"], headings={"x": "Mã tỉnh"}))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "are missing", id="empty file"),
        pytest.param(
            b"<html><body>B\xe1\xba\xa3o tr\xc3\xac</body></html>", "are missing", id="page of a server"
        ),
        pytest.param(b"a" * 400_000, "are missing", id="one endless line"),
        pytest.param(bytes(5000), "are missing", id="nothing but zeros"),
        pytest.param(text_of(ROWS, above=["x"] * 20).encode(), "are missing", id="headings too far down"),
        pytest.param(text_of(ROWS).encode("utf-16"), "not written in UTF-8", id="UTF-16"),
        pytest.param(text_of(ROWS).encode() + b"\xff", "not written in UTF-8", id="a byte that is no UTF-8"),
        pytest.param(text_of(ROWS, line_end="\r").encode(), "carriage returns only", id="CR only"),
        pytest.param(gzip.compress(text_of(ROWS).encode())[:30], "cannot be unpacked", id="gzip cut off"),
        pytest.param(b"\x28\xb5\x2f\xfdxxxxxxxxxxxxxx", "cannot be unpacked", id="no zstd after all"),
        pytest.param(b"PAR1 and nothing else", "no readable Parquet", id="no Parquet after all"),
    ],
)
def test_what_is_no_register_is_refused(layout, content: bytes, said: str) -> None:
    with pytest.raises(UnreadableFileError, match=said) as caught:
        layout(content)
    assert "ho_so.csv" in caught.value.message_vi


@pytest.mark.parametrize(
    "form", ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d", "%Y-%m-%d %H:%M:%S.%f"], ids=str
)
def test_iso_moments_need_no_format(layout, form: str) -> None:
    found = layout(text_of(rewritten(form)))
    assert (found.moment_formats, found.month) == ((), MONTH)


@pytest.mark.parametrize("form", ["%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y"], ids=str)
def test_moments_as_they_are_written_in_vietnam(layout, form: str) -> None:
    found = layout(text_of(rewritten(form)))
    assert (found.moment_formats, found.month) == ((form,), MONTH)


def test_moments_in_two_forms(layout) -> None:
    rows = rewritten("%d/%m/%Y", rewritten("%d/%m/%Y %H:%M:%S", fields=("received_at",)), ("due_at",))
    found = layout(text_of([{**row, "finished_at": ""} for row in rows]))
    assert found.moment_formats == ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y")


@pytest.mark.parametrize("zone", ["+07:00", "Z"])
def test_moments_with_a_time_zone_are_refused(layout, zone: str) -> None:
    rows = [*ROWS[:5], {**ROWS[5], "received_at": f"2025-10-06T12:05:00{zone}"}]
    with pytest.raises(UnreadableFileError, match="carry a time zone") as caught:
        layout(text_of(rows))
    assert zone in caught.value.message_vi


def test_parquet_moments_with_a_time_zone_are_refused(tmp_path) -> None:
    path = write(tmp_path / "x.parquet", ROWS, types={"received_at": "TIMESTAMPTZ"})
    with pytest.raises(UnreadableFileError, match="carry a time zone"):
        read_layout(path, path.name, table())


def test_moments_nobody_can_read_are_refused(layout) -> None:
    cells = dict.fromkeys(MOMENTS, "ngày mười tháng mười")
    with pytest.raises(UnreadableFileError, match="is no moment that can be read") as caught:
        layout(text_of([{**row, **cells} for row in ROWS]))
    assert "ngày mười tháng mười" in caught.value.message_vi


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        pytest.param((10,) * 6 + (11,) * 5, MONTH, id="more than half"),
        pytest.param((10,) * 5 + (11,) * 5, None, id="half"),
        pytest.param((9, 10, 11), None, id="three months"),
        pytest.param((), None, id="no rows"),
    ],
)
def test_the_month_is_that_of_more_than_half_of_the_first_rows(layout, months, expected) -> None:
    rows = [good_row(number, date(2025, month, 1)) for number, month in enumerate(months)]
    assert layout(text_of(rows)).month == expected


@pytest.mark.parametrize("is_ended", [True, False], ids=["ended", "not ended"])
def test_headings_alone(layout, is_ended: bool) -> None:
    found = layout(text_of([], is_ended=is_ended))
    assert (found.fields, found.month) == (FIELDS, None)
