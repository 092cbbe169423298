from dataclasses import replace
from itertools import pairwise

import pytest

from dx_pipeline.catalogue.models import Kind
from dx_pipeline.catalogue.workbook_layout import workbook_layout
from dx_pipeline.samples.figures import SampleFigures
from dx_pipeline.samples.published import PublishedFigures
from dx_pipeline_tests.samples.months import NEW_KEYS, NEW_MONTHS

KEYS = NEW_KEYS
SEPTEMBER, OCTOBER, NOVEMBER = NEW_MONTHS[2:5]


def test_every_cell_of_the_workbook_gets_a_figure(complete, catalogue):
    for sheet in workbook_layout(catalogue):
        for column in sheet.columns:
            for scope in catalogue.indicators[column.indicator_code].scopes:
                missing = [
                    case
                    for case, values in complete.items()
                    if (column.indicator_code, column.role, scope) not in values
                ]
                assert not missing, (column.key, scope, missing[:3])


def test_every_figure_keeps_the_catalogues_rules(complete, catalogue):
    for case, values in complete.items():
        for (code, role, scope), value in values.items():
            indicator = catalogue.indicators[code]
            if role != "value" or indicator.is_whole_number:
                assert value == int(value) >= 0, (case, code)
            elif indicator.kind is Kind.RATE:
                numerator, denominator = values[code, "numerator", scope], values[code, "denominator", scope]
                assert numerator <= denominator
                assert value == round(100 * numerator / denominator, 2)
                assert value >= 1, "below 1 the template asks for the counts alone"


@pytest.mark.parametrize("code", ["DSIG_CERT_CNT", "TASK_DONE_CNT"])
def test_cumulative_counts_never_fall(complete, figures, catalogue, code):
    scope = catalogue.indicators[code].scopes[0]
    for unit in figures.provinces:
        series = [complete[unit.code, month][code, "value", scope] for month in KEYS]
        assert series == sorted(series)


@pytest.mark.parametrize("code", ["PROC_CNT", "PS_FULL_CNT", "PS_PART_CNT", "PS_INTEG_CNT", "CDT_TEAM_CNT"])
def test_stocks_move_smoothly_and_do_not_fall(complete, figures, code):
    for unit in figures.provinces:
        series = [complete[unit.code, month][code, "value", "all"] for month in KEYS]
        assert all(earlier <= later <= earlier * 1.01 for earlier, later in pairwise(series)), (
            unit.code,
            series,
        )


def test_tasks_add_up(complete):
    for values in complete.values():
        tasks = {code: value for (code, _, _), value in values.items() if code.startswith("TASK_")}
        parts = (tasks["TASK_DONE_CNT"], tasks["TASK_INPROG_CNT"], tasks["TASK_OVERDUE_CNT"])
        assert tasks["TASK_ASSIGNED_CNT"] == sum(parts)


def test_services_fit_into_the_procedures(complete):
    for values in complete.values():
        full, partly, all_ = (
            values[code, "value", "all"] for code in ("PS_FULL_CNT", "PS_PART_CNT", "PROC_CNT")
        )
        assert full + partly <= all_


def test_no_workbook_restates_a_published_figure(figures, published):
    known = PublishedFigures.read(published)
    for unit in figures.provinces:
        for month in NEW_MONTHS:
            said = {(code, scope) for code, _, scope in figures.submitted(unit.code, month)}
            assert not said & known.of_month(unit.code, month)


@pytest.mark.parametrize(
    ("province", "month", "left_out"),
    [
        (
            "44",
            OCTOBER,
            {
                ("PS_FULL_CNT", "all"),
                ("PS_INTEG_CNT", "all"),
                ("DIG_RATE", "all"),
                ("DIG_REUSE_RATE", "all"),
                ("CDT_TEAM_CNT", "all"),
                ("CDT_MEMBER_CNT", "all"),
                ("DOS_ONLINE_RATE", "all"),
                ("DOS_ONLINE_RATE", "commune_level"),
            },
        ),
        ("33", SEPTEMBER, {("PROC_CNT", "all"), ("PROC_EFORM_RATE", "all"), ("DOS_ONLINE_RATE", "all")}),
        ("44", NOVEMBER, set()),
    ],
    ids=["Quảng Trị 2025-10", "Hưng Yên 2025-09", "nothing published"],
)
def test_exactly_what_was_published_is_left_out(figures, province, month, left_out):
    made, said = figures.complete(province, month), figures.submitted(province, month)
    assert {(code, scope) for code, _, scope in made} - {(code, scope) for code, _, scope in said} == left_out


def test_workbook_and_registry_say_the_same(complete, figures):
    for month in NEW_MONTHS:
        for code, row in figures.signatures(month).items():
            values = complete[code, f"{month:%Y-%m}"]
            assert values["DSIG_ADULT_RATE", "numerator", "all"] == row.adults_with_signature
            assert values["DSIG_ADULT_RATE", "denominator", "all"] == row.adult_population
            assert values["DSIG_CERT_CNT", "value", "all"] == row.certificates


def test_another_seed_gives_other_figures_with_the_same_published_ones(catalogue, published):
    other = SampleFigures(catalogue, PublishedFigures.read(published), seed=7)
    now = other.complete("44", OCTOBER)
    assert now["PS_FULL_CNT", "value", "all"] == 837
    assert now["DOS_ONLINE_RATE", "value", "all"] == 72.63
    rates = [
        other.complete(unit.code, SEPTEMBER)["DOS_ONLINE_RATE", "value", "all"] for unit in other.provinces
    ]
    assert sum(rate > 89.5 for rate in rates) == 7


def test_a_new_indicator_needs_no_python(catalogue, published):
    pattern = catalogue.indicators["CDT_TEAM_CNT"]
    rate = catalogue.indicators["PAY_ONLINE_RATE"].model_copy(update={"code": "NEW_RATE"})
    wider = {
        **catalogue.indicators,
        "NEW_CNT": pattern.model_copy(update={"code": "NEW_CNT"}),
        "NEW_RATE": rate,
    }
    figures = SampleFigures(replace(catalogue, indicators=wider), PublishedFigures.read(published), seed=1)
    values = figures.complete("01", OCTOBER)
    assert values["NEW_CNT", "value", "all"] > 0
    assert 0 < values["NEW_RATE", "numerator", "all"] < values["NEW_RATE", "denominator", "all"]
