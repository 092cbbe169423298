"""The old provinces before the merger: whole in themselves, summing to the province of today, leading up to July."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from dx_pipeline.catalogue.models import Kind, NationalRule, NonDecreasing
from dx_pipeline.catalogue.workbook_layout import workbook_layout
from dx_pipeline.samples.figures import SampleFigures
from dx_pipeline.samples.published import PublishedFigure, PublishedFigures
from dx_pipeline_tests.samples.months import NEW_KEYS, OLD_KEYS, OLD_MONTHS

JUNE, JULY = OLD_KEYS[-1], NEW_KEYS[0]
REUSED = ("15", "24", "44", "52", "80", "82", "91")
OWN_LEVELS = {"PROC_CNT", "PS_FULL_CNT", "PS_PART_CNT", "PS_INTEG_CNT"}


@pytest.fixture(scope="module")
def olds(figures):
    """The old codes in each of the 34 provinces."""
    return {unit.code: unit.predecessor_codes for unit in figures.provinces}


@pytest.fixture(scope="module")
def sums(old, olds):
    """What the predecessors of each of the 34 provinces sum to, by province, month and figure."""
    return {
        (new, month): {key: sum(old[code, month][key] for code in codes) for key in old[codes[0], month]}
        for new, codes in olds.items()
        for month in OLD_KEYS
    }


def is_summed(catalogue, key):
    """Whether the figure, a count or one side of a rate, sums over provinces."""
    code, role, _ = key
    indicator = catalogue.indicators[code]
    if indicator.kind is Kind.RATE:
        whole = indicator.denominator.indicator
        return role != "value" and whole not in OWN_LEVELS
    return indicator.national is NationalRule.SUM


def test_every_old_province_has_every_figure_that_is_asked_for(old, catalogue):
    assert len(old) == 63 * 6
    asked = {
        (column.indicator_code, column.role, scope)
        for sheet in workbook_layout(catalogue)
        for column in sheet.columns
        for scope in catalogue.indicators[column.indicator_code].scopes
    }
    for case, values in old.items():
        assert asked <= values.keys(), case


def test_every_figure_keeps_the_catalogues_rules(old, catalogue):
    for case, values in old.items():
        for (code, role, scope), value in values.items():
            indicator = catalogue.indicators[code]
            if role != "value" or indicator.is_whole_number:
                assert value == int(value) >= 0, (case, code)
            elif indicator.kind is Kind.RATE:
                numerator, denominator = values[code, "numerator", scope], values[code, "denominator", scope]
                assert 0 < numerator <= denominator, (case, code)
                assert value == round(100 * numerator / denominator, 2), (case, code)
                assert value >= 1, "below 1 the template asks for the counts alone"


def test_rates_rest_on_the_counts_that_the_catalogue_links(old, catalogue):
    for values in old.values():
        for code, role, scope in [key for key in values if key[1] != "value"]:
            linked = getattr(catalogue.indicators[code], role).indicator
            if linked and (linked, "value", scope) in values:
                assert values[code, role, scope] == values[linked, "value", scope]


def test_predecessors_sum_to_the_province_of_today_led_back(sums, figures, catalogue):
    for (new, month), totals in sums.items():
        led_back = figures._of_the_34(new, date.fromisoformat(f"{month}-01"))
        for key, value in led_back.items():
            if is_summed(catalogue, key):
                assert totals[key] == value, (new, month, key)


@pytest.mark.parametrize("month", OLD_KEYS)
def test_the_parts_of_every_old_province_add_up(old, olds, month):
    for code in (code for codes in olds.values() for code in codes):
        values = {key[0]: value for key, value in old[code, month].items() if key[1:] == ("value", "all")}
        parts = [values[f"DOS_RECV_{channel}_CNT"] for channel in ("ONLINE", "DIRECT", "POST")]
        assert values["DOS_RECV_CNT"] == sum(parts)
        assert values["DOS_DONE_CNT"] == values["DOS_DONE_ONTIME_CNT"] + values["DOS_DONE_LATE_CNT"]
        assert min(*parts, values["DOS_DONE_ONTIME_CNT"], values["DOS_DONE_LATE_CNT"]) > 0
        assert values["PS_FULL_CNT"] + values["PS_PART_CNT"] <= values["PROC_CNT"]


def test_tasks_add_up(old):
    for values in old.values():
        tasks = {code: value for (code, _, _), value in values.items() if code.startswith("TASK_")}
        parts = (tasks["TASK_DONE_CNT"], tasks["TASK_INPROG_CNT"], tasks["TASK_OVERDUE_CNT"])
        assert tasks["TASK_ASSIGNED_CNT"] == sum(parts)


def test_communes_are_part_of_the_old_province(old):
    for case, values in old.items():
        received, online, communes_received, communes_online = (
            values[code, "value", scope]
            for scope in ("all", "commune_level")
            for code in ("DOS_RECV_CNT", "DOS_RECV_ONLINE_CNT")
        )
        assert communes_received < received, case
        assert communes_online < online, case
        assert online - communes_online <= received - communes_received, case


def test_pending_dossiers_are_carried_over_up_to_the_merger_and_through_it(old, olds, sums, complete):
    def carries(before, now):
        opening, received, done, pending = (
            before["DOS_PEND_CNT", "value", "all"],
            *(now[f"DOS_{part}_CNT", "value", "all"] for part in ("RECV", "DONE", "PEND")),
        )
        return opening + received == done + pending

    for new, codes in olds.items():
        for code in codes:
            assert all(carries(old[code, a], old[code, b]) for a, b in pairwise(OLD_KEYS)), code
        assert carries(sums[new, JUNE], complete[new, JULY]), new


def test_what_may_not_fall_never_falls(old, olds, catalogue):
    growing = [
        item.code
        for item in catalogue.indicators.values()
        if item.kind is Kind.COUNT_STOCK
        and (item.non_decreasing is not NonDecreasing.NEVER or item.fall_needs_reason)
        and (item.code, "value", item.scopes[0]) in old["01", JUNE]
    ]
    assert {"DSIG_CERT_CNT", "TASK_DONE_CNT", "CDT_TEAM_CNT", "PROC_CNT"} <= set(growing)
    for code in growing:
        scope = catalogue.indicators[code].scopes[0]
        for province in (code for codes in olds.values() for code in codes):
            series = [old[province, month][code, "value", scope] for month in OLD_KEYS]
            assert series == sorted(series), (province, code)


def test_june_leads_up_to_july(sums, complete, catalogue):
    """Over the merger a sum of predecessors moves no more than the province does from July to August."""
    for code in ("DSIG_CERT_CNT", "CDT_TEAM_CNT", "CDT_MEMBER_CNT", "TASK_DONE_CNT", "TASK_ASSIGNED_CNT"):
        scope = catalogue.indicators[code].scopes[0]
        for (new, month), totals in sums.items():
            if month == JUNE:
                june, july = totals[code, "value", scope], complete[new, JULY][code, "value", scope]
                usual = complete[new, "2025-08"][code, "value", scope] - july
                assert 0 <= july - june <= usual + 2, (new, code)


def test_population_is_constant_and_todays(old, sums, complete, olds):
    key = ("DSIG_ADULT_RATE", "denominator", "all")
    for new, codes in olds.items():
        for code in codes:
            assert len({old[code, month][key] for month in OLD_KEYS}) == 1
        assert sums[new, JUNE][key] == complete[new, JULY][key]


def test_adoption_leads_up_to_the_published_rates(figures):
    def national(month):
        rows = figures.signatures(month).values()
        return (
            100 * sum(row.adults_with_signature for row in rows) / sum(row.adult_population for row in rows)
        )

    rates = [round(national(month), 2) for month in (*OLD_MONTHS, date(2025, 7, 1), date(2025, 8, 1))]
    assert rates == [27.71, 28.91, 30.11, 31.31, 32.51, 33.71, 34.91, 36.11]


def test_adults_with_a_signature_grow_in_every_old_province(figures):
    for before, now in pairwise(OLD_MONTHS):
        earlier = figures.signatures(before)
        for code, row in figures.signatures(now).items():
            assert earlier[code].adults_with_signature < row.adults_with_signature < row.adult_population


def test_workbook_and_registry_say_the_same(old, figures):
    for month in OLD_MONTHS:
        rows = figures.signatures(month)
        assert len(rows) == 63
        for code, row in rows.items():
            values = old[code, f"{month:%Y-%m}"]
            assert values["DSIG_ADULT_RATE", "numerator", "all"] == row.adults_with_signature
            assert values["DSIG_ADULT_RATE", "denominator", "all"] == row.adult_population
            assert values["DSIG_CERT_CNT", "value", "all"] == row.certificates


def test_services_are_each_old_provinces_own(old, olds, complete):
    """Never summed, so a predecessor offers about as many as the province of today."""
    for new, codes in olds.items():
        today = complete[new, JULY]["PROC_CNT", "value", "all"]
        for code in codes:
            assert 0.9 * today <= old[code, JUNE]["PROC_CNT", "value", "all"] <= 1.05 * today


@pytest.mark.parametrize("code", REUSED)
def test_a_reused_code_is_the_old_province_and_not_todays(old, complete, figures, olds, code):
    [name] = [unit.name_vi for unit in figures.provinces_in(OLD_MONTHS[-1]) if unit.code == code]
    [today] = [unit.name_vi for unit in figures.provinces if unit.code == code]
    assert name != today
    key = ("DSIG_ADULT_RATE", "denominator", "all")
    population = old[code, JUNE][key]
    whole = sum(old[other, JUNE][key] for other in olds[code])
    assert 0 < population < whole == complete[code, JULY][key]


@pytest.mark.parametrize("code", ["01", "38"])
def test_a_province_that_did_not_merge_goes_on_as_it_was(old, figures, code):
    for month in OLD_MONTHS:
        assert old[code, f"{month:%Y-%m}"] == figures._of_the_34(code, month)


def test_what_was_published_of_an_old_province_is_left_out_and_leads_todays_nowhere(catalogue, published):
    """PS_FULL_CNT of the old 44 (Quảng Bình) says nothing of the new 44 (Quảng Trị)."""
    known = PublishedFigures.read(published)
    of_old = PublishedFigure("PS_FULL_CNT", "44", "all", date(2025, 5, 1), None, 973)
    figures = SampleFigures(catalogue, PublishedFigures([*known.figures, of_old]), seed=2025)
    assert ("PS_FULL_CNT", "value", "all") not in figures.submitted("44", date(2025, 5, 1))
    assert ("PS_FULL_CNT", "value", "all") in figures.submitted("45", date(2025, 5, 1))
    assert figures.complete("44", date(2025, 10, 1))["PS_FULL_CNT", "value", "all"] == 837


def test_a_new_indicator_needs_no_python(catalogue, published):
    pattern = catalogue.indicators
    added = {
        "NEW_CNT": pattern["CDT_TEAM_CNT"].model_copy(update={"code": "NEW_CNT"}),
        "NEW_RATE": pattern["PAY_ONLINE_RATE"].model_copy(update={"code": "NEW_RATE"}),
    }
    figures = SampleFigures(
        replace(catalogue, indicators={**pattern, **added}), PublishedFigures.read(published), seed=1
    )
    values = figures.complete("45", OLD_MONTHS[0])
    assert values["NEW_CNT", "value", "all"] > 0
    assert 0 < values["NEW_RATE", "numerator", "all"] < values["NEW_RATE", "denominator", "all"]
