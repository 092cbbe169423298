from datetime import date

import pytest

from dx_pipeline.failures import PermanentError
from dx_pipeline.samples.published import PublishedFigures

SEPTEMBER, OCTOBER = date(2025, 9, 1), date(2025, 10, 1)


@pytest.fixture(scope="module")
def known(published):
    return PublishedFigures.read(published)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (("PS_FULL_CNT", "44", OCTOBER, "all"), 837),
        (("PS_INTEG_CNT", "44", OCTOBER, "all"), 1595),
        (("DOS_ONLINE_RATE", "44", OCTOBER, "all"), 72.63),
        (("DOS_ONLINE_RATE", "44", OCTOBER, "commune_level"), 74.57),
        (("DIG_RATE", "44", OCTOBER, "all"), 91.02),
        (("DIG_REUSE_RATE", "44", OCTOBER, "all"), 92.62),
        (("CDT_TEAM_CNT", "44", OCTOBER, "all"), 1086),
        (("CDT_MEMBER_CNT", "44", OCTOBER, "all"), 8130),
        (("PROC_CNT", "33", SEPTEMBER, "all"), 2165),
        (("PROC_EFORM_RATE", "33", SEPTEMBER, "all"), 100),
        (("DOS_ONLINE_RATE", "33", SEPTEMBER, "all"), 89.5),
        (("DOS_ONLINE_RANK", "33", SEPTEMBER, "all"), 8),
        (("DSIG_ADULT_RATE", "VN", date(2025, 8, 1), "all"), 36.11),
        (("DSIG_ADULT_CHG_PP", "VN", date(2025, 8, 1), "all"), 1.2),
        (("DSIG_CERT_MOM", "VN", date(2025, 8, 1), "all"), 3.4),
        (("DOS_RECV_CNT", "VN", date(2025, 8, 1), "all"), 7_500_000),
        (("TASK_DONE_CNT", "VN", SEPTEMBER, "government_register"), 270),
        (("TASK_INPROG_CNT", "VN", SEPTEMBER, "government_register"), 382),
        (("PLATFORM_LISTED_CNT", "VN", SEPTEMBER, "all"), 84),
        (("PLATFORM_PLAN_CNT", "VN", SEPTEMBER, "all"), 21),
        (("BB_MOBILE_RANK", "VN", date(2025, 8, 1), "all"), 18),
        (("BB_FIXED_RANK", "VN", date(2025, 8, 1), "all"), 13),
        (("KH02_COMMUNE_OK_CNT", "VN", date(2025, 7, 1), "all"), 1981),
        (("S766_RANK", "44", date(2026, 10, 1), "all"), 14),
    ],
    ids=lambda part: " ".join(map(str, part)) if isinstance(part, tuple) else str(part),
)
def test_the_published_figures_are_there(known, key, value):
    assert known.value(*key) == value


def test_a_month_lists_numbers_and_statuses(known):
    of_month = known.of_month("44", OCTOBER)
    assert ("KH02_STATUS", "all") in of_month
    assert ("DOS_ONLINE_RATE", "commune_level") in of_month
    assert known.of_month("44", SEPTEMBER) == set()


def test_a_status_is_no_number_to_lead_up_to(known):
    assert known.first("KH02_STATUS", "44") is None


def test_a_folder_without_bulletins_is_named(tmp_path):
    with pytest.raises(PermanentError, match="data/samples"):
        PublishedFigures.read(tmp_path)


def test_a_broken_line_is_named(tmp_path):
    folder = tmp_path / "national_bulletin"
    folder.mkdir()
    header = "indicator_code,area_code,scope,period_start,accumulates_from,value"
    (folder / "x.csv").write_text(f"{header}\nPROC_CNT,33,all,September,,5\n", encoding="utf-8")
    with pytest.raises(PermanentError, match=r"x\.csv, line 2"):
        PublishedFigures.read(tmp_path)
