from __future__ import annotations

from datetime import date

import pytest

from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.observation import NATION, FileStamp, Hints, observation_frame
from dx_pipeline.ingest.period_text import ReportedPeriod
from dx_pipeline.ingest.readers import records
from dx_pipeline.periods import month_end
from dx_pipeline_tests.ingest.records.register_files import (
    FORMATS,
    MONTH,
    VINTAGE,
    good_row,
    load,
    places,
    read_rows,
    source,
    spoiled_row,
    table,
    write,
)

NOVEMBER = date(2025, 11, 1)
ROWS = [good_row(number) for number in range(20)]


def hints(month: date = MONTH, area_code: str | None = None, *, is_certain: bool = False) -> Hints:
    period = ReportedPeriod(period_start=month, period_end=month_end(month), as_of=month_end(month))
    return Hints(period=period, area_code=area_code, is_certain=is_certain)


def mixed() -> list[dict[str, str]]:
    """Rows of two months, none of them more than half."""
    return [good_row(number, month) for number in range(4) for month in (MONTH, NOVEMBER)]


@pytest.fixture
def claim(catalogue):
    def reading(path, **options):
        return records.read_claim(path, file_name=path.name, source=source(), catalogue=catalogue, **options)

    return reading


@pytest.fixture
def read(catalogue):
    def reading(path, **options):
        return records.read(path, file_name=path.name, source=source(), catalogue=catalogue, **options)

    return reading


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_claim_from_the_first_rows(tmp_path, claim, suffix: str) -> None:
    found = claim(write(tmp_path / f"x{suffix}", ROWS))
    assert (found.period_start, found.period_end) == (MONTH, date(2025, 10, 31))
    assert (found.area_code, found.is_sample) == (NATION, False)


def test_a_province_s_file_and_the_label_of_samples(tmp_path, claim) -> None:
    path = write(tmp_path / "x.csv", ROWS, fields=[*table().columns, table().sample_heading])
    found = claim(path, hints=hints(area_code="48"))
    assert (found.area_code, found.is_sample) == ("48", True)


def test_what_a_person_said_and_the_rows_say_otherwise(tmp_path, claim) -> None:
    path = write(tmp_path / "x.csv", ROWS)
    assert claim(path, hints=hints(NOVEMBER)).period_start == MONTH
    with pytest.raises(UnreadableFileError, match="first rows are of 2025-10, not of 2025-11") as caught:
        claim(path, hints=hints(NOVEMBER, is_certain=True))
    assert "10/2025" in caught.value.message_vi


@pytest.mark.parametrize("rows", [mixed(), []], ids=["of two months", "none"])
def test_the_name_tells_the_month_where_the_rows_do_not(tmp_path, claim, rows) -> None:
    path = write(tmp_path / "x.csv", rows)
    assert claim(path, hints=hints(NOVEMBER)).period_start == NOVEMBER
    with pytest.raises(UnreadableFileError, match="send one file per month"):
        claim(path)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_the_figures_are_those_of_a_load(tmp_path, read, suffix: str) -> None:
    path = write(tmp_path / f"x{suffix}", [*ROWS, spoiled_row(77, "channel unknown")])
    found = read(path).all_observations()
    sql = (
        "SELECT indicator_code, area_code, scope, value, numerator, denominator, locator FROM read_parquet(?)"
    )
    awaited = read_rows(load(path).figures, sql)
    assert len(found) == len(awaited)
    assert {
        (o.indicator_code, o.area_code, o.scope, o.value, o.numerator, o.denominator, o.locator)
        for o in found
    } == {*awaited}
    assert {(o.period_start, o.as_of, o.period_basis, o.is_sample) for o in found} == {
        (MONTH, date(2025, 10, 31), "calendar", False)
    }


def test_the_frame_has_the_ids_of_a_load(tmp_path, read) -> None:
    path = write(tmp_path / "x.csv", ROWS)
    stamp = FileStamp(
        file_sha256="0" * 64, file_name="x.csv", source_code="portal_dossiers", vintage_at=VINTAGE
    )
    frame = observation_frame(read(path), stamp)
    assert frame["observation_id"].is_unique
    assert set(frame["file_sha256"]) == {"0" * 64}


def test_rejected_rows_are_told_per_province_and_rule(tmp_path, read) -> None:
    bad = [spoiled_row(34 * number + 1, "channel unknown") for number in range(1, 4)]
    path = write(tmp_path / "x.csv", [*ROWS, *bad, spoiled_row(2, "province unknown")])
    tables = read(path).tables
    [load] = tables["core.register_partition"].to_dict("records")
    assert (load["line_count"], load["row_count"], load["rejected_count"]) == (24, 20, 4)
    assert (load["period_start"], load["period_end"], load["area_code"]) == (MONTH, month_end(MONTH), NATION)
    checks = tables["core.register_check"]
    failed = checks[(checks["failed_count"] > 0) & (checks["rule"] != "rows")].set_index("area_code")
    province = places()[1][1]
    assert failed["rule"].to_dict() == {province: "register_codes", "": "register_codes"}
    assert failed["failed_count"].to_dict() == {province: 3, "": 1}
    assert failed["evaluated_count"].to_dict() == {province: 4, "": 1}
    assert failed.loc[province, "first_lines"] == "22, 23, 24"
    assert failed.loc[province, "example"].startswith(bad[0]["dossier_code"])
    assert set(checks["period_start"]) == {MONTH}


def test_nothing_is_left_behind(tmp_path, read, monkeypatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tam"))
    (tmp_path / "tam").mkdir()
    read(write(tmp_path / "x.csv", ROWS))
    assert [*(tmp_path / "tam").iterdir()] == []


def test_a_file_that_cannot_be_read(tmp_path, read) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(UnreadableFileError, match="are missing"):
        read(path)
