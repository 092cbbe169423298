"""A year of an office, step by step: what each submission, correction and decision does to figures, logs and marts."""

from datetime import date

import pytest

from dx_pipeline_tests.pipeline.year_world import (
    AUGUST,
    CERTIFICATES,
    JULY,
    JUNE,
    MAY,
    NOVEMBER,
    OCTOBER,
    RATE,
    SEPTEMBER,
    TEAMS,
    certificates_of,
    rows_where,
    senders,
)

HELD = "teams corrected"


def province(step, area, month, indicator=CERTIFICATES, geography="34"):
    return step.row(
        "province_monthly",
        province_code=area,
        period_start=month,
        indicator_code=indicator,
        geography=geography,
    )


def nation(step, month):
    return step.row("national_monthly", period_start=month, indicator_code=CERTIFICATES)


def test_everything_that_did_not_wait_was_published_as_it_was_compiled(year):
    waited = [name for name, step in year.steps.items() if step.published != step.figures]
    assert waited == [HELD] == [name for name, step in year.steps.items() if step.comparison.held]


class TestMerger:
    """In July three new provinces send where five old ones did."""

    def test_old_and_new_provinces_never_stand_in_one_series(self, year):
        for step in year.steps.values():
            for row in step.rows("province_monthly", geography="63"):
                assert row["period_start"] < JULY
            built = step.rows("province_monthly", geography="34", is_built=True)
            assert {row["province_code"] for row in built} == {"24", "44"}
            assert all(row["period_start"] < JULY for row in built)

    @pytest.mark.parametrize("area", ["24", "44"])
    def test_the_series_goes_on_from_what_is_built_of_the_old_ones(self, year, area):
        step = year.steps["2025-07"]
        june, july = province(step, area, JUNE), province(step, area, JULY)
        old = {"24": ("24", "27"), "44": ("44", "45")}[area]
        assert june["value"] == sum(province(step, code, JUNE, geography="63")["value"] for code in old)
        assert (june["is_built"], june["series_note"]) == (True, "built_from_predecessors")
        assert july["change_pct"] == round(100 * 20 / june["value"], 6)
        assert (july["is_built"], july["comparison_is_built"], july["series_break"]) == (False, True, None)
        assert not province(year.steps["2025-08"], area, AUGUST)["comparison_is_built"]

    def test_a_rate_goes_on_from_the_summed_counts(self, year):
        june, july = (province(year.steps["2025-07"], "44", month, RATE) for month in (JUNE, JULY))
        assert (june["numerator"], june["denominator"], june["value"]) == (4100, 20_000, 20.5)
        assert (july["change_pp"], july["comparison_is_built"]) == (0.1, True)

    def test_an_unchanged_province_goes_on_as_it_is(self, year):
        june, july = (province(year.steps["2025-07"], "01", month) for month in (JUNE, JULY))
        assert (june["is_built"], june["value"], june["file_sha256"] is None) == (False, 9050, False)
        assert july["change_pct"] == round(100 * 10 / 9050, 6)

    def test_ranks_of_63_and_of_34_stay_apart(self, year):
        rows = year.steps["2025-07"].rows("province_monthly", period_start=JUNE, indicator_code=CERTIFICATES)
        ranks = {(row["geography"], row["province_code"]): (row["rank"], row["rank_of"]) for row in rows}
        assert ranks == {
            ("63", "01"): (1, 5),
            ("63", "24"): (2, 5),
            ("63", "27"): (3, 5),
            ("63", "44"): (4, 5),
            ("63", "45"): (5, 5),
            ("34", "01"): (1, 3),
            ("34", "24"): (2, 3),
            ("34", "44"): (3, 3),
        }

    def test_the_nation_rests_on_the_provinces_of_the_day(self, year):
        june, july = (nation(year.steps["2025-07"], month) for month in (JUNE, JULY))
        assert june["value"] == sum(certificates_of(code, JUNE) for code in senders(JUNE))
        assert (
            july["value"] == sum(certificates_of(code, JULY) for code in senders(JULY)) == june["value"] + 50
        )
        assert (june["provinces_reported"], june["provinces_expected"]) == (5, 63)
        assert (july["provinces_reported"], july["provinces_expected"]) == (3, 34)


class TestLate:
    """The old Bắc Ninh sends May after everybody's June."""

    def test_until_then_the_nation_is_short_of_it(self, year):
        step = year.steps["2025-06"]
        found = nation(step, MAY)
        assert found["provinces_reported"] == 4
        assert found["value"] == sum(certificates_of(code, MAY) for code in senders(MAY) if code != "27")
        built = province(step, "24", MAY)
        assert (built["value"], built["series_note"]) == (None, "predecessor_missing")
        assert province(step, "24", JUNE)["change_pct"] is None

    def test_afterwards_it_counts_and_is_compared_with(self, year):
        step = year.steps["late May"]
        found = nation(step, MAY)
        assert found["provinces_reported"] == 5
        assert found["value"] == sum(certificates_of(code, MAY) for code in senders(MAY))
        assert province(step, "24", MAY)["series_note"] == "built_from_predecessors"
        june = province(step, "24", JUNE)
        assert (june["change_pct"], june["comparison_is_built"]) == (round(100 * 20 / 3580, 6), True)
        assert province(step, "27", JUNE, geography="63")["change_pct"] == round(100 * 10 / 1540, 6)

    def test_the_published_nation_moved_and_did_not_wait(self, year):
        step = year.steps["late May"]
        rows = rows_where(step.comparison.figures, indicator_code=CERTIFICATES, area_code="VN")
        [moved] = rows_where(rows, table_name="mart.national_monthly")
        assert (moved["period_start"], moved["reason"]) == (MAY, "follows_provinces")
        assert (moved["old_value"], moved["new_value"]) == (
            nation(year.steps["2025-06"], MAY)["value"],
            14_500,
        )
        assert step.comparison.held == []

    def test_a_first_appearance_is_no_revision(self, year):
        assert year.steps["late May"].log == []
        assert rows_where(year.steps["2026-01"].log, period_start=MAY) == []


class TestCorrected:
    """Quảng Trị sends September again, a fifth higher."""

    def test_it_waits_and_what_is_published_stays(self, year):
        step = year.steps[HELD]
        [row] = step.comparison.held
        assert (row["indicator_code"], row["area_code"], row["old_value"], row["new_value"]) == (
            TEAMS,
            "44",
            200,
            240,
        )
        assert province(step, "44", SEPTEMBER, TEAMS)["value"] == 240
        assert step.published == year.steps["2025-09"].published

    def test_once_accepted_it_is_published_up_to_the_national_quarter(self, year):
        step = year.steps["teams accepted"]
        assert step.comparison.acceptance["approved_by"] == "Chánh Văn phòng"
        assert step.published == year.steps[HELD].figures
        for table, value in (("national_monthly", 1040), ("national_quarterly", 1040)):
            month = SEPTEMBER if table.endswith("monthly") else JULY
            [row] = rows_where(step.published[f"mart.{table}"], indicator_code=TEAMS, period_start=month)
            assert row["value"] == value

    def test_the_log_says_what_by_which_file_why_and_what_moved(self, year):
        [found] = year.steps[HELD].log
        file = "provincial_submission/2025-09/44.xlsx"
        assert (found["kind"], found["old_value"], found["new_value"]) == ("resubmission", 200, 240)
        assert (found["old_file_name"], found["file_name"]) == (file, file)
        assert (found["reason"], found["approved_by"]) == ("Cộng sót tổ của các xã mới", None)
        assert found["moved_figures"].split("; ") == [
            "national_monthly VN 2025-09: 1000.0 -> 1040.0",
            "national_quarterly VN 2025-07: 1000.0 -> 1040.0",
            "province_monthly 44 2025-09: 200.0 -> 240.0",
            "province_quarterly 44 2025-07: 200.0 -> 240.0",
        ]


class TestFall:
    """Certificates issued only grow, but for the one fall that the office permits."""

    @pytest.mark.parametrize("area", ["24", "44"])
    def test_a_fall_is_rejected_and_names_both_files(self, year, area):
        [found] = rows_where(year.steps["fall sent"].rejections, area_code=area)
        assert (found["rule"], found["period_start"]) == ("not_below_previous_month", OCTOBER)
        for message in (found["message_vi"], found["message_en"]):
            for month in ("2025-09", "2025-10"):
                assert f"signature_registry/{month}/{area}.csv" in message

    def test_what_was_in_force_stays_and_what_was_not_is_missing(self, year):
        step = year.steps["fall sent"]
        assert province(step, "44", OCTOBER)["value"] == 2040
        assert (
            step.rows(
                "province_monthly", province_code="24", period_start=OCTOBER, indicator_code=CERTIFICATES
            )
            == []
        )
        assert nation(step, OCTOBER)["provinces_reported"] == 2

    def test_the_permitted_one_passes_and_the_other_does_not(self, year):
        step = year.steps["fall permitted"]
        assert step.restatements == [("permit_fall", "44", 1960, "applied")]
        assert province(step, "44", OCTOBER)["value"] == 1900
        assert [row["area_code"] for row in step.rejections] == ["24"]
        last = year.steps["2026-01"]
        assert rows_where(last.rejections, area_code="24", period_start=OCTOBER) != []
        assert province(last, "24", NOVEMBER)["change_pct"] is None

    def test_it_needs_no_second_approval_to_be_published(self, year):
        rows = year.steps["fall permitted"].comparison.figures
        [moved] = rows_where(rows, table_name="mart.province_monthly", area_code="44")
        assert (moved["reason"], moved["decision"], moved["size"] > 1) == ("restated", "covered", True)

    @pytest.mark.parametrize("name", ["fall permitted", "fall overtaken", "2026-01"])
    def test_the_log_says_who_permitted_it_whatever_was_sent_since(self, year, name):
        [found] = rows_where(year.steps[name].log, new_value=1900)
        assert (found["kind"], found["old_value"], found["area_code"]) == ("release", 2040, "44")
        assert (found["approved_by"], found["approved_on"]) == ("Giám đốc Sở", date(2025, 11, 14))
        assert found["reason"] == "Thu hồi chứng thư cấp trùng"
        assert "national_quarterly VN 2025-10" in found["moved_figures"]

    def test_another_value_needs_no_leave_and_the_entry_says_so(self, year):
        step = year.steps["fall overtaken"]
        assert step.restatements == [("permit_fall", "44", 1960, "does_not_fit")]
        [found] = rows_where(step.rejections, rule="restatement_fits")
        assert "/restatements/giam.yaml" in found["message_en"]
        assert [row["reason"] for row in rows_where(step.log, new_value=1970)] == ["Đếm lại"]


class TestRestated:
    """Hà Nội's November is restated, sent otherwise, and restated from there."""

    def test_an_entry_that_fits_is_in_force(self, year):
        step = year.steps["restated"]
        assert step.restatements[-1] == ("restate", "01", 9100, "applied")
        assert province(step, "01", NOVEMBER)["value"] == 9120

    def test_one_that_no_longer_fits_fails_loudly(self, year):
        step = year.steps["sent otherwise"]
        assert step.restatements[-1] == ("restate", "01", 9100, "does_not_fit")
        assert province(step, "01", NOVEMBER)["value"] == 9095
        [found] = rows_where(step.rejections, rule="restatement_fits", area_code="01")
        for text in ("/restatements/ha-noi.yaml, line 3", "9,120", "9,095"):
            assert text in found["message_en"]

    def test_corrected_it_fits_again(self, year):
        step = year.steps["restated again"]
        assert step.restatements[-2:] == [
            ("restate", "01", 9100, "replaced"),
            ("restate", "01", 9095, "applied"),
        ]
        assert province(step, "01", NOVEMBER)["value"] == 9120
        assert rows_where(step.rejections, rule="restatement_fits", area_code="01") == []

    @pytest.mark.parametrize("name", ["restated again", "2026-01"])
    def test_the_log_keeps_all_three_with_who_approved(self, year, name):
        found = rows_where(year.steps[name].log, area_code="01")
        assert [(row["kind"], row["old_value"], row["new_value"], row["approved_by"]) for row in found] == [
            ("restatement", 9100, 9120, "Giám đốc Sở"),
            ("resubmission", 9120, 9095, None),
            ("restatement", 9095, 9120, "Giám đốc Sở"),
        ]
        assert all("national_quarterly VN 2025-10" in row["moved_figures"] for row in found)


def test_nothing_that_the_log_ever_said_is_said_otherwise_later(year):
    said = []
    for name, step in year.steps.items():
        assert [row for row in said if row not in step.log] == [], name
        said = step.log
    assert len(said) == 6
