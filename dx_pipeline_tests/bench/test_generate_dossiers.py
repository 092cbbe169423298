"""Generated registers: the same bytes for the same arguments, the catalogue's columns and codes, known bad rows."""

from __future__ import annotations

import csv
import gzip
import hashlib
from collections import Counter
from datetime import date

import duckdb
import pytest

from bench import generate_dossiers
from bench.generate_dossiers import BAD_KINDS, HEADER_LINES, bad_rows_file, generate, main, records

MONTH, FORMATS = date(2025, 10, 1), ["csv", "csv.gz", "csv.zst", "parquet"]
ROWS = 2_000


def cells(path):
    return duckdb.sql(f"FROM read_csv('{path}', all_varchar = true, header = true, delim = ',')").fetchall()


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    path = tmp_path_factory.mktemp("register") / "dossiers.csv"
    return path, generate(path, ROWS, 1, MONTH, 0.1)


def column(rows, field):
    return [row[list(records().columns).index(field)] for row in rows]


@pytest.mark.parametrize("ending", FORMATS)
def test_same_arguments_give_the_same_bytes(tmp_path, ending):
    digests = set()
    for name in ("one", "two"):
        path = tmp_path / f"{name}.{ending}"
        generate(path, ROWS, 7, MONTH, 0.01)
        digests.add(hashlib.sha256(path.read_bytes()).hexdigest())
    assert len(digests) == 1


def test_bytes_are_those_of_every_machine_and_version(tmp_path):
    generate(path := tmp_path / "dossiers.csv", ROWS, 7, MONTH, 0.01)
    assert hashlib.sha256(path.read_bytes()).hexdigest()[:16] == "ca149996c2d2e085"


@pytest.mark.parametrize("threads", [1, 4])
def test_number_of_threads_changes_nothing(tmp_path, monkeypatch, threads):
    connect = duckdb.connect

    def with_threads():
        connection = connect()
        connection.execute(f"SET threads = {threads}")
        return connection

    generate(first := tmp_path / "first.csv", 300_000, 7, MONTH)
    monkeypatch.setattr(generate_dossiers.duckdb, "connect", with_threads)
    generate(second := tmp_path / "second.csv", 300_000, 7, MONTH)
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("ending", FORMATS)
def test_every_format_has_the_same_rows(tmp_path, register, ending):
    generate(path := tmp_path / f"dossiers.{ending}", ROWS, 1, MONTH, 0.1)
    if ending == "parquet":
        assert duckdb.sql(f"SELECT COLUMNS(*)::VARCHAR FROM '{path}'").fetchall() == cells(register[0])
    else:
        assert cells(path) == cells(register[0])


def test_gzip_is_the_csv_compressed(tmp_path, register):
    generate(path := tmp_path / "dossiers.csv.gz", ROWS, 1, MONTH, 0.1)
    assert gzip.decompress(path.read_bytes()) == register[0].read_bytes()


def test_headings_are_the_catalogues_and_the_last_column_labels_it_as_a_sample(register):
    with register[0].open(encoding="utf-8", newline="") as file:
        headings, *rows = csv.reader(file)
    assert headings == [*(item.headings[0] for item in records().columns.values()), records().sample_heading]
    assert len(rows) == ROWS
    assert {row[-1] for row in rows} == {""}


def test_another_seed_gives_other_rows(tmp_path, register):
    generate(path := tmp_path / "other.csv", ROWS, 2, MONTH)
    assert not set(column(cells(path), "dossier_code")) & set(column(cells(register[0]), "dossier_code"))


def test_codes_are_unique_in_and_across_months(tmp_path):
    found = []
    for month in (MONTH, date(2025, 11, 1), date(2026, 2, 1)):
        generate(path := tmp_path / f"{month}.csv", ROWS, 3, month)
        found += column(cells(path), "dossier_code")
    assert len(set(found)) == 3 * ROWS


@pytest.mark.parametrize("month", [date(2025, 10, 1), date(2026, 2, 1), date(2028, 2, 1)], ids=str)
def test_rows_keep_every_rule_where_no_bad_ones_are_asked_for(tmp_path, month):
    path = tmp_path / "good.csv"
    assert generate(path, 20_000, 5, month) is None
    broken = duckdb.execute(
        """
        SELECT * FROM read_csv($1, header = true) AS row
        WHERE NOT (NGAY_TIEP_NHAN >= $2 AND NGAY_TIEP_NHAN < $2 + INTERVAL 1 MONTH)
           OR NGAY_HEN_TRA <= NGAY_TIEP_NHAN OR NGAY_KET_THUC < NGAY_TIEP_NHAN OR TT_TRUC_TUYEN > CO_PHI
           OR (NGAY_KET_THUC IS NOT NULL) <> (TRANG_THAI IN ('DA_CO_KET_QUA', 'TU_CHOI', 'RUT_HO_SO'))
           OR MA_HO_SO IS NULL OR MA_TTHC IS NULL OR MA_TINH IS NULL OR KENH_TIEP_NHAN IS NULL OR MUC_DO IS NULL
        """,
        [str(path), month],
    ).fetchall()
    assert broken == []


@pytest.mark.parametrize("field", ["channel", "service_level", "status", "satisfaction"])
def test_every_word_used_is_the_catalogues(tmp_path, field):
    generate(path := tmp_path / "good.csv", ROWS, 1, MONTH)
    assert set(column(cells(path), field)) - {None} <= set(records().values[field])


def test_communes_lie_in_their_provinces_and_all_come_up(tmp_path, catalogue):
    generate(path := tmp_path / "good.csv", 60_000, 1, MONTH)
    rows = cells(path)
    portal_codes = {unit.code: unit.portal_code for unit in catalogue.geography.provinces_on(MONTH)}
    pairs = set(zip(column(rows, "province"), column(rows, "commune"), strict=True))
    assert set(column(rows, "province")) == set(portal_codes.values())
    known = {(portal_codes[unit.province_code], unit.code) for unit in catalogue.geography.communes.values()}
    assert {pair for pair in pairs if pair[1]} == known
    assert any(commune is None for _, commune in pairs)


def test_bad_rows_are_as_many_as_asked_for_of_every_kind_in_turn(register):
    _, bad = register
    assert len(bad) == ROWS // 10
    counts = Counter(row.kind for row in bad)
    assert set(counts) == set(BAD_KINDS)
    assert max(counts.values()) - min(counts.values()) <= 1


@pytest.mark.parametrize("kind", BAD_KINDS)
def test_a_bad_row_is_bad_as_it_says(register, kind):
    path, bad = register
    line = next(row.line for row in bad if row.kind == kind)
    rows = cells(path)
    row = dict(zip(records().columns, rows[line - HEADER_LINES - 1], strict=False))
    before = rows[line - HEADER_LINES - 2]
    said = {
        "received_wrong": row["received_at"] == "32/13/2025",
        "due_wrong": row["due_at"] == "chưa rõ",
        "flag_wrong": row["papers_digitised"] == "2",
        "province_unknown": row["province"] == "H99",
        "commune_unknown": row["commune"] == "99999",
        "commune_foreign": row["commune"] not in (None, "99999"),
        "channel_unknown": row["channel"] == "9",
        "level_unknown": row["service_level"] == "MUC_3",
        "status_unknown": row["status"] == "XONG",
        "key_empty": row["dossier_code"] is None,
        "procedure_empty": row["procedure_code"] is None,
        "channel_empty": row["channel"] is None,
        "received_empty": row["received_at"] is None,
        "due_too_early": (row["due_at"] or "9") < row["received_at"] if row["received_at"] else False,
        "finished_too_early": (row["finished_at"] or "9") < (row["received_at"] or ""),
        "received_before_month": (row["received_at"] or "").startswith("2025-09-30"),
        "received_after_month": (row["received_at"] or "").startswith("2025-11-01"),
        "finished_not_done": row["status"] == "DANG_XU_LY" and row["finished_at"] is not None,
        "done_not_finished": row["status"] == "DA_CO_KET_QUA" and row["finished_at"] is None,
        "paid_without_fee": (row["fee_due"], row["paid_online"]) == ("0", "1"),
        "key_repeated": row["dossier_code"] == before[0],
    }
    assert said[kind]


def test_command_writes_a_file_per_month_and_hides_the_list_of_bad_rows(tmp_path, capsys):
    out = tmp_path / "dossiers-{month}.csv"
    main(["--rows", "100", "--months", "2", "--month", "2025-12", "--bad-share", "0.1", "--out", str(out)])
    files = [tmp_path / f"dossiers-{month}.csv" for month in ("2025-12", "2026-01")]
    for path in files:
        assert len(cells(path)) == 100
        assert bad_rows_file(path).name.startswith(".")  # no landing pattern takes it in
        assert len(cells(bad_rows_file(path))) == 10
    assert "10 bad rows" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--out", "x.xlsx"], "name it"),
        (["--out", "x.csv", "--months", "2"], "{month}"),
        (["--out", "x.csv", "--bad-share", "0.6"], "0 to 0.5"),
    ],
    ids=["format", "months", "share"],
)
def test_command_says_what_is_wrong_with_its_arguments(capsys, arguments, said):
    with pytest.raises(SystemExit):
        main(["--rows", "10", *arguments])
    assert said in capsys.readouterr().err
