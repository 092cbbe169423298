"""What ends in force does not depend on when files were judged, and what was known then is what was in force then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from dx_pipeline.quality.triage import write_findings_only, write_judgement
from dx_pipeline.settings import Limits, Office
from dx_pipeline.warehouse.database import connect, create_schema
from dx_pipeline_tests.quality.world import AUG, NOV, OCT, SEP, START, World, figure

MONTHS = (AUG, SEP, OCT, NOV)
PHASES = [Phase.explicit, Phase.reuse, Phase.generate]
Figure = tuple[str, str, date, float]


@contextmanager
def new_world() -> Iterator[World]:
    with connect(Path(":memory:")) as connection:
        create_schema(connection)
        yield World(connection)


def row(code: str, area: str, month: date, value: float) -> dict[str, Any]:
    more = {"accumulates_from": date(2025, 1, 1)} if code == "DOSSIERS" else {}
    return figure(code, value, month, area_code=area, **more)


def asked(world: World, sql: str, *values: object) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = world.connection.execute(sql, list(values)).fetchall()
    return found


COLUMNS = "indicator_code, area_code, period_start, value, file_name"


def in_force(world: World) -> list[tuple[Any, ...]]:
    return asked(world, f"SELECT {COLUMNS} FROM core.accepted_observation ORDER BY ALL")


def as_of(world: World, sent: int) -> list[tuple[Any, ...]]:
    moment = START + timedelta(minutes=sent)
    return asked(world, f"SELECT {COLUMNS} FROM core.observation_as_of(?::TIMESTAMP) ORDER BY ALL", moment)


def run(world: World, months: set[date]) -> None:
    """Judges the months; what is in force never breaks a rule."""
    if months:
        assert {item.rule for item in world.run(*months).findings} <= {"has_figures"}


def assert_log_is_sound(world: World) -> None:
    """The last entry says what holds, no entry lies before an earlier one, and a figure is in force once at most."""
    unlike = asked(
        world,
        "SELECT observation_id FROM core.observation LEFT JOIN (SELECT * FROM core.verdict QUALIFY row_number() OVER "
        "(PARTITION BY observation_id ORDER BY decided_at DESC, decision_number DESC) = 1) AS told "
        "USING (observation_id) WHERE (told.verdict, told.is_latest) "
        "IS DISTINCT FROM (observation.verdict, observation.is_latest)",
    )
    assert unlike == []
    steps = asked(world, "SELECT observation_id, decided_at FROM core.verdict ORDER BY decision_number")
    last: dict[str, Any] = {}
    for observation_id, decided_at in steps:
        assert last.get(observation_id, decided_at) <= decided_at
        last[observation_id] = decided_at
    for number in range(world.sent + 1):
        keys = [known[:3] for known in as_of(world, number)]
        assert len(keys) == len(set(keys))


def assert_nothing_is_left_to_say(world: World) -> None:
    before = asked(world, "SELECT * FROM core.verdict ORDER BY ALL")
    run(world, set(MONTHS))
    assert asked(world, "SELECT * FROM core.verdict ORDER BY ALL") == before


def figures_of(code: str, values: st.SearchStrategy[float]) -> st.SearchStrategy[Figure]:
    return st.tuples(st.just(code), st.sampled_from(["44", "33"]), st.sampled_from(MONTHS[:3]), values)


FIGURES = st.one_of(
    figures_of("CERTS", st.integers(1, 4)),
    figures_of("DOSSIERS", st.integers(1, 4)),
    figures_of("SERVICES", st.integers(1, 4)),
    figures_of("SHARE", st.sampled_from([50, 60, 120])),
    figures_of("OPENED", st.integers(1, 2)),
    figures_of("CLOSED", st.integers(1, 2)),
)
FILES = st.lists(FIGURES, min_size=1, max_size=4, unique_by=lambda item: item[:3])
ENTRIES = st.tuples(
    st.sampled_from(["restate", "permit_fall"]),
    st.sampled_from(MONTHS[:3]),
    st.sampled_from([(1, 2), (2, 1), (3, 2), (4, 1), (2, 3)]),
)
ARRIVALS = st.lists(st.tuples(st.one_of(FILES, FILES, FILES, ENTRIES), st.booleans()), min_size=2, max_size=6)


def arrive(world: World, what: Any) -> set[date]:
    """Receives a file of figures or of one restatement; the months that it touches."""
    if isinstance(what, list):
        world.send(*(row(*item) for item in what))
        return {month for _, _, month, _ in what}
    action, month, values = what
    old, new = sorted(values, reverse=True) if action == "permit_fall" else values
    world.approve(action, old, new, month)
    return {month}


def permitted_once(arrivals: Any) -> Any:
    """One entry per month: the office does not approve two things about the same figure at once."""
    seen: set[date] = set()
    kept = []
    for what, is_judged in arrivals:
        if not isinstance(what, list):
            if what[1] in seen:
                continue
            seen.add(what[1])
        kept.append((what, is_judged))
    return kept


def judged(arrivals: Any, world: World, *, each: bool) -> list[list[tuple[Any, ...]]]:
    """What was in force after each arrival that was judged: each, or those that say so and the last."""
    waiting: set[date] = set()
    found = []
    for number, (what, is_judged) in enumerate(arrivals, start=1):
        waiting |= arrive(world, what)
        if each or is_judged or number == len(arrivals):
            run(world, waiting)
            waiting = set()
            found.append(in_force(world))
            assert as_of(world, number) == found[-1]
    return found


@settings(max_examples=5, phases=PHASES)
@given(arrivals=ARRIVALS.map(permitted_once))
def test_what_was_known_is_what_was_in_force_whenever_it_was_judged(arrivals: Any):
    with new_world() as alone:
        known = judged(arrivals, alone, each=True)
        assert [as_of(alone, number + 1) for number in range(len(arrivals))] == known
        assert_log_is_sound(alone)
        statuses = alone.statuses()
    with new_world() as grouped:
        judged(arrivals, grouped, each=False)
        assert [as_of(grouped, number + 1) for number in range(len(arrivals))] == known
        assert as_of(grouped, 0) == []
        assert grouped.statuses() == statuses
        assert_nothing_is_left_to_say(grouped)
        assert_log_is_sound(grouped)


@pytest.mark.parametrize("each", [True, False], ids=["judged one by one", "judged at once"])
@pytest.mark.parametrize(
    ("arrivals", "values"),
    [
        (["1", "2", (1, 3)], [1, 2, 2]),
        (["1", (1, 3), "1", "2"], [1, 3, 3, 2]),
        (["1", (1, 3), "5", "1"], [1, 3, 5, 1]),
        (["1", (1, 3), (3, 4)], [1, 3, 4]),
        ([(1, 3), "2", "1", "4"], [None, 2, 3, 4]),
    ],
    ids=["too late", "sent again", "sent again after another", "restated twice", "waits"],
)
@pytest.mark.parametrize("code", ["DAYS", "CERTS"])
def test_a_restatement_finds_what_stood_when_it_came(
    world: World, code: str, arrivals: list[Any], values: list[float | None], each: bool
):
    for number, item in enumerate(arrivals, start=1):
        if isinstance(item, str):
            world.send(figure(code, float(item)))
        else:
            world.approve("restate", *item, indicator_code=code)
        if each or number == len(arrivals):
            run(world, {SEP})
    assert [world.known(number + 1).get((code, SEP)) for number in range(len(arrivals))] == values
    assert world.in_force() == {(code, SEP): values[-1]}
    rows = asked(world, "SELECT count(*) FROM core.verdict ANTI JOIN core.observation USING (observation_id)")
    assert rows == [(0,)]
    assert_nothing_is_left_to_say(world)
    assert_log_is_sound(world)


@st.composite
def agreeing(draw: st.DrawFn) -> list[list[Figure]]:
    """Files in some order that do not contradict each other; every figure is sent once."""
    figures: list[Figure] = []
    for code, area in (("CERTS", "44"), ("CERTS", "33"), ("DOSSIERS", "44")):
        values = sorted(draw(st.lists(st.integers(0, 5), min_size=4, max_size=4)))
        figures += [(code, area, month, value) for month, value in zip(MONTHS, values, strict=True)]
    figures += [("SERVICES", "44", month, draw(st.integers(1, 5))) for month in (AUG, SEP)]
    figures += [("SHARE", area, SEP, draw(st.sampled_from([50, 120]))) for area in ("44", "33")]
    figures += [("CLOSED", "44", SEP, 2), ("OPENED", "44", OCT, 2)]
    count = draw(st.integers(2, 6))
    files: dict[int, list[Figure]] = {}
    for item in figures:
        files.setdefault(draw(st.integers(1, count)), []).append(item)
    return draw(st.permutations(list(files.values())))


@settings(max_examples=4, phases=PHASES)
@given(files=agreeing(), cuts=st.lists(st.booleans(), min_size=6, max_size=6), month_by_month=st.booleans())
def test_files_that_agree_end_the_same_in_any_order(
    files: list[list[Figure]], cuts: list[bool], month_by_month: bool
):
    with new_world() as world:
        waiting: set[date] = set()
        for number, (content, is_judged) in enumerate(zip(files, cuts, strict=False), start=1):
            waiting |= arrive(world, content)
            if is_judged or number == len(files):
                for months in [{month} for month in sorted(waiting)] if month_by_month else [waiting]:
                    run(world, months)
                waiting = set()
        wanted = {item for content in files for item in content}
        bad = {item for item in wanted if item[3] > 100}
        assert {known[:4] for known in in_force(world)} == wanted - bad
        rejected = asked(
            world,
            "SELECT indicator_code, area_code, period_start, value FROM core.observation "
            "WHERE verdict = 'rejected'",
        )
        assert set(rejected) == bad
        assert_log_is_sound(world)


@pytest.mark.parametrize("together", [True, False], ids=["one run", "a run each"])
@pytest.mark.parametrize("first", [AUG, SEP], ids=["August first", "September first"])
@pytest.mark.parametrize(
    ("corrected", "ends"),
    [(AUG, (80, 90)), (SEP, (100, 110))],
    ids=["August corrected", "September corrected"],
)
def test_of_two_that_contradict_each_other_the_first_stands_until_one_is_corrected(
    world: World, together: bool, first: date, corrected: date, ends: tuple[float, float]
):
    values = {AUG: 100, SEP: 90}
    names = {AUG: "august.xlsx", SEP: "september.xlsx"}
    [second] = {AUG, SEP} - {first}
    for month in (first, second):
        world.send(figure("CERTS", values[month], month), name=names[month])
        if not together:
            run(world, {month})
    if together:
        run(world, {AUG, SEP})
    assert world.in_force() == {("CERTS", first): values[first]}
    rule = "not_below_previous_month" if second == SEP else "not_above_next_month"
    assert world.standing() == {(rule, second, values[second])}
    [messages] = asked(
        world, "SELECT message_vi, message_en FROM quality.rejection WHERE is_current AND severity = 'ERROR'"
    )
    assert all(name in message for name in names.values() for message in messages)
    world.send(figure("CERTS", ends[(AUG, SEP).index(corrected)], corrected))
    run(world, {corrected})
    assert world.in_force() == {("CERTS", AUG): ends[0], ("CERTS", SEP): ends[1]}
    assert world.standing() == set()
    assert world.known(1) == world.known(2) == {("CERTS", first): values[first]}
    assert world.known(3) == world.in_force()
    assert_log_is_sound(world)


def test_a_month_the_gate_held_back_counts_from_the_arrival_that_let_it_pass(world: World):
    world.office = Office(expected_provinces=("44",), limits=Limits(max_rejected_share=0.5))
    world.send(figure("DAYS", 5), figure("SHARE", 120), figure("PLACE", 99))
    refused = world.judge(SEP)
    assert [item.rule for item in refused.findings] == ["rejected_share_within_limit"]
    write_findings_only(world.connection, refused)
    assert world.known(1) == {}
    world.send(figure("SHARE", 50))
    let_pass = world.judge(SEP)
    assert let_pass.findings == ()
    write_judgement(world.connection, let_pass)
    assert world.known(1) == {}
    assert world.known(2) == world.in_force() == {("DAYS", SEP): 5, ("SHARE", SEP): 50}
    world.send(figure("DAYS", 6))
    run(world, {SEP})
    assert world.known(2)[("DAYS", SEP)] == 5
    assert_log_is_sound(world)


def test_what_was_freed_before_its_file_was_replaced_stays(world: World):
    world.send(figure("CERTS", 100, AUG))
    run(world, {AUG})
    early = world.send(figure("CERTS", 90, SEP))
    run(world, {SEP})
    world.send(figure("CERTS", 80, AUG))
    world.send(figure("DAYS", 5, SEP), supersedes=early)
    run(world, {AUG, SEP})
    assert world.known(3) == {("CERTS", AUG): 80, ("CERTS", SEP): 90}
    assert world.in_force() == {("CERTS", AUG): 80, ("CERTS", SEP): 90, ("DAYS", SEP): 5}
    assert_log_is_sound(world)


def test_what_was_carried_over_is_weighed_against_what_had_arrived(world: World):
    world.send(figure("OPENED", 1, SEP))
    world.send(figure("CLOSED", 2, AUG), figure("OPENED", 2, SEP))
    run(world, {AUG, SEP})
    assert world.known(1) == {("OPENED", SEP): 1}
    assert world.known(2) == world.in_force() == {("CLOSED", AUG): 2, ("OPENED", SEP): 2}
    assert_log_is_sound(world)


def test_months_judged_out_of_turn_are_weighed_as_they_were_judged(world: World):
    """A limit: a file that lies unjudged is not known to a run for another month, and what that run accepts stands."""
    world.send(figure("CERTS", 90, SEP))
    world.send(figure("CERTS", 100, AUG))
    run(world, {AUG})
    assert world.in_force() == {("CERTS", AUG): 100}
    run(world, {SEP})
    assert world.in_force() == {("CERTS", AUG): 100}
    assert world.standing() == {("not_below_previous_month", SEP, 90)}
    assert [world.known(number) for number in (1, 2)] == [{}, {("CERTS", AUG): 100}]
    assert_log_is_sound(world)
