from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from dx_pipeline.catalogue.loading import Catalogue, load_catalogue
from dx_pipeline.catalogue.models import Kind
from dx_pipeline.catalogue.workbook_layout import SheetLayout, workbook_layout

SOURCE = "provincial_submission"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def _sheet(catalogue: Catalogue, theme: str) -> SheetLayout:
    return next(sheet for sheet in workbook_layout(catalogue) if sheet.theme == theme)


def _shape(sheet: SheetLayout, code: str) -> list[tuple[str, bool]]:
    return [
        (item.role, item.group_heading_vi is not None)
        for item in sheet.columns
        if item.indicator_code == code
    ]


def test_every_indicator_of_the_source_is_asked_once(catalogue):
    asked = [
        item.indicator_code
        for sheet in workbook_layout(catalogue)
        for item in sheet.columns
        if item.role == "value"
    ]
    assert sorted(asked) == sorted(
        code for code, item in catalogue.indicators.items() if SOURCE in item.sources
    )


def test_a_sheet_is_a_theme_and_no_theme_is_empty(catalogue):
    sheets = workbook_layout(catalogue)
    assert len({sheet.sheet_name for sheet in sheets}) == len(sheets)
    for sheet in sheets:
        assert sheet.columns
        assert {catalogue.theme_of[item.indicator_code] for item in sheet.columns} == {sheet.theme}


def test_headings_tell_the_columns_of_a_sheet_apart(catalogue):
    for sheet in workbook_layout(catalogue):
        headings = [item.full_heading_vi for item in sheet.columns]
        assert len(set(headings)) == len(headings)


@pytest.mark.parametrize(
    ("theme", "code", "shape"),
    [
        pytest.param(
            "digital_signature",
            "DSIG_ADULT_RATE",
            [("numerator", True), ("denominator", True), ("value", True)],
            id="rate with both counts of its own",
        ),
        pytest.param(
            "online_services",
            "PROC_EFORM_RATE",
            [("numerator", True), ("value", True)],
            id="denominator is a column of the sheet",
        ),
        pytest.param(
            "dossiers", "DOS_ONLINE_RATE", [("value", False)], id="both counts are columns of the sheet"
        ),
        pytest.param("online_services", "PS_FULL_CNT", [("value", False)], id="count"),
    ],
)
def test_columns_of_an_indicator(catalogue, theme, code, shape):
    assert _shape(_sheet(catalogue, theme), code) == shape


def test_a_count_is_asked_again_with_its_rate_where_its_own_column_is_gone(catalogue):
    theme = next(theme for theme in catalogue.themes if theme.theme == "dossiers")
    kept = tuple(item for item in theme.indicators if item.code != "DOS_RECV_ONLINE_CNT")
    smaller = replace(catalogue, themes=(theme.model_copy(update={"indicators": kept}),))
    assert _shape(_sheet(smaller, "dossiers"), "DOS_ONLINE_RATE") == [("numerator", True), ("value", True)]


def test_headings_carry_the_unit(catalogue):
    for sheet in workbook_layout(catalogue):
        for item in sheet.columns:
            if item.role == "value" and item.group_heading_vi is None:
                unit = catalogue.units[catalogue.indicators[item.indicator_code].unit].name_vi
                assert item.heading_vi.endswith(f"({unit})")
            elif item.role == "value" and catalogue.indicators[item.indicator_code].kind is Kind.RATE:
                assert item.heading_vi == "Tỷ lệ (%)"


def test_rows_are_the_union_of_scopes_in_the_order_of_the_catalogue(catalogue):
    order = list(catalogue.scopes)
    for sheet in workbook_layout(catalogue):
        used = {scope for item in sheet.columns for scope in catalogue.indicators[item.indicator_code].scopes}
        assert list(sheet.scopes) == sorted(used, key=order.index)


@pytest.mark.parametrize(
    ("month", "is_asked"),
    [
        pytest.param(date(2025, 8, 1), False, id="before it begins"),
        pytest.param(date(2025, 9, 1), True, id="begins within the month"),
        pytest.param(date(2025, 10, 1), True, id="ends on the first day"),
        pytest.param(date(2025, 11, 1), False, id="after it ended"),
        pytest.param(None, True, id="all months"),
    ],
)
def test_indicators_not_in_force_are_not_asked(catalogue, month, is_asked):
    theme = next(theme for theme in catalogue.themes if theme.theme == "community_teams")
    dated = {"valid_from": date(2025, 9, 15), "valid_to": date(2025, 10, 1)}
    indicators = tuple(item.model_copy(update=dated) for item in theme.indicators)
    changed = replace(catalogue, themes=(theme.model_copy(update={"indicators": indicators}),))
    assert bool(workbook_layout(changed, month=month)) is is_asked
