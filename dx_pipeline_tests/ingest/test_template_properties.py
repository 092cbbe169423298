"""Whatever valid figures are written into the template, the same come out, as a workbook and sheet by sheet."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dx_pipeline.catalogue.loading import Catalogue, load_catalogue
from dx_pipeline.catalogue.models import Kind
from dx_pipeline.catalogue.workbook_layout import workbook_layout
from dx_pipeline.ingest.observation import Observation, ReadResult
from dx_pipeline.ingest.readers import workbook as reader
from dx_pipeline.ingest.template import COVER_SHEET, write_template

MONTH = date(2025, 10, 1)
Values = dict[tuple[str, str, str], float]
Notes = dict[tuple[str, str], str]

COUNTS = st.integers(0, 10**9)
# 1 alone may be 1 % or 100 %; a CSV keeps 15 digits
RATES = st.just(0.0) | st.decimals("1.001", 100, places=3).map(float)
NOTES = st.text("aẽĐ «»;,\"'|\t\n.5–", max_size=20).filter(str.strip)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@st.composite
def _filled_in(draw: st.DrawFn, catalogue: Catalogue) -> tuple[Values, Notes]:
    """Counts and rates of random cells; a rate's own counts stand together, and with or without the rate."""
    values: Values = {}
    notes: Notes = {}
    for layout in workbook_layout(catalogue, month=MONTH):
        for scope in layout.scopes:
            if draw(st.booleans()):
                notes[layout.theme, scope] = draw(NOTES)
            for code in dict.fromkeys(item.indicator_code for item in layout.columns):
                indicator = catalogue.indicators[code]
                if scope not in indicator.scopes or draw(st.booleans()):
                    continue
                is_rate = indicator.kind is Kind.RATE
                values[code, "value", scope] = draw(RATES if is_rate else COUNTS)
                own = {item.role for item in layout.columns if item.indicator_code == code} - {"value"}
                if own == {"numerator", "denominator"} and draw(st.booleans()):
                    denominator = draw(st.integers(1, 10**9))
                    values[code, "denominator", scope] = denominator
                    values[code, "numerator", scope] = draw(st.integers(0, denominator))
                    if draw(st.booleans()):
                        del values[code, "value", scope]
    return values, notes


def _read(path: Path, catalogue: Catalogue) -> ReadResult:
    source = catalogue.sources["provincial_submission"]
    return reader.read(path, file_name=path.name, source=source, catalogue=catalogue)


def _check(found: list[Observation], values: Values, notes: Notes, catalogue: Catalogue) -> None:
    read = {(item.indicator_code, item.scope): item for item in found}
    assert len(read) == len(found)
    for (code, role, scope), value in values.items():
        assert getattr(read[code, scope], role) == value
        assert read[code, scope].qualifier == "exact"
    for (code, scope), item in read.items():
        note = notes.get((catalogue.theme_of[code], scope))
        assert item.note == (note.strip() if note else None)
        if (code, "value", scope) not in values:
            assert item.value == pytest.approx(100 * item.numerator / item.denominator)


def _sheets_as_csv(workbook: Path, delimiter: str, comma: str) -> Iterator[Path]:
    """Each theme's sheet as a spreadsheet writes it where that is the decimal sign."""
    for number, sheet in enumerate(openpyxl.load_workbook(workbook, data_only=True)):
        if sheet.title == COVER_SHEET:
            continue
        path = workbook.with_name(f"{number}.csv")
        with path.open("w", newline="") as stream:
            rows = csv.writer(stream, delimiter=delimiter)
            rows.writerows([_shown(cell, comma) for cell in row] for row in sheet.iter_rows(values_only=True))
        yield path


def _shown(cell: object, comma: str) -> object:
    return f"{cell:.15g}".replace(".", comma) if isinstance(cell, float) else cell


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_figures_come_back(tmp_path, catalogue, data):
    values, notes = data.draw(_filled_in(catalogue))
    path = tmp_path / "44.xlsx"
    province = catalogue.geography.province("44", MONTH)
    write_template(path, province=province, month=MONTH, catalogue=catalogue, values=values, notes=notes)
    whole = _read(path, catalogue)
    assert whole.unread_cells == []
    _check(whole.observations, values, notes, catalogue)
    delimiter, comma = data.draw(st.sampled_from([(",", "."), (",", ","), (";", ","), ("\t", ",")]))
    parts = [_read(part, catalogue) for part in _sheets_as_csv(path, delimiter, comma)]
    assert [cell for part in parts for cell in part.unread_cells] == []
    _check([item for part in parts for item in part.observations], values, notes, catalogue)
