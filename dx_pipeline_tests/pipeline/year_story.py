"""What happened in the year of ``year_world.py``, in the order in which it happened. Holds no assertions."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from dx_pipeline.periods import add_months, month_key
from dx_pipeline.publish.changes.acceptance import write_acceptance
from dx_pipeline_tests.pipeline.year_world import (
    APRIL,
    AUGUST,
    CERTIFICATES,
    DECEMBER,
    JANUARY,
    JULY,
    JUNE,
    MAY,
    NEXT_JANUARY,
    NOVEMBER,
    OCTOBER,
    SEPTEMBER,
    Year,
    senders,
)

TEAMS_OF_SEPTEMBER = {"01": 500, "24": 300, "44": 200}
SCORES = {
    OCTOBER: {"01": 88.0, "24": 85.0, "44": 82.0},
    NOVEMBER: {"01": 88.5, "24": 84.0, "44": 86.0},
    DECEMBER: {"01": 89.0, "24": 85.0, "44": 86.5},
    NEXT_JANUARY: {"01": 60.0, "24": 66.0, "44": 63.0},
}
NAMES = (
    "2025-01", "2025-02", "2025-03", "2025-04", "2025-05", "2025-06", "late May", "2025-07", "2025-08", "2025-09",
    "teams corrected", "teams accepted", "2025-10", "fall sent", "fall permitted", "fall overtaken", "2025-11",
    "restated", "sent otherwise", "restated again", "2025-12", "2026-01",
)  # fmt: skip


@cache
def told_year(folder: Path) -> Year:
    """The whole year, told once per session. Read only."""
    year = Year(folder / "year")
    _before_the_merger(year)
    _after_the_merger(year)
    _corrected(year)
    _fallen(year)
    _restated(year)
    _in_the_new_year(year)
    return year


def _month_comes(year: Year, month: date, **sent: int) -> None:
    """Everybody's line of the month, on the fifth of the next one; ``sent`` are other numbers than usual."""
    numbers = {name.removeprefix("of_"): value for name, value in sent.items()}
    for area in senders(month):
        if numbers.get(area, 1):
            year.registry(month, area, numbers.get(area))
    if month in SCORES:
        year.bulletin(month, SCORES[month])
    year.run_at(month_key(month), f"{add_months(month, 1):%Y-%m}-05T03:00:00")


def _before_the_merger(year: Year) -> None:
    for month in (JANUARY, date(2025, 2, 1), date(2025, 3, 1), APRIL):
        _month_comes(year, month)
    _month_comes(year, MAY, of_27=0)
    _month_comes(year, JUNE)
    year.registry(MAY, "27")
    year.run_at("late May", "2025-07-12T03:00:00")


def _after_the_merger(year: Year) -> None:
    _month_comes(year, JULY)
    _month_comes(year, AUGUST)
    for area, teams in TEAMS_OF_SEPTEMBER.items():
        year.workbook(SEPTEMBER, area, teams)
    _month_comes(year, SEPTEMBER)


def _corrected(year: Year) -> None:
    """A fifth more teams than published: too much to go through unseen."""
    year.workbook(SEPTEMBER, "44", 240, reason="Cộng sót tổ của các xã mới")
    held = year.run_at("teams corrected", "2025-10-20T03:00:00")
    write_acceptance(
        held.comparison,
        year.data,
        approved_by="Chánh Văn phòng",
        approved_on=date(2025, 10, 22),
        reason="Đã rà soát với tỉnh",
    )
    year.run_at("teams accepted", "2025-10-22T03:00:00")


def _fallen(year: Year) -> None:
    """Two provinces fall below September; one of them with the office's leave."""
    _month_comes(year, OCTOBER, of_24=3600, of_44=2040)
    year.registry(OCTOBER, "44", 1900, note="Thu hồi chứng thư cấp trùng")
    year.run_at("fall sent", "2025-11-10T03:00:00")
    year.decide(
        "giam",
        action="permit_fall",
        indicator=CERTIFICATES,
        area="44",
        period="2025-10",
        old_value=1960,
        new_value=1900,
        approved_on=date(2025, 11, 14),
        reason="Thu hồi chứng thư cấp trùng",
    )
    year.run_at("fall permitted", "2025-11-15T03:00:00")
    year.registry(OCTOBER, "44", 1970, note="Đếm lại")
    year.run_at("fall overtaken", "2025-11-20T03:00:00")


def _restated(year: Year) -> None:
    """A value that the office restates, that the source then sends otherwise, and that is restated from there."""
    _month_comes(year, NOVEMBER)
    entry = {
        "action": "restate",
        "indicator": CERTIFICATES,
        "area": "01",
        "period": "2025-11",
        "approved_on": date(2025, 12, 9),
        "reason": "Cộng sót chứng thư của cấp xã",
    }
    year.decide("ha-noi", **entry, old_value=9100, new_value=9120)
    year.run_at("restated", "2025-12-10T03:00:00")
    year.registry(NOVEMBER, "01", 9095)
    year.run_at("sent otherwise", "2025-12-15T03:00:00")
    year.decide("ha-noi", **entry, old_value=9095, new_value=9120)
    year.run_at("restated again", "2025-12-20T03:00:00")


def _in_the_new_year(year: Year) -> None:
    _month_comes(year, DECEMBER, of_01=9130)
    _month_comes(year, NEXT_JANUARY, of_01=9140)
