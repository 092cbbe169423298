"""The tables made whole: adoption, submissions, checks, revisions."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest

from dx_pipeline.statistics.tables import (
    compile_check_summary,
    compile_digital_signature_adoption,
    compile_submission_status,
)
from dx_pipeline.warehouse.database import insert_frame
from dx_pipeline_tests.statistics.small_world import (
    AUGUST,
    JULY,
    OCTOBER,
    SEPTEMBER,
    compiled,
    figure,
    one,
    rate,
    rows_of,
    small_catalogue,
    warehouse,
)

ADOPTION, CERTIFICATES = "DSIG_ADULT_RATE", "DSIG_CERT_CNT"


class TestAdoption:
    def test_nation_is_sum_over_sum_and_never_the_published_figure(self):
        rows = [
            rate(ADOPTION, "44", 30, 100),
            rate(ADOPTION, "33", 10, 300, is_sample=True),
            figure(ADOPTION, "75", 99.0),
            figure(ADOPTION, "VN", 36.11, source_code="bulletin"),
            figure(CERTIFICATES, "44", 500),
        ]
        with compiled(rows) as connection:
            compile_digital_signature_adoption(connection, catalogue=small_catalogue())
            found = one(connection, "digital_signature_adoption", area_code="VN", period_type="month")
        assert (found["adults_with_signature"], found["adult_population"], found["adoption_pct"]) == (
            40,
            400,
            10,
        )
        assert (found["certificates_issued"], found["provinces_reported"], found["is_sample"]) == (
            500,
            2,
            True,
        )

    def test_changes_by_month_and_by_quarter(self):
        values = {JULY: 30, AUGUST: 31, SEPTEMBER: 33, OCTOBER: 36}
        rows = [rate(ADOPTION, "44", value, 100, month=month) for month, value in values.items()]
        rows += [figure(CERTIFICATES, "44", value * 10, month=month) for month, value in values.items()]
        with compiled(rows) as connection:
            compile_digital_signature_adoption(connection, catalogue=small_catalogue())
            for area in ("44", "VN"):
                where = {"area_code": area, "period_start": OCTOBER}
                month = one(connection, "digital_signature_adoption", period_type="month", **where)
                quarter = one(connection, "digital_signature_adoption", period_type="quarter", **where)
                assert (month["adoption_change_pp"], quarter["adoption_change_pp"]) == (3, 3)
                assert month["certificates_change_pct"] == pytest.approx(100 * 30 / 330, abs=1e-6)
                september = one(
                    connection,
                    "digital_signature_adoption",
                    period_type="month",
                    area_code=area,
                    period_start=SEPTEMBER,
                )
                third = one(
                    connection,
                    "digital_signature_adoption",
                    period_type="quarter",
                    area_code=area,
                    period_start=JULY,
                )
                assert (september["adoption_change_pp"], third["adoption_pct"]) == (2, 33)

    def test_change_against_a_sample_is_said(self):
        rows = [
            rate(ADOPTION, "44", 30, 100, month=SEPTEMBER, is_sample=True),
            rate(ADOPTION, "44", 31, 100, month=OCTOBER),
        ]
        with compiled(rows) as connection:
            compile_digital_signature_adoption(connection, catalogue=small_catalogue())
            found = one(
                connection,
                "digital_signature_adoption",
                period_type="month",
                area_code="44",
                period_start=OCTOBER,
            )
        assert (found["is_sample"], found["comparison_is_sample"]) == (False, True)


def _received(**values):
    row = {
        "file_sha256": "sha", "origin": "a.xlsx", "received_at": datetime(2025, 11, 10, 16, 59), "size_bytes": 1,  # noqa: DTZ001
        "source_code": "submission", "period_start": OCTOBER, "period_end": date(2025, 10, 31), "area_code": "44",
        "is_sample": False, "status": "observed",
    }  # fmt: skip
    return pd.DataFrame([{**row, **values}])


def _rejection(**values):
    row = {
        "rejection_id": "r1", "period_start": OCTOBER, "source_code": "submission", "rule": "rate_bounds",
        "severity": "ERROR", "area_code": "44", "is_sample": False, "is_current": True,
    }  # fmt: skip
    return pd.DataFrame([{**row, **values}])


class TestSubmissionStatus:
    @pytest.mark.parametrize(
        ("has_figure", "rejection", "file_status", "status"),
        [
            (True, {}, "observed", "partly_accepted"),
            (True, {"is_current": False}, "observed", "accepted"),
            (True, {"severity": "WARN"}, "observed", "accepted"),
            (False, {}, "observed", "rejected"),
            (False, {"is_current": False}, "rejected", "rejected"),
            (False, {"is_current": False}, "observed", "missing"),
        ],
        ids=["partly", "corrected", "warned", "all_wrong", "unreadable", "empty_workbook"],
    )
    def test_status(self, has_figure, rejection, file_status, status):
        rows = [figure("STOCK", "44", 1, file_sha256="sha")] if has_figure else []
        with warehouse(Path(":memory:"), rows) as connection:
            insert_frame(connection, "raw.received_file", _received(status=file_status))
            insert_frame(connection, "quality.rejection", _rejection(**rejection))
            compile_submission_status(connection, catalogue=small_catalogue())
            found = one(connection, "submission_status", province_code="44", source_code="submission")
            missing = one(connection, "submission_status", province_code="33", source_code="submission")
        assert (found["status"], found["files_count"]) == (status, 1)
        assert (missing["status"], missing["is_late"], missing["due_date"]) == (
            "missing",
            None,
            date(2025, 11, 10),
        )

    @pytest.mark.parametrize(
        ("received_at", "is_late"),
        [(datetime(2025, 11, 10, 16, 59), False), (datetime(2025, 11, 10, 17, 1), True)],  # noqa: DTZ001
        ids=["before_midnight_in_vietnam", "after_midnight_in_vietnam"],
    )
    def test_late_is_judged_in_vietnams_time(self, received_at, is_late):
        with warehouse(
            Path(":memory:"), [figure("STOCK", "44", 1, file_sha256="sha", vintage_at=received_at)]
        ) as connection:
            insert_frame(connection, "raw.received_file", _received(received_at=received_at))
            compile_submission_status(connection, catalogue=small_catalogue())
            found = one(connection, "submission_status", province_code="44", source_code="submission")
        assert found["is_late"] is is_late

    @pytest.mark.parametrize(
        ("expected", "listed"),
        [((), ["33", "44"]), (("44",), ["44"]), (("33",), ["33", "44"])],
        ids=["all", "only_the_one_that_sent", "another_and_who_sent"],
    )
    def test_an_office_sees_whom_it_waits_for_and_who_sent(self, expected, listed):
        with warehouse(Path(":memory:"), [figure("STOCK", "44", 1, file_sha256="sha")]) as connection:
            insert_frame(connection, "raw.received_file", _received())
            compile_submission_status(connection, catalogue=small_catalogue(), expected=expected)
            found = rows_of(
                connection,
                "SELECT province_code FROM mart.submission_status WHERE source_code = 'submission' ORDER BY 1",
            )
        codes = {row["province_code"] for row in found}
        assert sorted(codes & {"33", "44"}) == listed

    def test_a_file_over_several_months_counts_in_each(self):
        with warehouse(Path(":memory:")) as connection:
            insert_frame(connection, "raw.received_file", _received(period_start=JULY, status="rejected"))
            compile_submission_status(connection, catalogue=small_catalogue())
            found = rows_of(
                connection,
                "SELECT DISTINCT period_start FROM mart.submission_status WHERE files_count = 1 ORDER BY 1",
            )
        assert [row["period_start"] for row in found] == [JULY, AUGUST, SEPTEMBER, OCTOBER]


def test_check_summary_adds_up_and_says_what_the_rule_is():
    from dx_pipeline.quality.rules import all_rules

    rule = all_rules()[0]
    results = pd.DataFrame(
        [
            {
                "period_start": OCTOBER, "source_code": "submission", "area_code": area, "rule": rule.code,
                "severity": rule.severity, "evaluated_count": 10, "failed_count": failed, "could_not_run": reason,
            }
            for area, failed, reason in (("44", 1, None), ("33", 2, "no column"))
        ]
    )  # fmt: skip
    with warehouse(Path(":memory:")) as connection:
        insert_frame(connection, "quality.check_result", results)
        compile_check_summary(connection, catalogue=small_catalogue())
        found = one(connection, "check_summary")
    assert (found["evaluated_count"], found["failed_count"], found["could_not_run_count"]) == (20, 3, 1)
    assert (found["title_vi"], found["title_en"]) == (rule.title_vi, rule.title_en)
