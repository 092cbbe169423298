"""The profile and the settling of loads against what one would reckon by hand."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.quality.register_rules import evaluated_column, failed_column
from dx_pipeline.quality.registers.profile import UNREADABLE, Counted, profile_of
from dx_pipeline.quality.registers.settling import changed_loads, settle
from dx_pipeline_tests.quality.registers.world import ROW_CODES, SOURCE, Province, counts_of
from dx_pipeline_tests.quality.world import OCT, START

CODES = ["01", "44", "46", UNREADABLE]
provinces = st.dictionaries(
    st.sampled_from(CODES),
    st.integers(0, 40).flatmap(
        lambda lines: st.builds(
            Province,
            lines=st.just(lines),
            failed=st.dictionaries(st.sampled_from(ROW_CODES), st.integers(0, lines // 6), max_size=6),
        )
    ),
    max_size=4,
)
states = st.sampled_from(["awaiting", "accepted", "in force", "rejected"])


def counted(loads: list[dict[str, Province]], verdicts: list[str] | None = None) -> Counted:
    """Loads of one month, one after the other."""
    verdicts = verdicts or ["awaiting"] * len(loads)
    rows = []
    for number, (load, state) in enumerate(zip(loads, verdicts, strict=True)):
        lines, bad = sum(item.lines for item in load.values()), sum(item.bad for item in load.values())
        verdict = {"awaiting": None, "in force": "accepted"}.get(state, state)
        rows.append(
            {
                "source_code": SOURCE,
                "period_start": pd.Timestamp(OCT),
                "area_code": "VN",
                "file_sha256": f"sha{number}",
                "file_name": f"{number}.csv",
                "vintage_at": pd.Timestamp(START + timedelta(minutes=number)),
                "line_count": lines,
                "row_count": lines - bad,
                "rejected_count": bad,
                "verdict": verdict,
                "is_latest": state == "in force",
                "is_superseded": False,
                "is_requested": True,
                "is_in_scope": True,
            }
        )
    counts = [
        {"load": number, "province_code": code, "first_lines": None, "example": None}
        | {name: row[name] for name in ("rule", "evaluated_count", "failed_count")}
        for number, load in enumerate(loads)
        for code, item in load.items()
        for row in counts_of(code, item)
    ]
    columns = ["load", "province_code", "rule", "evaluated_count", "failed_count", "first_lines", "example"]
    return Counted(pd.DataFrame(rows), pd.DataFrame(counts, columns=columns))


@given(loads=st.lists(provinces, min_size=1, max_size=3))
@settings(max_examples=50, deadline=None)
def test_the_profile_has_what_the_loads_counted(loads: list[dict[str, Province]]):
    frame = profile_of(counted(loads), load_catalogue()).set_index(["load", "province_code"])
    assert set(frame.index) == {(n, code) for n, load in enumerate(loads) for code in {*load, UNREADABLE}}
    for number, load in enumerate(loads):
        of_file = sum(item.lines for item in load.values())
        for code, item in load.items():
            row = frame.loc[(number, code)]
            assert (row["lines"], row["rejected"], row["rows"]) == (
                item.lines,
                item.bad,
                item.lines - item.bad,
            )
            assert bool(row["has_rows"]) == (item.lines > 0)
            whole = of_file if code == UNREADABLE else item.lines
            assert row["rejected_share"] == (item.bad / whole if whole else 0)
            for rule in ROW_CODES:
                assert row[failed_column(rule)] == item.failed.get(rule, 0)
                assert row[evaluated_column(rule)] == item.lines
    assert (frame["counts_difference"] == 0).all()


@given(loads=st.lists(st.tuples(provinces, states), min_size=1, max_size=5))
@settings(max_examples=50, deadline=None)
def test_the_load_in_force_is_the_newest_that_is_not_refused(loads: list[tuple[dict[str, Province], str]]):
    states_of = [state for _, state in loads]
    while states_of.count("in force") > 1:
        states_of[states_of.index("in force")] = "accepted"
    found = counted([load for load, _ in loads], states_of)
    profile = profile_of(found, load_catalogue())
    failed = (profile["rejected_share"] > profile["max_rejected_share"]).to_numpy()
    settled = settle(found.loads, profile, failed)

    refused: list[set[str]] = []
    wholly: list[bool] = []
    for number, (load, _) in enumerate(loads):
        limit = load_catalogue().sources[SOURCE].records.limits.max_rejected_share
        of_file = sum(item.lines for item in load.values()) or 1
        own = {code for code, item in load.items() if code and item.lines and item.bad / item.lines > limit}
        unreadable = load.get(UNREADABLE, Province(0)).bad / of_file > limit
        refused.append(set(CODES) if unreadable else own)
        is_in_force = states_of[number] == "in force"
        able = [code for code, item in load.items() if code and item.lines and code not in refused[number]]
        wholly.append(not able and not is_in_force)
    able_loads = [n for n, state in enumerate(states_of) if state != "accepted" and not wholly[n]]
    latest = max(able_loads, default=None)
    assert list(settled.loads.index[settled.loads["is_now_latest"]]) == ([] if latest is None else [latest])
    for code in {code for load, _ in loads for code in load if code}:
        holds = [n for n in range(len(loads)) if not wholly[n] and code not in refused[n]]
        places = settled.in_place[settled.in_place["province_code"] == code]["place"]
        assert set(places) == ({max(holds)} if holds else set())
    changed = changed_loads(settled)
    for number, row in zip(changed.index, changed.to_dict("records"), strict=True):
        assert row["verdict"] == ("rejected" if wholly[number] else "accepted")
        assert row["is_latest"] == (number == latest)


@pytest.mark.parametrize(
    ("share", "limit", "fails"),
    [
        (0.05, 0.05, False),
        (np.nextafter(0.05, 1), 0.05, True),
        (float("nan"), 0.05, True),
        (0.0, float("nan"), True),
    ],
    ids=["at the limit", "a hair beyond", "no share", "no limit"],
)
def test_the_limit_and_its_gaps(share: float, limit: float, fails: bool):
    from dx_pipeline.quality.engine import evaluate
    from dx_pipeline.quality.rules import rules_by_code

    frame = pd.DataFrame({"rejected_share": [share], "max_rejected_share": [limit], "has_register": [True]})
    [result] = evaluate(frame, [rules_by_code()["register_rejects_within_limit"]])
    assert result.passed is not fails


def test_a_source_that_is_no_register_has_no_limit():
    found = counted([{"01": Province(100)}])
    found.loads["source_code"] = "provincial_submission"
    profile = profile_of(found, load_catalogue())
    assert profile["max_rejected_share"].isna().all()
