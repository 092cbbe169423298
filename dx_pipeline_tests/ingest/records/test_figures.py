"""The figures against two counts that share nothing with the loader: SQL over the raw file, and Python."""

from __future__ import annotations

import math
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.generate_dossiers import BadRow, generate
from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline_tests.ingest.records.register_files import (
    MONTH,
    Reject,
    figures,
    good_row,
    heading,
    load,
    places,
    read_rows,
    rejects,
    spoiled_row,
    table,
    write,
)

ROWS = 200_000
NEXT_MONTH = date(2025, 11, 1)
PORTAL_CODES = {portal_code: code for portal_code, code, _ in places()}


def plain_counts(path: Path, bad_lines: list[int]) -> dict:
    sql = Path(__file__).with_name("plain_counts.sql").read_text(encoding="utf-8")
    with duckdb.connect(":memory:") as connection:
        rows = connection.execute(
            sql, {"path": str(path), "bad": bad_lines, "next_month": str(NEXT_MONTH)}
        ).fetchall()
    return {(row[0], PORTAL_CODES.get(row[1], row[1]), row[2]): row[3:] for row in rows}


def differing(found: dict, awaited: dict) -> dict:
    """Figures whose numerator or denominator is another, or whose value is by more than the last digits."""
    return {
        key: (value, awaited[key])
        for key, value in found.items()
        if value[1:] != awaited[key][1:] or not math.isclose(value[0], awaited[key][0], rel_tol=1e-12)
    }


@pytest.fixture(scope="module", params=[0.0, 0.004], ids=["all good", "with bad rows"])
def generated(request, tmp_path_factory) -> tuple[Path, list[BadRow]]:
    path = tmp_path_factory.mktemp("generated") / "x.csv"
    return path, generate(path, ROWS, 7, MONTH, request.param) or []


def test_figures_of_200_000_rows_equal_plain_sql(generated) -> None:
    path, bad = generated
    loaded = load(path)
    awaited = plain_counts(path, [row.line for row in bad])
    assert loaded.row_count == ROWS - len(bad)
    found = figures(loaded)
    assert found.keys() == awaited.keys()
    assert differing(found, awaited) == {}
    assert loaded.figure_count == len(awaited)
    record = table()
    assert {key[0] for key in found} == {*record.counts, *record.rates}
    assert {key[1] for key in found if key[2] == "commune_level"} == {*PORTAL_CODES.values()}


def test_bad_rows_among_200_000_are_the_generator_s(generated) -> None:
    path, bad = generated
    found = rejects(load(path))
    assert {(reject.line, reject.rule) for reject in found} == {(row.line, row.rule) for row in bad}
    assert len(found) == len(bad)
    repeated = {row.line for row in bad if row.kind == "key_repeated"}
    assert {reject.line: reject.repeats_line for reject in found if reject.repeats_line} == {
        line: line - 1 for line in repeated
    }


def test_every_figure_is_a_whole_row_of_observations(tmp_path) -> None:
    loaded = load(write(tmp_path / "ho_so.csv", [good_row(1), good_row(2), good_row(4)]))
    with duckdb.connect(":memory:") as connection:
        frame = connection.execute("SELECT * FROM read_parquet(?)", [str(loaded.figures)]).df()
    indicators = load_catalogue().indicators
    assert frame["observation_id"].is_unique
    assert (frame["unit"] == [indicators[code].unit for code in frame["indicator_code"]]).all()
    assert set(frame["period_start"].dt.date) == {MONTH}
    assert set(frame["period_end"].dt.date) == set(frame["as_of"].dt.date) == {date(2025, 10, 31)}
    first = frame[(frame["indicator_code"] == "DOS_ONLINE_RATE") & (frame["area_level"] == "province")]
    portal_code, province, _ = places()[1]
    found = first[(first["area_code"] == province) & (first["scope"] == "all")].iloc[0]
    assert (found["locator"], found["raw_text"]) == (f"MA_TINH={portal_code}", "1/1")
    assert (found["file_name"], found["qualifier"]) == ("ho_so.csv", "exact")
    assert not frame["is_sample"].any()


def test_a_sample_s_figures_say_so(tmp_path) -> None:
    path = write(tmp_path / "x.csv", [good_row(1)], fields=[*table().columns, table().sample_heading])
    loaded = load(path)
    assert loaded.layout.is_sample
    assert {row[0] for row in read_rows(loaded.figures, "SELECT is_sample FROM read_parquet(?)")} == {True}


FINISHED = [None, "2025-10-31 23:59:59", "2025-11-01 00:00:00", "2025-10-20 10:00:00", "2025-12-24 10:00:00"]
DUE = [
    None,
    "2025-10-31",
    "2025-10-31 23:59:59",
    "2025-11-01",
    "2025-10-20",
    "2025-10-20 09:59:59",
    "2025-12-24",
]


@st.composite
def small_rows(draw) -> dict[str, str]:
    """A good row but for its code; its moments lie around the ends that matter."""
    place = draw(st.integers(0, 2))
    finished, due = draw(st.sampled_from(FINISHED)), draw(st.sampled_from(DUE))
    fee = draw(st.booleans())
    portal_code, _, commune = places()[place]
    return {
        **good_row(place),
        "province": portal_code,
        "commune": commune if draw(st.booleans()) else "",
        "channel": draw(st.sampled_from(["1", "2", "3", "4", "TRUC_TUYEN", "Bưu chính", "kiosk"])),
        "service_level": draw(st.sampled_from(["FULL", "PARTIAL", "NONE", "Toàn trình"])),
        "received_at": "2025-10-05 08:00:00",
        "due_at": due or "",
        "finished_at": finished or "",
        "status": draw(st.sampled_from(["DA_CO_KET_QUA", "TU_CHOI"])) if finished else "DANG_XU_LY",
        "papers_digitised": draw(st.sampled_from(["0", "1", "Có", "Không"])),
        "result_digitised": draw(st.sampled_from(["0", "1", "true", "FALSE"])),
        "data_reused": draw(st.sampled_from(["0", "1", "X"])),
        "fee_due": str(int(fee)),
        "paid_online": str(int(fee and draw(st.booleans()))),
    }


def day_end(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment + timedelta(days=1) if len(text) == len("2025-10-31") else moment


def counted(rows: list[dict[str, str]]) -> dict[tuple[str, str, str], tuple]:
    """What must come out, row by row in Python."""
    numerators: Counter = Counter()
    denominators: Counter = Counter()
    next_month = datetime(2025, 11, 1)  # noqa: DTZ001
    yes = {"1", "true", "Có", "X"}
    for row in rows:
        end = datetime.fromisoformat(row["finished_at"]) if row["finished_at"] else None
        done = end is not None and end < next_month
        due = row["due_at"]
        on_time = done and (not due or (end < day_end(due) if len(due) == 10 else end <= day_end(due)))
        overdue = (
            not done
            and bool(due)
            and (day_end(due) <= next_month if len(due) == 10 else day_end(due) < next_month)
        )
        channel = {"TRUC_TUYEN": "2", "Bưu chính": "3", "kiosk": "4"}.get(row["channel"], row["channel"])
        level = "FULL" if row["service_level"] == "Toàn trình" else row["service_level"]
        counts = {
            "DOS_RECV_CNT": True,
            "DOS_RECV_ONLINE_CNT": channel == "2",
            "DOS_RECV_DIRECT_CNT": channel == "1",
            "DOS_RECV_POST_CNT": channel == "3",
            "DOS_RECV_KIOSK_CNT": channel == "4",
            "DOS_LEVEL_FULL_CNT": level == "FULL",
            "DOS_LEVEL_PART_CNT": level == "PARTIAL",
            "DOS_LEVEL_NONE_CNT": level == "NONE",
            "DOS_INTAKE_DONE_CNT": done,
            "DOS_INTAKE_ONTIME_CNT": on_time,
            "DOS_INTAKE_LATE_CNT": done and not on_time,
            "DOS_INTAKE_OVERDUE_CNT": overdue,
        }
        rates = {
            "DOS_ONLINE_RATE": (channel == "2", True),
            "DOS_INTAKE_FULL_RATE": (channel == "2" and level == "FULL", True),
            "DIG_INTAKE_RATE": (row["papers_digitised"] in yes, True),
            "DIG_INTAKE_RESULT_RATE": (done and row["result_digitised"] in yes, done),
            "DIG_REUSE_RATE": (row["data_reused"] in yes, True),
            "DOS_INTAKE_ONTIME_RATE": (on_time, done),
            "PAY_ONLINE_RATE": (row["paid_online"] == "1", row["fee_due"] == "1"),
        }
        province = PORTAL_CODES[row["province"]]
        areas = [(province, "all")]
        if row["commune"]:
            areas += [(province, "commune_level"), (row["commune"], "all")]
        for area in areas:
            for code, holds in counts.items():
                numerators[(code, *area)] += holds
            for code, (numerator, denominator) in rates.items():
                numerators[(code, *area)] += numerator
                denominators[(code, *area)] += denominator
    return {
        key: (100.0 * count / denominators[key], count, denominators[key])
        if key in denominators
        else (count, None, None)
        for key, count in numerators.items()
        if denominators.get(key, 1)
    }


@given(
    rows=st.lists(small_rows(), max_size=25),
    spoiled=st.lists(st.sampled_from(["flag unreadable", "due before received", "no channel"]), max_size=3),
    suffix=st.sampled_from([".csv", ".parquet"]),
)
@settings(max_examples=40)
def test_figures_of_small_registers_equal_a_count_in_python(tmp_path_factory, rows, spoiled, suffix) -> None:
    path = tmp_path_factory.mktemp("register") / f"x{suffix}"
    named = [{**row, "dossier_code": f"d{number}"} for number, row in enumerate(rows)]
    bad = [spoiled_row(100 + number, kind) for number, kind in enumerate(spoiled)]
    repeated = [{**named[0], "dossier_code": "d0"}] if named else []
    loaded = load(write(path, [*named, *bad, *repeated]))
    assert loaded.row_count == len(rows)
    found = figures(loaded)
    awaited = counted(rows)
    assert found.keys() == awaited.keys()
    assert differing(found, awaited) == {}


def test_rates_that_divide_by_nothing_are_no_figures(tmp_path) -> None:
    row = good_row(3, fee_due="0", paid_online="0", finished_at="", status="DANG_XU_LY")
    found = {code for code, _, _ in figures(load(write(tmp_path / "x.csv", [row])))}
    assert not found & {"PAY_ONLINE_RATE", "DIG_INTAKE_RESULT_RATE", "DOS_INTAKE_ONTIME_RATE"}
    assert "DOS_INTAKE_DONE_CNT" in found


def test_rejected_rows_count_nowhere(tmp_path) -> None:
    rows = [good_row(5), {**good_row(5), "channel": "1"}, spoiled_row(5, "due before received")]
    found = load(write(tmp_path / "x.csv", rows))
    assert figures(found) == figures(load(write(tmp_path / "y.csv", rows[:1])))
    assert Reject(3, "register_unique", heading("dossier_code"), places()[5][1], 2) in rejects(found)
