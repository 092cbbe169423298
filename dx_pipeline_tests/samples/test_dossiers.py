from itertools import pairwise

import pytest

from dx_pipeline_tests.samples.months import NEW_KEYS

KEYS = NEW_KEYS


def value(complete, province, month, code, scope="all"):
    return complete[province, month][code, "value", scope]


@pytest.mark.parametrize("month", KEYS)
def test_the_parts_of_every_province_add_up(complete, figures, month):
    for unit in figures.provinces:
        recv, online, direct, post, done, on_time, late = (
            value(complete, unit.code, month, f"DOS_{part}_CNT")
            for part in (
                "RECV",
                "RECV_ONLINE",
                "RECV_DIRECT",
                "RECV_POST",
                "DONE",
                "DONE_ONTIME",
                "DONE_LATE",
            )
        )
        assert recv == online + direct + post
        assert done == on_time + late
        assert min(online, direct, post, on_time, late) > 0


@pytest.mark.parametrize("month", KEYS)
def test_communes_are_part_of_the_province(complete, figures, month):
    for unit in figures.provinces:
        both = [
            (
                value(complete, unit.code, month, code),
                value(complete, unit.code, month, code, "commune_level"),
            )
            for code in ("DOS_RECV_CNT", "DOS_RECV_ONLINE_CNT")
        ]
        (received, communes_received), (online, communes_online) = both
        assert communes_received < received
        assert communes_online < online
        assert online - communes_online <= received - communes_received


@pytest.mark.parametrize(("before", "now"), list(pairwise(KEYS)), ids=KEYS[1:])
def test_pending_dossiers_are_carried_over(complete, figures, before, now):
    for unit in figures.provinces:
        opening = value(complete, unit.code, before, "DOS_PEND_CNT")
        received, done, pending = (
            value(complete, unit.code, now, f"DOS_{x}_CNT") for x in ("RECV", "DONE", "PEND")
        )
        assert opening + received == done + pending


def test_july_and_august_sum_to_the_published_total(complete, figures):
    received = [
        value(complete, unit.code, month, "DOS_RECV_CNT") for unit in figures.provinces for month in KEYS[:2]
    ]
    assert sum(received) == 7_500_000


def test_hung_yen_is_eighth_of_34_in_september(complete, figures):
    rates = {
        unit.code: value(complete, unit.code, "2025-09", "DOS_ONLINE_RATE") for unit in figures.provinces
    }
    assert rates["33"] == 89.5
    assert sum(rate > rates["33"] for rate in rates.values()) == 7
    assert sum(rate == rates["33"] for rate in rates.values()) == 1


@pytest.mark.parametrize(("scope", "rate"), [("all", 72.63), ("commune_level", 74.57)])
def test_the_counts_of_quang_tri_agree_with_its_published_rate(complete, scope, rate):
    figures = complete["44", "2025-10"]
    online, received = (figures[code, "value", scope] for code in ("DOS_RECV_ONLINE_CNT", "DOS_RECV_CNT"))
    assert round(100 * online / received, 2) == rate
