"""The three rules about outliers over a working file: which rows they name, which they leave alone, and the words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dx_pipeline.catalogue.loading import Catalogue
from dx_pipeline.catalogue.models import NonDecreasing
from dx_pipeline.catalogue.outlier_models import OutlierChoice
from dx_pipeline.ingest.observation import NATION
from dx_pipeline.periods import MERGER_DATE, add_months, quarter_end
from dx_pipeline.quality import outliers
from dx_pipeline.quality.feedback.collect import feedback_of
from dx_pipeline.quality.outlier_rules import HISTORY, PROVINCES, SAME_VALUE
from dx_pipeline_tests.quality.world import World, figure, small_catalogue

JUL, DEC = MERGER_DATE, date(2025, 12, 1)
STEADY = [50, 50.5, 51, 51.5, 52, 52.5, 53, 53.5, 54, 54.5]
CODES = [unit.code for unit in small_catalogue().geography.provinces_on(DEC)]
EVERYBODY = CODES[:12]


def series(code: str, values: Sequence[float | None], first: date = JUL, **more: Any) -> list[dict[str, Any]]:
    """One figure a month; None is a month without one."""
    return [
        figure(code, value, add_months(first, number), **more)
        for number, value in enumerate(values)
        if value is not None
    ]


def provinces(code: str, values: Sequence[float], month: date = DEC, **more: Any) -> list[dict[str, Any]]:
    """One figure of a month for each of as many provinces."""
    return [
        figure(code, value, month, area_code=area, locator=f"Sheet!{area}", **more)
        for area, value in zip(CODES, values, strict=False)
    ]


def told(
    world: World, *rows: dict[str, Any], catalogue: Catalogue | None = None
) -> set[tuple[str, str, str, float]]:
    """Rule, area, month and value of every warning about outliers once all of it was judged together."""
    world.send(*rows)
    months = sorted({row["period_start"] for row in rows})
    judgement = world.judge(*months, catalogue=catalogue)
    assert judgement.could_not_run == {}
    found = judgement.rejections[judgement.rejections["rule"].isin([HISTORY, PROVINCES, SAME_VALUE])]
    assert (found["severity"] == "WARN").all()
    assert (judgement.rejections["severity"] == "WARN").all()
    assert judgement.findings == ()
    return {
        (row.rule, row.area_code, f"{row.period_start:%Y-%m}", row.value)
        for row in found.itertuples(index=False)
    }


def standing(world: World) -> set[tuple[str, date, float | None]]:
    """Rule, month and value of the warnings about outliers that stand in the working file."""
    return {item for item in world.standing("WARN") if item[0] in (HISTORY, PROVINCES, SAME_VALUE)}


def alone(code: str, *values: float | None, first: date = JUL, **more: Any) -> list[dict[str, Any]]:
    return series(code, values, first, **more)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (alone("SHARE", *STEADY, 98), {("44", "2026-05", 98)}),
        (alone("SHARE", *STEADY[:9], 20, 54.5), {("44", "2026-04", 20)}),
        (alone("SHARE", *STEADY[:9], 98, 20), {("44", "2026-04", 98), ("44", "2026-05", 20)}),
        (alone("SHARE", *[50] * 9, 54), {("44", "2026-04", 54)}),
        (alone("CERTS", *[1000 + 10 * n for n in range(9)], 2000), {("44", "2026-04", 2000)}),
        (alone("FORM_ONLINE", *[1000, 1100] * 5, 5000), {("44", "2026-05", 5000)}),
        (
            alone("DOSSIERS", *[1000 * n for n in range(1, 12)], 40_000, first=date(2025, 1, 1), area_level="national",
                  area_code=NATION, accumulates_from=date(2025, 1, 1)),
            {(NATION, "2025-12", 40_000)},
        ),
        (alone("DAYS", *[10, 11, 10, 11, 10, 11, 10, 11, 10, 11], 60), {("44", "2026-05", 60)}),
        (alone("S766_TOTAL", *[60] * 9, 20), {("44", "2026-04", 20)}),
    ],
    ids=[
        "rate", "who comes back is not told of", "two in a row", "no spread at all", "stock", "flow",
        "cumulative count of the nation", "measure", "score",
    ],
)  # fmt: skip
def test_what_is_unusual_for_its_history(world, rows, expected):
    assert told(world, *rows) == {(HISTORY, *item) for item in expected}


@pytest.mark.parametrize(
    "rows",
    [
        alone("SHARE", *STEADY, 56),
        alone("SHARE", *STEADY[:8], 20, 54),
        alone("SHARE", *[50] * 9, 53),
        alone("SHARE", *[50] * 9, None, 98),
        alone("SHARE", *[50] * 4, None, *[50] * 4, 98),
        alone("SHARE", *[50] * 9) + alone("SHARE", 98, first=date(2026, 4, 1), qualifier="more_than"),
        alone("SHARE", *[50] * 9, qualifier="more_than") + alone("SHARE", 50, 98, first=date(2026, 4, 1)),
        alone("SHARE", *[50] * 9) + alone("SHARE", 98, 98, first=date(2026, 4, 1), method_version="m2"),
        alone("SHARE", *[50] * 9) + alone("SHARE", 98, 98, first=date(2026, 4, 1), is_sample=False),
        alone("SHARE", *[50] * 9) + alone("SHARE", 98, 98, first=date(2026, 4, 1), scope="commune_level"),
        alone("PLACE", *[1] * 9, 34),
        alone("FORM_ONLINE", *[1] * 9, 15),
        alone("CERTS", *[1000 + 10 * n for n in range(9)], 1150),
        alone("DOSSIERS", *[1000 * n for n in range(1, 13)], first=date(2025, 1, 1), area_level="national",
              area_code=NATION, accumulates_from=date(2025, 1, 1)),
        alone("SHARE", *[50] * 9, 98, area_level="commune", area_code="19333"),
    ],
    ids=[
        "not far", "too few changes", "within the smallest departure", "no month before",
        "a gap leaves too few changes", "more than",
        "history of more than", "another method", "samples are no history", "another scope", "rank", "few things",
        "a few per cent", "the same is added every month", "a commune",
    ],
)  # fmt: skip
def test_what_is_not_unusual_for_its_history(world, rows):
    assert told(world, *rows) == set()


def test_history_does_not_cross_the_merger_for_a_province_but_for_the_nation(world):
    first = add_months(MERGER_DATE, -6)
    values = [50] * 6 + [98, 98, 98]
    province = series("SHARE", values, first)
    nation = series("SHARE", [50] * 10, add_months(MERGER_DATE, -10), area_code=NATION, area_level="national")
    nation += series("SHARE", [98, 98], MERGER_DATE, area_code=NATION, area_level="national")
    nation = [row for row in nation if row["period_start"] >= date(2024, 1, 1)]
    assert told(world, *province, *nation) == {(HISTORY, NATION, "2025-07", 98)}


def test_a_year_that_starts_again_is_no_fall(world):
    catalogue = small_catalogue()
    done = catalogue.indicators["CERTS"].model_copy(
        update={"code": "DONE", "non_decreasing": NonDecreasing.WITHIN_YEAR}
    )
    catalogue = replace(catalogue, indicators={**catalogue.indicators, "DONE": done})
    rows = series("DONE", [100 * n for n in range(1, 13)] + [100], date(2025, 1, 1), area_code=NATION,
                  area_level="national")  # fmt: skip
    assert told(world, *rows, catalogue=catalogue) == set()


def test_quarters_are_compared_with_quarters(world):
    starts = [add_months(date(2023, 1, 1), 3 * number) for number in range(10)]
    rows = [
        figure("SHARE", 98 if number == 9 else 50, start, period_end=quarter_end(start), area_code=NATION,
               area_level="national")
        for number, start in enumerate(starts)
    ]  # fmt: skip
    assert told(world, *rows) == {(HISTORY, NATION, "2025-04", 98)}


def test_few_changes_are_enough_where_the_provinces_confirm_their_spread(world):
    months = [[50 + 0.5 * number] * 12 for number in range(5)]
    months.append([53.0] * 11 + [90.0])
    rows = [
        row
        for number, values in enumerate(months)
        for row in provinces(
            "SHARE", [value + index for index, value in enumerate(values)], add_months(JUL, number)
        )
    ]
    assert (HISTORY, EVERYBODY[11], "2025-12", 101.0) not in told(world, *rows[:-1])
    rows[-1] = {**rows[-1], "value": 95.0}
    assert told(world, *rows) >= {(HISTORY, EVERYBODY[11], "2025-12", 95.0)}


def test_what_all_provinces_did_in_the_same_month_is_no_outlier(world):
    spread = range(12)
    before = [
        provinces("FORM_ONLINE", [1000 + 50 * n for n in spread], add_months(JUL, month))
        for month in range(5)
    ]
    tet = provinces("FORM_ONLINE", [(1000 + 50 * n) * 0.5 for n in spread], DEC)
    assert told(world, *[row for month in before for row in month], *tet) == set()


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (provinces("SHARE", [60 + n for n in range(11)] + [2]), {(EVERYBODY[11], 2)}),
        (provinces("SHARE", [100 - n / 10 for n in range(11)] + [50]), {(EVERYBODY[11], 50)}),
        (provinces("SHARE", [100] * 10 + [40, 99.9]), {(EVERYBODY[10], 40)}),
        (provinces("S766_TOTAL", [60 + n / 2 for n in range(10)] + [5, 95]), {(EVERYBODY[10], 5), (EVERYBODY[11], 95)}),
    ],
    ids=["a rate", "near its natural end", "no spread", "two, neither hides the other"],
)  # fmt: skip
def test_what_is_unusual_among_provinces(world, rows, expected):
    assert told(world, *rows) == {(PROVINCES, area, "2025-12", value) for area, value in expected}


@pytest.mark.parametrize(
    "rows",
    [
        provinces("SHARE", [60 + n for n in range(12)]),
        provinces("SHARE", [60 + n for n in range(6)] + [2]),
        provinces("SHARE", [0] * 8 + [90, 95, 99, 100]),
        provinces("FORM_ONLINE", [10**n for n in range(1, 13)]),
        provinces("PLACE", [1] * 11 + [34]),
        provinces("SHARE", [60 + n for n in range(11)]) + provinces("SHARE", [2], scope="commune_level"),
        provinces("SHARE", [60 + n for n in range(11)]) + provinces("SHARE", [2], period_basis="government_report"),
        provinces("SHARE", [60 + n for n in range(11)]) + provinces("SHARE", [2], source_code="other"),
        provinces("SHARE", [60 + n for n in range(11)]) + provinces("SHARE", [2], accumulates_from=JUL),
        provinces("SHARE", [60 + n for n in range(11)])
        + provinces("SHARE", [0] * 11 + [2], qualifier="more_than")[11:],
    ],
    ids=["not far", "too few", "two kinds", "counts differ in size", "rank", "scope", "basis", "source", "since when",
         "more than"],
)  # fmt: skip
def test_what_is_not_unusual_among_provinces(world, rows):
    assert told(world, *rows) == set()


def test_counts_are_compared_by_their_change(world):
    sizes = [10 ** (1 + n / 3) * 100 for n in range(12)]
    before = provinces("FORM_ONLINE", [round(size) for size in sizes], date(2025, 11, 1))
    after = provinces("FORM_ONLINE", [round(size * 1.02) for size in sizes[:-1]] + [round(sizes[-1] * 4)])
    assert told(world, *before, *after) == {(PROVINCES, EVERYBODY[11], "2025-12", round(sizes[-1] * 4))}


@pytest.mark.parametrize(
    ("rows", "areas"),
    [
        (provinces("SHARE", [100] * 12), EVERYBODY),
        (provinces("CERTS", [7] * 10), CODES[:10]),
        (provinces("SHARE", [100] * 33 + [98]), CODES[:33]),
        (provinces("SHARE", [100] * 9), []),
        (provinces("SHARE", [100] * 13 + [90 + n / 3 for n in range(21)]), []),
        (provinces("COLOUR", [None] * 34, status="green"), []),
        (provinces("PLACE", [1] * 34), []),
        (provinces("SHARE", [100] * 12, qualifier="more_than"), []),
    ],
    ids=[
        "at its natural end",
        "a count",
        "almost all",
        "too few",
        "13 of 34",
        "34 green",
        "rank",
        "more than",
    ],
)
def test_one_value_everywhere(world, rows, areas):
    value = rows[0]["value"]
    assert told(world, *rows) == {(SAME_VALUE, area, "2025-12", value) for area in areas}


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({}, {HISTORY}),
        ({"history": False}, set()),
        ({"limit": 40}, set()),
        ({"smallest_departure": 60}, set()),
        ({"provinces": False, "same_value": False}, {HISTORY}),
    ],
    ids=["as all", "off", "limit", "smallest departure", "the others off"],
)
def test_an_indicator_may_say_otherwise(world, choice, expected):
    catalogue = small_catalogue()
    own = OutlierChoice(reason="a test", **choice)
    share = catalogue.indicators["SHARE"].model_copy(update={"outliers": own})
    catalogue = replace(catalogue, indicators={**catalogue.indicators, "SHARE": share})
    found = told(world, *series("SHARE", [50, 51, 53, 52, 55, 53, 54, 56, 55, 57, 98]), catalogue=catalogue)
    assert {item[0] for item in found} == expected


@pytest.mark.parametrize(("rule", "choice"), [(PROVINCES, "provinces"), (SAME_VALUE, "same_value")])
def test_the_rules_about_provinces_can_be_switched_off(world, rule, choice):
    catalogue = small_catalogue()
    own = OutlierChoice(reason="a test", **{choice: False})
    share = catalogue.indicators["SHARE"].model_copy(update={"outliers": own})
    catalogue = replace(catalogue, indicators={**catalogue.indicators, "SHARE": share})
    rows = provinces("SHARE", [100] * 33 + [20])
    found = {item[0] for item in told(world, *rows, catalogue=catalogue)}
    assert found == {PROVINCES, SAME_VALUE} - {rule}


def test_months_judged_one_by_one_are_told_of_as_together(world):
    rows = series("SHARE", [*STEADY, 98])
    months = [row["period_start"] for row in rows]
    world.send(*rows)
    for month in months:
        world.run(month)
    assert standing(world) == {(HISTORY, months[-1], 98.0)}
    before = world.everything()
    world.run(*months)
    assert world.everything() == before


def test_a_correction_of_the_month_before_takes_the_warning_back(world):
    rows = series("SHARE", [*STEADY[:9], 90, 91])
    months = [row["period_start"] for row in rows]
    world.send(*rows)
    world.run(*months)
    assert standing(world) == {(HISTORY, months[9], 90.0)}
    world.send(figure("SHARE", 54.5, months[9]), name="correction.xlsx")
    world.run(months[9])
    world.send(figure("SHARE", 55, months[10]), name="another.xlsx")
    world.run(months[10])
    assert standing(world) == set()


def test_a_later_warning_is_judged_again_when_an_earlier_month_changes(world):
    rows = series("SHARE", [*[80.0] * 9, 80, 55])
    months = [row["period_start"] for row in rows]
    world.send(*rows)
    world.run(*months)
    assert standing(world) == {(HISTORY, months[10], 55.0)}
    world.send(figure("SHARE", 55.0, months[9]), name="correction.xlsx")
    world.run(months[9])
    assert standing(world) == {(HISTORY, months[9], 55.0)}


def test_a_rejected_figure_is_no_history(world):
    rows = series("SHARE", [*STEADY[:9], 101, 98])
    months = [row["period_start"] for row in rows]
    world.send(*rows)
    world.run(*months)
    assert ("rate_within_0_100", months[9], 101.0) in world.standing()
    assert standing(world) == set()


def test_the_message_says_what_changed_and_what_is_usual(world):
    world.send(*series("SHARE", [*STEADY, 98]), name="tinh.xlsx")
    judgement = world.judge(*[add_months(JUL, number) for number in range(11)])
    [row] = judgement.check_results(HISTORY).failing_rows
    assert (row["file"], row["locator"], row["area"], row["indicator"]) == (
        "tinh.xlsx",
        "Sheet!SHARE10",
        "44",
        "SHARE",
    )
    assert row["message_vi"] == (
        "Tệp tinh.xlsx, ô Sheet!SHARE10: chỉ tiêu «Chỉ tiêu SHARE» của Tỉnh Quảng Trị, tháng 5/2026, ghi «98». "
        "Số này tăng 43,5 điểm phần trăm (từ 54,5 lên 98) so với tháng 4/2026; 9 lần thay đổi trước đó thường từ "
        "+0,5 điểm phần trăm đến +0,5 điểm phần trăm (trung vị +0,5 điểm phần trăm). Số liệu vẫn được nhận. "
        "Đề nghị kiểm tra lại; nếu đúng, đề nghị ghi rõ lý do."
    )
    assert row["message_en"].endswith(
        "reads '98'. It rose by 43.5 points (from 54.5 to 98) on April 2026; the 9 changes before were mostly between "
        "+0.5 points and +0.5 points (median +0.5 points). It is kept. Check it; if it is right, give the reason."
    )


def test_a_cumulative_count_is_told_by_what_was_added(world):
    rows = alone("DOSSIERS", *[1000 * n for n in range(1, 12)], 40_000, first=date(2025, 1, 1), area_level="national",
                 area_code=NATION, accumulates_from=date(2025, 1, 1))  # fmt: skip
    world.send(*rows)
    [row] = world.judge(*[item["period_start"] for item in rows]).check_results(HISTORY).failing_rows
    assert (
        "Số phát sinh trong kỳ tăng 2.800 % (từ 1.000 lên 29.000) so với tháng 11/2025" in row["message_vi"]
    )
    assert "What was added in the period rose by 2,800 per cent (from 1,000 to 29,000)" in row["message_en"]


def test_the_message_names_the_provinces_compared_with(world):
    world.send(*provinces("SHARE", [60 + n for n in range(11)] + [2]))
    [row] = world.judge(DEC).check_results(PROVINCES).failing_rows
    assert (
        "trong 12 tỉnh, thành phố được so sánh, phần lớn từ 60,1 % đến 68,9 % (trung vị 64,5 %"
        in row["message_vi"]
    )
    assert "các tỉnh khác thấp nhất Thành phố Hà Nội 60 %, cao nhất" in row["message_vi"]
    assert "the others' lowest Ha Noi (01) 60 per cent" in row["message_en"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "Đề nghị kiểm tra lại; nếu đúng, đề nghị ghi rõ lý do."),
        ({"revision_reason": "sáp nhập kho dữ liệu"}, "Lý do đã nêu: «sáp nhập kho dữ liệu»."),
        ({"note": "mở rộng phạm vi"}, "Ghi chú kèm theo số liệu: «mở rộng phạm vi»."),
        ({"note": "  "}, "Đề nghị kiểm tra lại; nếu đúng, đề nghị ghi rõ lý do."),
    ],
    ids=["nothing said", "reason", "note", "blanks"],
)
def test_a_reason_that_was_given_stands_in_the_warning(world, more, said):
    world.send(*series("SHARE", STEADY), *series("SHARE", [98], date(2026, 5, 1), **more))
    judgement = world.judge(*[add_months(JUL, number) for number in range(11)])
    [row] = judgement.check_results(HISTORY).failing_rows
    assert row["message_vi"].endswith(said)


def test_the_sender_is_told_as_of_a_doubt(world):
    from dx_pipeline.ingest.receive import known_receipts

    world.send(*series("SHARE", STEADY), name="before.xlsx")
    world.send(figure("SHARE", 98, date(2026, 5, 1)), name="may.xlsx")
    world.run(*[add_months(JUL, number) for number in range(11)])
    receipts = known_receipts(world.connection)
    [receipt] = [item for item in receipts if item.origin == "may.xlsx"]
    found = feedback_of(world.connection, receipt, receipts, small_catalogue())
    assert (found.verdict, found.counts.accepted, found.counts.doubtful) == ("accepted_with_doubts", 1, 1)
    assert [(item.rule, item.severity, item.locator) for item in found.findings] == [
        (HISTORY, "WARN", "Sheet!SHARE0")
    ]


def test_a_month_of_communes_asks_for_no_history(world, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(outliers, "series_of", lambda *_: pytest.fail("communes have none"))
    communes = list(small_catalogue().geography.communes)[:50]
    world.send(*[figure("FORM_ONLINE", 5, DEC, area_code=code, area_level="commune") for code in communes])
    assert world.judge(DEC).could_not_run == {}


def test_a_rule_that_cannot_run_is_no_pass(world, monkeypatch: pytest.MonkeyPatch):
    look_at = outliers.look_at
    monkeypatch.setattr(outliers, "look_at", lambda *args: look_at(*args).drop(columns="history_score"))
    world.send(*series("SHARE", STEADY))
    judgement = world.judge(*[add_months(JUL, number) for number in range(10)])
    assert judgement.could_not_run == {HISTORY: "column history_score is missing"}
    assert not judgement.check_results(HISTORY).passed


@given(
    st.lists(st.integers(0, 20), min_size=9, max_size=11),
    st.integers(0, 11),
    st.integers(10**5, 10**7),
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_odd_month_does_not_hide_a_later_one(tmp_path_factory, steps: list[int], at: int, size: int):
    from dx_pipeline.warehouse.database import connect, create_schema
    from dx_pipeline_tests.quality.world import working_file

    values = [10_000.0]
    for step in steps:
        values.append(values[-1] + step)
    values.append(values[-1])
    values[min(at, len(values) - 4)] = float(size * 100)
    values.append(float(size))
    with connect(working_file(tmp_path_factory.mktemp("w"))) as connection:
        create_schema(connection)
        found = told(
            World(connection), *series("DAYS_TOTAL", values, DEC), catalogue=with_unbounded_measure()
        )
    last = add_months(DEC, len(values) - 1)
    assert (HISTORY, "44", f"{last:%Y-%m}", float(size)) in found


def with_unbounded_measure() -> Catalogue:
    catalogue = small_catalogue()
    bounds = type(catalogue.indicators["DAYS"].bounds)()
    measure = catalogue.indicators["DAYS"].model_copy(
        update={"code": "DAYS_TOTAL", "unit": "days", "bounds": bounds}
    )
    return replace(catalogue, indicators={**catalogue.indicators, "DAYS_TOTAL": measure})
