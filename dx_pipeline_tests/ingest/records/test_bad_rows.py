from __future__ import annotations

import csv
import gzip
import random
from collections import Counter
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.records import staging
from dx_pipeline_tests.ingest.records.register_files import (
    AGREEMENT,
    CODES,
    FORMATS,
    MONTH,
    SPOILS,
    TYPES,
    Reject,
    checks,
    expected,
    good_row,
    heading,
    load,
    places,
    read_rows,
    rejects,
    rejects_of,
    spoiled_row,
    table,
    text_of,
    write,
)

FIELDS = list(table().columns)
ALL_QUOTED = {"quoting": csv.QUOTE_ALL}
LAYOUTS = {
    "plain": {},
    "quoted": ALL_QUOTED,
    "semicolons, CRLF": {"delimiter": ";", "line_end": "\r\n"},
    "quoted, tabs, CRLF": {"delimiter": "\t", "line_end": "\r\n", **ALL_QUOTED},
    "bars, not ended": {"delimiter": "|", "is_ended": False},
    "title above": {"above": ["DANH SÁCH HỒ SƠ", "", "Tháng 10/2025"]},
    "quoted title above": {"above": ['"DANH SÁCH", "HỒ SƠ"']},
    "province last, CRLF": {"fields": [*FIELDS[:2], *FIELDS[3:], "province"], "line_end": "\r\n"},
    "key last, CRLF": {"fields": [*FIELDS[1:], "dossier_code"], "line_end": "\r\n"},
    "other columns between": {"fields": ["STT", *FIELDS[:4], "ghi chú", *FIELDS[4:], "x"]},
}
Line = tuple[int, str | None] | None
"""A row's number and what spoils it; None is an empty line."""


def write_lines(path: Path, lines: list[Line], **options) -> list[Reject]:
    """Writes the lines and gives what must be rejected of them."""
    first = 1 if path.suffix == ".parquet" else 2 + len(options.get("above", ()))
    rows = [
        "" if line is None else spoiled_row(line[0], line[1]) if line[1] else good_row(line[0])
        for line in lines
    ]
    write(path, rows, **options)
    numbered = ((number, line) for number, line in enumerate(lines, start=first) if line and line[1])
    return expected(*(rejects_of(line[0], line[1], number) for number, line in numbered))


def every_kind(between: int = 1) -> list[Line]:
    """A row of every kind, and so many good ones before each of them."""
    rows: list[Line] = []
    for kind in SPOILS:
        rows += [(len(rows) + number, None) for number in range(between)]
        rows.append((len(rows), kind))
    return rows


@pytest.mark.parametrize("suffix", [FORMATS[0], FORMATS[-1]])  # packed ones are read like plain ones
@pytest.mark.parametrize("kind", SPOILS)
def test_one_bad_row(tmp_path, suffix: str, kind: str) -> None:
    awaited = write_lines(tmp_path / f"x{suffix}", [(0, None), (1, kind), (2, None)])
    loaded = load(tmp_path / f"x{suffix}")
    assert rejects(loaded) == awaited
    assert (loaded.line_count, loaded.row_count, loaded.rejected_count) == (3, 2, 1)


@pytest.mark.parametrize(
    ("suffix", "name"),
    [*((suffix, name) for suffix in FORMATS[:-1] for name in LAYOUTS), (FORMATS[-1], "plain")],
)
def test_bad_rows_of_every_kind(tmp_path, suffix: str, name: str) -> None:
    path = tmp_path / f"x{suffix}"
    lines = every_kind()
    awaited = write_lines(path, lines, **LAYOUTS[name])
    loaded = load(path)
    assert rejects(loaded) == awaited
    assert (loaded.line_count, loaded.rejected_count) == (len(lines), len(SPOILS))
    assert loaded.row_count == len(lines) - len(SPOILS)


def test_what_the_checks_count(tmp_path) -> None:
    lines = every_kind()
    awaited = write_lines(tmp_path / "x.csv", lines)
    found = checks(load(tmp_path / "x.csv"))
    rows = Counter()
    for number, kind in (line for line in lines if line):
        hidden = kind and SPOILS[kind].hides_province
        rows["" if hidden else places()[number % len(places())][1]] += 1
    assert {area: evaluated for (area, rule), (evaluated, _) in found.items() if rule == "rows"} == rows
    failed = Counter(
        (province or "", rule) for _, rule, province in {(r.line, r.rule, r.province) for r in awaited}
    )
    failed.update((province or "", "rows") for _, province in {(r.line, r.province) for r in awaited})
    assert {key: count for key, (_, count) in found.items() if count} == failed
    assert {evaluated for (area, _), (evaluated, _) in found.items() if area == ""} == {rows[""]}


def test_the_first_lines_and_an_example_are_kept(tmp_path) -> None:
    rows = [good_row(0), *(spoiled_row(34 * number, "channel unknown") for number in range(1, 8))]
    loaded = load(write(tmp_path / "x.csv", rows))
    [(first_lines, example)] = read_rows(
        loaded.checks,
        "SELECT first_lines, example FROM read_parquet(?) WHERE failed_count > 0 AND rule <> 'rows'",
    )
    assert first_lines == "3, 4, 5, 6, 7"
    assert example.startswith(rows[1]["dossier_code"])


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_the_text_of_a_reject_shows_the_cell(tmp_path, suffix: str) -> None:
    loaded = load(
        write(
            tmp_path / f"x{suffix}",
            [good_row(0), spoiled_row(1, "due unreadable")],
            **(ALL_QUOTED if suffix == ".csv" else {}),
        )
    )
    [(text,)] = read_rows(loaded.rejects, "SELECT text FROM read_parquet(?)")
    assert "chưa rõ" in text


@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL], ids=["plain", "quoted"])
@pytest.mark.parametrize("empty", [(3, 0, 0), (0, 97, 0), (0, 0, 50), (4000, 7, 3000)], ids=str)
def test_empty_lines_do_not_move_the_others(tmp_path, line_end, quoting, empty) -> None:
    first, every, last = empty
    kinds = [*SPOILS]
    lines: list[Line] = [None] * first
    for number in range(4500):
        lines.append((number, kinds[number // 50 % len(kinds)] if number % 50 == 49 else None))
        if every and number % every == 0:
            lines += [None] * (1 + number % 3)
    lines += [None] * last
    awaited = write_lines(tmp_path / "x.csv", lines, line_end=line_end, quoting=quoting)
    loaded = load(tmp_path / "x.csv")
    assert rejects(loaded) == awaited
    assert loaded.line_count == 4500


@pytest.mark.parametrize("suffix", [".csv", ".csv.zst"])
@pytest.mark.parametrize("name", ["plain", "quoted"])
def test_lines_are_right_where_both_threads_read(tmp_path, suffix: str, name: str) -> None:
    """DuckDB gives a thread some 8 MB at a time; this is 20 MB, with empty lines all over."""
    kinds, chance = [*SPOILS], random.Random(57)
    numbers = range(140_000)
    spoiled = {number: chance.choice(kinds) for number in chance.sample(numbers, 600)}
    lines: list[Line] = []
    for number in numbers:
        lines.append((number, spoiled.get(number)))
        lines += [None] * (number % 701 == 0)
    awaited = write_lines(tmp_path / f"x{suffix}", lines, **LAYOUTS[name])
    loaded = load(tmp_path / f"x{suffix}")
    assert rejects(loaded) == awaited
    assert (loaded.line_count, loaded.rejected_count) == (140_000, 600)


@pytest.mark.parametrize(
    ("text", "awaited"),
    [
        pytest.param("2510-9,1.000001,H26", [Reject(3, TYPES, None, "01")], id="too few cells"),
        pytest.param(
            text_of([good_row(0)]).split("\n")[1] + ",x,y", [Reject(3, TYPES, None, "01")], id="too many"
        ),
        pytest.param("   ", [Reject(3, TYPES, None, None)], id="blanks"),
        pytest.param("\t", [Reject(3, TYPES, None, None)], id="tab"),
        pytest.param("x" * 1_200_000, [Reject(3, TYPES, None, None)], id="endless"),
    ],
)
@pytest.mark.parametrize("empty", [0, 1, 5])
def test_lines_that_are_no_row(tmp_path, text: str, awaited: list[Reject], empty: int) -> None:
    rows = [good_row(1), text, *[""] * empty, good_row(2)]
    loaded = load(write(tmp_path / "x.csv", rows))
    assert rejects(loaded) == awaited
    assert (loaded.line_count, loaded.rejected_count) == (3, 1)


def test_a_row_of_empty_cells_is_a_row(tmp_path) -> None:
    rows = [good_row(1), "\t" * (len(FIELDS) - 1), "", good_row(2)]
    loaded = load(write(tmp_path / "x.csv", rows, delimiter="\t"))
    assert {reject.line for reject in rejects(loaded)} == {3}
    assert {reject.heading for reject in rejects(loaded)} == {
        heading(name) for name, column in table().columns.items() if not column.may_be_empty
    }


def test_bytes_that_are_no_utf8_far_below_are_a_bad_row(tmp_path) -> None:
    rows = [*(good_row(number) for number in range(4000)), good_row(4000, procedure_code="XYZ")]
    path = tmp_path / "x.csv"
    path.write_bytes(text_of(rows).encode().replace(b"XYZ", b"X\xffZ"))
    assert [(reject.line, reject.rule) for reject in rejects(load(path))] == [(4002, TYPES)]


@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL], ids=["plain", "quoted"])
@pytest.mark.parametrize("cell", ["infinity", "-infinity"])
def test_infinity_is_no_moment(tmp_path, cell: str, quoting: int) -> None:
    loaded = load(write(tmp_path / "x.csv", [good_row(1), good_row(2, due_at=cell)], quoting=quoting))
    assert Reject(3, TYPES, "NGAY_HEN_TRA", places()[2][1]) in rejects(loaded)


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_moments_of_vietnam_judged_row_by_row(tmp_path, suffix: str) -> None:
    def local(row):
        cells = {name: row[name] for name in ("received_at", "due_at", "finished_at") if row[name]}
        return {**row, **{name: f"{c[8:10]}/{c[5:7]}/{c[:4]}{c[10:]}" for name, c in cells.items()}}

    rows = [local(good_row(number)) for number in range(8)]
    rows[3]["received_at"] = "31/02/2025 08:00:00"
    rows[5]["due_at"] = "sau"
    path = write(tmp_path / f"x{suffix}", rows)
    first = 1 if suffix == ".parquet" else 2
    assert rejects(load(path)) == expected(
        [
            Reject(first + 3, TYPES, "NGAY_TIEP_NHAN", places()[3][1]),
            Reject(first + 5, TYPES, "NGAY_HEN_TRA", places()[5][1]),
        ]
    )


def test_rows_of_other_provinces_in_a_province_s_file(tmp_path) -> None:
    path = write(tmp_path / "x.csv", [good_row(0), good_row(34), good_row(1), good_row(68)])
    assert rejects(load(path, area_code="01")) == [Reject(4, CODES, "MA_TINH", places()[1][1])]


def opened(number: int) -> list[str]:
    """Lines of a register of which one opens a quotation mark and none closes it."""
    lines = text_of([good_row(row) for row in range(40)]).splitlines()
    return [*lines[:number], '"' + lines[number], *lines[number + 1 :]]


@pytest.mark.parametrize("above", [0, 1, 3], ids=lambda count: f"{count} empty lines")
@pytest.mark.parametrize("number", [1, 20, 40], ids=["first", "middle", "last"])
def test_an_unclosed_quotation_mark_refuses_the_file(tmp_path, number: int, above: int) -> None:
    lines = opened(number)
    path = tmp_path / "x.csv"
    path.write_text("\n".join([*lines[:number], *[""] * above, *lines[number:], ""]), encoding="utf-8")
    with pytest.raises(
        UnreadableFileError, match=rf"quotation mark in line {number + 1 + above} is not closed"
    ) as e:
        load(path)
    assert f"dấu nháy kép ở dòng {number + 1 + above}" in e.value.message_vi


def test_an_unclosed_quotation_mark_far_below_refuses_the_file(tmp_path) -> None:
    rows = text_of([good_row(row) for row in range(60_000)]).splitlines()
    path = tmp_path / "x.csv"
    path.write_text("\n".join([*rows[:50_000], '"' + rows[50_000], *rows[50_001:], ""]), encoding="utf-8")
    with pytest.raises(UnreadableFileError, match="quotation mark"):
        load(path)


@pytest.mark.parametrize("rows", [5, 5000], ids=["in the first lines", "far below"])
def test_a_cell_over_several_lines_refuses_the_file(tmp_path, rows: int) -> None:
    cells = [
        *(good_row(number) for number in range(rows)),
        good_row(rows, procedure_code="1\n2"),
        good_row(rows + 1),
    ]
    with pytest.raises(UnreadableFileError, match="1 lines are neither rows nor empty") as caught:
        load(write(tmp_path / "x.csv", cells))
    assert "ô xuống dòng" in caught.value.message_vi


@pytest.mark.parametrize("rows", [5, 5000], ids=["in the first lines", "far below"])
def test_quoted_cells_among_plain_ones(tmp_path, rows: int) -> None:
    cells = [
        *(good_row(number) for number in range(rows)),
        good_row(rows, procedure_code='1,"2"'),
        spoiled_row(9, "flag unreadable"),
    ]
    loaded = load(write(tmp_path / "x.csv", cells))
    assert rejects(loaded) == expected(rejects_of(9, "flag unreadable", rows + 3))
    found = read_rows(loaded.rows, f"SELECT procedure_code FROM read_parquet(?) OFFSET {rows} LIMIT 1")
    assert found == [('1,"2"',)]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        pytest.param(lambda text: gzip.compress(text)[:-2000], "damaged or cut off", id="gzip cut off"),
        pytest.param(
            lambda text: gzip.compress(text)[:-9] + bytes(9), "damaged or cut off", id="gzip changed"
        ),
        pytest.param(
            lambda text: zstandard.ZstdCompressor().compress(text)[:-2000],
            "damaged or cut off",
            id="zstd cut off",
        ),
        pytest.param(lambda text: text.replace(b"\n", b"\r\n", 3000), "do not all end", id="mixed line ends"),
        pytest.param(lambda text: text.replace(b"1.003000", b"1.00\r3000"), "do not all end", id="lone CR"),
    ],
)
def test_damaged_files_are_refused(tmp_path, spoil, said: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(spoil(text_of([good_row(number) for number in range(12_000)]).encode()))
    with pytest.raises(UnreadableFileError, match=said) as caught:
        load(path)
    assert "x.csv" in caught.value.message_vi


def test_packed_in_several_pieces(tmp_path) -> None:
    rows = [good_row(number) for number in range(20)]
    head, tail = text_of(rows[:12]).encode(), text_of(rows[12:]).encode().split(b"\n", 1)[1]
    for name, pack in {"gz": gzip.compress, "zst": zstandard.ZstdCompressor().compress}.items():
        (tmp_path / name).write_bytes(pack(head) + pack(tail))
        assert load(tmp_path / name).row_count == 20


def test_damaged_parquet_is_refused(tmp_path) -> None:
    path = write(tmp_path / "x.parquet", [good_row(number) for number in range(6000)])
    data = path.read_bytes()
    middle = len(data) // 2
    path.write_bytes(data[:middle] + bytes(4000) + data[middle + 4000 :])
    with pytest.raises(UnreadableFileError):
        load(path)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_file_that_is_wrong_from_end_to_end(tmp_path, suffix: str) -> None:
    cells = dict.fromkeys(
        (name for name, column in table().columns.items() if column.type != "moment"), "x" * 40
    )
    rows = [{**good_row(number), **cells} for number in range(20_000)]
    loaded = load(write(tmp_path / f"x{suffix}", rows))
    assert (loaded.row_count, loaded.rejected_count, loaded.figure_count) == (0, 20_000, 0)


def test_a_file_laid_out_otherwise_than_it_says_is_refused(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(staging, "MOST_UNREAD", 100)
    rows = [good_row(number, channel="x") for number in range(200)]
    with pytest.raises(UnreadableFileError, match="in column KENH_TIEP_NHAN, the first is line 2"):
        load(write(tmp_path / "x.csv", rows))


def test_headings_alone_give_nothing(tmp_path) -> None:
    for suffix in FORMATS:
        loaded = load(write(tmp_path / f"x{suffix}", []))
        assert (loaded.line_count, loaded.row_count, loaded.figure_count) == (0, 0, 0)


def test_rows_in_their_order_and_every_cell(tmp_path) -> None:
    rows = [good_row(number) for number in range(5000)]
    found = load(write(tmp_path / "x.csv", rows))
    kept = read_rows(found.rows, "SELECT dossier_code, commune, received_at, due_at FROM read_parquet(?)")
    assert [row[0] for row in kept] == [row["dossier_code"] for row in rows]
    assert [row[1] or "" for row in kept] == [row["commune"] for row in rows]
    assert [str(row[2]) for row in kept] == [row["received_at"] for row in rows]
    assert [str(row[3] or "") for row in kept] == [row["due_at"] for row in rows]


@pytest.mark.parametrize(
    ("cells", "breaks"),
    [
        pytest.param({"due_at": "2025-10-03", "received_at": "2025-10-03 16:00:00"}, None, id="due that day"),
        pytest.param(
            {"due_at": "2025-10-02", "received_at": "2025-10-03 16:00:00"}, "due_at", id="due the day before"
        ),
        pytest.param({"received_at": "2025-10-01 00:00:00"}, None, id="first instant"),
        pytest.param({"received_at": "2025-10-31 23:59:59.999"}, None, id="last instant"),
        pytest.param(
            {"commune": good_row(1)["commune"].lstrip("0"), "province": good_row(1)["province"]},
            None,
            id="zeros lost",
        ),
        pytest.param({"province": good_row(2)["province"].lower()}, None, id="small letters"),
        pytest.param({"channel": "TRỰC TUYẾN"}, None, id="capitals"),
        pytest.param({"papers_digitised": "có"}, None, id="a flag in words"),
    ],
)
def test_what_is_just_allowed(tmp_path, cells, breaks) -> None:
    open_row = {
        **good_row(2),
        "finished_at": "",
        "due_at": "",
        "status": "DANG_XU_LY",
        "commune": "",
        **cells,
    }
    found = rejects(load(write(tmp_path / "x.csv", [open_row])))
    assert [reject.heading for reject in found] == ([heading(breaks)] if breaks else [])


def test_agreement_is_not_asked_of_what_cannot_be_read(tmp_path) -> None:
    row = good_row(1, status="", finished_at="2025-10-20 08:00:00")
    assert AGREEMENT not in {reject.rule for reject in rejects(load(write(tmp_path / "x.csv", [row])))}


@given(
    lines=st.lists(st.one_of(st.none(), st.just(""), st.sampled_from([*SPOILS])), min_size=1, max_size=40),
    suffix=st.sampled_from(FORMATS),
    name=st.sampled_from([*LAYOUTS]),
)
@settings(max_examples=40)
def test_exactly_the_spoiled_lines_are_rejected(tmp_path_factory, lines, suffix, name) -> None:
    """None is a good row, '' an empty line, anything else spoils the row."""
    folder = tmp_path_factory.mktemp("register")
    is_parquet = suffix == ".parquet"
    rows: list[Line] = [
        None if kind == "" else (number, kind)
        for number, kind in enumerate(lines)
        if not (is_parquet and kind == "")
    ]
    rows += [(len(lines) + number, None) for number in range(len(lines) + 1)]
    awaited = write_lines(folder / f"x{suffix}", rows, **({} if is_parquet else LAYOUTS[name]))
    loaded = load(folder / f"x{suffix}", month=MONTH)
    assert rejects(loaded) == awaited
    assert (
        loaded.row_count + loaded.rejected_count == loaded.line_count == sum(row is not None for row in rows)
    )
