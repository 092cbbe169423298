from __future__ import annotations

from datetime import date

import duckdb
import pytest

from dx_pipeline.failures import PermanentError
from dx_pipeline.ingest.records import store, waiting
from dx_pipeline_tests.ingest.records.register_files import SOURCE_CODE, good_row, spoiled_row
from dx_pipeline_tests.ingest.records.register_office import RegisterOffice

SEPTEMBER, OCTOBER, NOVEMBER = (date(2025, month, 1) for month in (9, 10, 11))


def rows(month: date, *codes: str) -> list[dict[str, str]]:
    return [good_row(number, month, dossier_code=code) for number, code in enumerate(codes)]


@pytest.fixture
def office(data) -> RegisterOffice:
    return RegisterOffice(data)


def test_a_load_waits_to_be_judged(office) -> None:
    office.send([*rows(OCTOBER, "a", "b"), spoiled_row(7, "channel unknown")], OCTOBER, 0)
    [receipt] = office.run(OCTOBER)
    assert receipt.status == "observed"
    [load] = office.query(
        "SELECT line_count, row_count, rejected_count, verdict, is_latest, is_sample, area_code "
        "FROM core.register_partition"
    )
    assert load == (3, 2, 1, None, False, False, "VN")
    assert office.query("SELECT status FROM raw.received_file") == [("observed",)]
    assert office.query(
        "SELECT count(*) > 0, count(DISTINCT observation_id) = count(*) FROM core.observation"
    ) == [(True, True)]
    assert office.query("SELECT sum(failed_count) FROM core.register_check WHERE rule = 'rows'") == [(1,)]
    assert office.in_force() == []


def test_only_the_months_of_the_run_are_loaded(office) -> None:
    office.send(rows(OCTOBER, "a"), OCTOBER, 0)
    office.send(rows(NOVEMBER, "b"), NOVEMBER, 1)
    assert [receipt.period_start for receipt in office.run(NOVEMBER)] == [NOVEMBER]
    assert [receipt.period_start for receipt in office.run(OCTOBER, NOVEMBER)] == [OCTOBER]
    assert office.run(OCTOBER, NOVEMBER) == []
    assert office.loads() == 2


def test_two_files_of_a_month_oldest_first(office) -> None:
    office.send(rows(OCTOBER, "a", "b"), OCTOBER, 1, "second.csv")
    office.send(rows(OCTOBER, "a", "c", "d"), OCTOBER, 0, "first.csv")
    assert [receipt.origin for receipt in office.run(OCTOBER)] == ["first.csv", "second.csv"]
    office.judge()
    assert office.in_force() == [(OCTOBER, 2, 0)]
    assert office.codes() == {(OCTOBER, "a"), (OCTOBER, "b")}


def test_a_corrected_month_replaces_its_partition_only(office) -> None:
    office.send(rows(OCTOBER, "a", "b"), OCTOBER, 0)
    office.send(rows(NOVEMBER, "c"), NOVEMBER, 1)
    office.run(OCTOBER, NOVEMBER)
    office.judge()
    november = {name for name in office.files() if "2025-11" in name}
    office.send(rows(OCTOBER, "b", "d", "e"), OCTOBER, 2)
    office.run(OCTOBER)
    office.judge()
    assert office.in_force() == [(OCTOBER, 3, 0), (NOVEMBER, 1, 0)]
    assert office.codes() == {(OCTOBER, "b"), (OCTOBER, "d"), (OCTOBER, "e"), (NOVEMBER, "c")}
    assert {name for name in office.files() if "2025-11" in name} == november
    assert office.loads() == 3


def test_the_view_shows_accepted_rows_of_months_in_force(office) -> None:
    october = [
        *rows(OCTOBER, "a", "b"),
        spoiled_row(3, "paid without a fee"),
        spoiled_row(4, "flag unreadable"),
    ]
    office.send([*october, good_row(9, OCTOBER, dossier_code="a")], OCTOBER, 0)
    office.run(OCTOBER)
    with office.connect() as connection:
        store.show_rows(connection, office.data.registers, SOURCE_CODE)
    with pytest.raises(duckdb.CatalogException):
        office.codes()
    office.judge()
    assert office.codes() == {(OCTOBER, "a"), (OCTOBER, "b")}
    office.query("UPDATE core.register_partition SET is_latest = false, verdict = 'rejected'")
    with office.connect() as connection:
        store.show_rows(connection, office.data.registers, SOURCE_CODE)
    with pytest.raises(duckdb.CatalogException):
        office.codes()


def test_codes_of_another_month_are_rejected_until_that_month_is_corrected(office) -> None:
    office.send(rows(OCTOBER, "a", "b"), OCTOBER, 0)
    office.run(OCTOBER)
    office.judge()
    office.send(rows(NOVEMBER, "b", "c"), NOVEMBER, 1)
    office.run(NOVEMBER)
    office.judge()
    assert office.in_force() == [(OCTOBER, 2, 0), (NOVEMBER, 1, 1)]
    office.send(rows(OCTOBER, "a"), OCTOBER, 2)
    assert len(office.run(OCTOBER)) == 1
    office.judge()
    assert office.in_force() == [(OCTOBER, 1, 0), (NOVEMBER, 2, 0)]
    assert office.codes() == {(OCTOBER, "a"), (NOVEMBER, "b"), (NOVEMBER, "c")}
    assert any("2025-11-1.csv is loaded again" in text for text in office.said)
    before = office.loads()
    office.run(OCTOBER, NOVEMBER)
    assert office.loads() == before == 4


def test_what_is_still_repeated_stays_rejected(office) -> None:
    office.send(rows(OCTOBER, "a", "b"), OCTOBER, 0)
    office.send(rows(NOVEMBER, "b", "c"), NOVEMBER, 1)
    office.run(OCTOBER, NOVEMBER)
    office.judge()
    office.send(rows(OCTOBER, "b", "d"), OCTOBER, 2)
    office.run(OCTOBER)
    office.judge()
    assert office.in_force() == [(OCTOBER, 2, 0), (NOVEMBER, 1, 1)]
    before = office.loads()
    office.run(OCTOBER)
    assert office.loads() == before


def test_a_late_month_repeats_what_came_before_it(office) -> None:
    """What arrived first stands, whichever month is the earlier one; two freed months do not both take a row."""
    office.send(rows(NOVEMBER, "a", "b"), NOVEMBER, 0)
    office.send(rows(OCTOBER, "a", "c"), OCTOBER, 1)
    office.send(rows(SEPTEMBER, "a", "d"), SEPTEMBER, 2)
    office.run(SEPTEMBER, OCTOBER, NOVEMBER)
    office.judge()
    assert office.codes() == {(NOVEMBER, "a"), (NOVEMBER, "b"), (OCTOBER, "c"), (SEPTEMBER, "d")}
    office.send(rows(NOVEMBER, "b"), NOVEMBER, 3)
    office.run(NOVEMBER)
    office.judge()
    assert [row[1:] for row in office.in_force()] == [(2, 0), (1, 1), (1, 0)]
    assert office.codes() == {(SEPTEMBER, "a"), (SEPTEMBER, "d"), (OCTOBER, "c"), (NOVEMBER, "b")}


def test_a_month_whose_register_was_refused_frees_the_others(office) -> None:
    office.send(rows(OCTOBER, "a", "b"), OCTOBER, 0)
    office.send(rows(NOVEMBER, "b", "c"), NOVEMBER, 1)
    office.run(OCTOBER, NOVEMBER)
    office.query("UPDATE core.register_partition SET verdict = 'rejected' WHERE period_start = '2025-10-01'")
    office.run(NOVEMBER)
    office.query(
        "UPDATE core.register_partition SET verdict = 'accepted', is_latest = true "
        "WHERE verdict IS NULL AND row_count = 2"
    )
    assert office.in_force() == [(NOVEMBER, 2, 0)]


def test_provinces_files_of_one_month(office) -> None:
    first = [good_row(number, dossier_code=code) for number, code in ((0, "a"), (34, "b"), (68, "c"))]
    second = [good_row(number, dossier_code=code) for number, code in ((1, "d"), (35, "b"), (69, "e"))]
    office.send(first, OCTOBER, 0, "01.csv", "01")
    office.send(second, OCTOBER, 1, "04.csv", "04")
    office.run(OCTOBER)
    office.judge()
    assert office.in_force() == [(OCTOBER, 2, 1), (OCTOBER, 3, 0)]
    before = office.loads()
    office.run(OCTOBER)
    assert office.loads() == before


def test_a_file_that_cannot_be_read_is_refused_and_the_others_go_on(office) -> None:
    office.send(['"', *rows(OCTOBER, "a")], OCTOBER, 0, "hong.csv")
    office.send(rows(NOVEMBER, "b"), NOVEMBER, 1)
    found = office.run(OCTOBER, NOVEMBER)
    assert [receipt.status for receipt in found] == ["rejected", "observed"]
    [(status, reason_vi, reason_en)] = office.query(
        "SELECT status, reason_vi, reason_en FROM raw.received_file WHERE origin = 'hong.csv'"
    )
    assert status == "rejected"
    assert "dấu nháy kép" in reason_vi
    assert "quotation mark" in reason_en
    assert office.loads() == 1
    assert office.run(OCTOBER, NOVEMBER) == []


class Killed(BaseException):
    """In place of the end of the process."""


@pytest.mark.parametrize(
    ("module", "name"),
    [
        pytest.param(waiting, "load_register", id="while loading"),
        pytest.param(store, "put_in_place", id="before the files are in place"),
        pytest.param(store, "write", id="between the files and the commit"),
    ],
)
def test_a_load_that_is_cut_short_changes_nothing(office, monkeypatch, module, name: str) -> None:
    office.send(rows(OCTOBER, "a", "b"), OCTOBER, 0)
    office.run(OCTOBER)
    office.judge()
    before = (office.in_force(), office.figures(), office.codes())
    office.send(rows(OCTOBER, "c"), OCTOBER, 1)
    real = getattr(module, name)

    def dying(*args, **options):
        if name != "load_register":
            real(*args, **options)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(module, name, dying)
        with pytest.raises(Killed):
            office.run(OCTOBER)
    (office.data.registers / f"{store.LOADING}left").mkdir()  # where the process itself was killed
    (office.data.registers / f"{store.LOADING}left" / "rows.parquet").touch()
    assert (office.in_force(), office.figures(), office.codes()) == before
    assert office.query("SELECT status FROM raw.received_file ORDER BY received_at") == [
        ("observed",),
        ("received",),
    ]
    assert office.named_files() <= office.files()
    assert [receipt.status for receipt in office.run(OCTOBER)] == ["observed"]
    office.judge()
    assert office.codes() == {(OCTOBER, "c")}
    with office.connect() as connection:
        store.tidy(connection, office.data.registers)
    rejects = {name for (name,) in office.query("SELECT rejects_file FROM core.register_partition")}
    assert office.files() == office.named_files() | rejects
    assert [path.name for path in office.data.registers.iterdir()] == [SOURCE_CODE]


def test_a_run_cut_short_before_the_freed_months_were_loaded_again(office, monkeypatch) -> None:
    office.send(rows(OCTOBER, "a", "b"), OCTOBER, 0)
    office.send(rows(NOVEMBER, "b", "c"), NOVEMBER, 1)
    office.run(OCTOBER, NOVEMBER)
    office.judge()
    office.send(rows(OCTOBER, "a"), OCTOBER, 2)
    with monkeypatch.context() as patch:
        patch.setattr(waiting.RegisterLoading, "_outdated", lambda _: (_ for _ in ()).throw(Killed()))
        with pytest.raises(Killed):
            office.run(OCTOBER)
    assert office.run(OCTOBER) == []
    office.judge()
    assert office.in_force() == [(OCTOBER, 1, 0), (NOVEMBER, 2, 0)]


def test_the_same_load_twice_adds_nothing(office) -> None:
    office.send(rows(OCTOBER, "a"), OCTOBER, 0)
    office.run(OCTOBER)
    tables = ("core.observation", "core.register_check", "core.register_partition")
    before = [office.query(f"SELECT count(*) FROM {table}") for table in tables]
    office.query("UPDATE raw.received_file SET status = 'received'")
    office.run(OCTOBER)
    assert [office.query(f"SELECT count(*) FROM {table}") for table in tables] == before


def test_rejects_are_kept_when_the_load_is_refused_and_rows_are_not(office) -> None:
    office.send([*rows(OCTOBER, "a"), spoiled_row(7, "channel unknown")], OCTOBER, 0)
    office.run(OCTOBER)
    office.query("UPDATE core.register_partition SET verdict = 'rejected'")
    with office.connect() as connection:
        store.tidy(connection, office.data.registers)
    [name] = office.files()
    assert name == office.query("SELECT rejects_file FROM core.register_partition")[0][0]


def test_limits_of_the_office_are_used(office) -> None:
    (office.data.root / "office.yaml").write_text(
        "engine: {memory_limit: 30MB, max_temporary: 1MB}", encoding="utf-8"
    )
    office.send([good_row(number) for number in range(60_000)], OCTOBER, 0)
    with pytest.raises(PermanentError, match="does not fit into the limits"):
        office.run(OCTOBER)
    assert office.query("SELECT status FROM raw.received_file") == [("received",)]
    assert office.files() == set()


def test_nothing_waits(office) -> None:
    assert office.run(OCTOBER) == []
    assert not office.data.registers.exists()
