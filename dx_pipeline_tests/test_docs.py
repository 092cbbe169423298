"""The pages of ``docs`` against the code: what formats.md says is read, the keys of catalogue.md, every link.

A row that is no longer true fails here; change the page, or find out why the reading changed. What registers.md says
is in ``test_docs_registers.py``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from dx_pipeline.catalogue.commune_names import CommuneNames
from dx_pipeline.catalogue.geography import AreaNotFoundError, Commune, Province
from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.catalogue.models import Entry, Indicator, Method, MethodInForce
from dx_pipeline.catalogue.record_models import (
    Implication,
    Progress,
    RateConditions,
    RecordColumn,
    RecordLimits,
    RecordTable,
)
from dx_pipeline.catalogue.source_models import RegisterTable, ReportTable, Source
from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest import guard
from dx_pipeline.ingest.formats import Percentage, archives, sniff
from dx_pipeline.ingest.formats.decoding import decode
from dx_pipeline.ingest.formats.legacy_fonts import repair
from dx_pipeline.ingest.isolation import MEMORY_BYTES, SECONDS_PER_FILE
from dx_pipeline.ingest.numbers import NumberError, read_number
from dx_pipeline.ingest.period_text import PeriodError, ReportedPeriod, parse_reported_period
from dx_pipeline.ingest.readers.tables import number_limits
from dx_pipeline.periods import month_end, month_key
from dx_pipeline.quality.rules import all_rules
from dx_pipeline.settings import HoldLimits
from dx_pipeline_tests.pages import DOCS, README, REGISTERS, table

CATALOGUE = (DOCS / "catalogue.md").read_text(encoding="utf-8")
COUNT, RATE, SCORE = "DOS_RECV_CNT", "DOS_ONLINE_RATE", "S766_CKMB"
LIMITS = {
    "bytes of a file": guard.MAX_BYTES,
    "bytes of a CSV or HTML table": guard.MAX_TEXT_TABLE_BYTES,
    "bytes of a large register": guard.MAX_REGISTER_BYTES,
    "bytes of an archive unpacked": guard.MAX_EXPANDED_BYTES,
    "files in an archive": guard.MAX_MEMBERS,
    "archives inside each other": archives.MAX_DEPTH,
    "times an archive may expand": guard.MAX_RATIO,
    "last row of a sheet": guard.MAX_ROWS,
    "columns of a sheet": guard.MAX_COLUMNS,
    "cells of a sheet": guard.MAX_CELLS,
    "seconds to read a file": SECONDS_PER_FILE,
    "bytes of memory of a reading process": MEMORY_BYTES,
}


def rows(heading: str) -> pytest.MarkDecorator:
    """One test per row of the table below a heading."""
    found = table(heading)
    return pytest.mark.parametrize("row", found, ids=[row[0] for row in found])


def shown(cell: object, code: str) -> str:
    """How a cell is read as a value of an indicator, in the page's words."""
    catalogue = load_catalogue()
    indicator = catalogue.indicators[code]
    words = (catalogue.units[indicator.unit].name_vi,)
    try:
        found = read_number(cell, **{**number_limits(indicator, "value"), "unit_words": words})
    except NumberError as error:
        return f"refused: {' or '.join(f'{value:.15g}' for value in error.readings)}".removesuffix(": ")
    if found.value is None:
        return "blank"
    total = f" of {found.out_of:.15g}" if found.out_of else ""
    counts = f" ({found.numerator:.15g}{total})" if found.numerator is not None else total
    qualifier = "" if found.qualifier == "exact" else f", {found.qualifier}"
    return f"{found.value:.15g}{counts}{qualifier}"


def filed(text: str, basis: str) -> str:
    """Where a text's figures are filed, in the page's words."""
    try:
        period = parse_reported_period(text, basis=basis)
    except PeriodError:
        return "refused"
    return "none" if period is None else _label(period)


def _label(period: ReportedPeriod) -> str:
    start, is_month = period.period_start, period.period_end == month_end(period.period_start)
    name = month_key(start) if is_month else f"Q{(start.month + 2) // 3} {start.year}"
    since = f", from {period.accumulates_from}" if period.accumulates_from else ""
    return f"{name}, {period.period_basis}, as of {period.as_of}{since}"


@rows("Values")
def test_values(row):
    text, *read_as = row
    assert [shown(text.strip("«»"), code) for code in (COUNT, RATE, SCORE)] == read_as


@rows("Number cells")
def test_number_cells(row):
    text, *read_as = row
    cell = Percentage(float(text.split()[0])) if text.endswith("in percent format") else float(text)
    assert [shown(cell, code) for code in (COUNT, RATE)] == read_as


@rows("Periods")
def test_periods(row):
    text, *read_as = row
    text = text.strip("«»")
    assert [filed(text, "calendar"), filed(text, "government_report")] == read_as


def found(resolve: Callable[[], Province | Commune]) -> tuple[str, str]:
    """The area's code and name, or ``refused`` with the message."""
    try:
        unit = resolve()
    except AreaNotFoundError as error:
        return "refused", error.message
    return f"{unit.code} {unit.name_vi}", ""


@rows("Provinces")
def test_provinces(row):
    text, day, read_as, because = row
    geography = load_catalogue().geography
    area, message = found(lambda: geography.resolve(text.strip("«»"), date.fromisoformat(day)))
    assert area == read_as
    assert because in message


@rows("Communes")
def test_communes(row):
    text, province, read_as, because = row
    names = CommuneNames(load_catalogue().geography)
    area, message = found(lambda: names.resolve(text.strip("«»"), province, date(2025, 10, 31)))
    assert area == read_as
    assert because in message


@rows("Legacy text")
def test_legacy_text(row):
    text, encoding, read_as = row
    found = repair([text.strip("«»")])
    assert (found.texts, found.encoding) == ([read_as.strip("«»")], encoding)


@rows("What is not read")
def test_what_is_not_read(row, tmp_path):
    begins, what_it_is, _ = row
    path = tmp_path / "tep"
    path.write_bytes(begins.encode().decode("unicode_escape").encode("latin-1") + b"\x00" * 600)
    with pytest.raises(UnreadableFileError) as caught:
        sniff(path, "tep.xlsx")
    assert f"it is {what_it_is};" in caught.value.message


@rows("Limits")
def test_limits(row):
    name, limit, *_ = row
    assert int(limit.replace(",", "")) == LIMITS[name]


def test_every_limit_is_on_the_page():
    assert {row[0] for row in table("Limits")} == set(LIMITS)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_text_is_read(encoding):
    text = "Tỉnh;Hồ sơ\nQuảng Trị;1.595\n"
    assert decode(text.encode(encoding), "tep.csv") == text


def test_windows_1258_is_read():
    letters = {"ỉ": "i\u0309", "ồ": "ô\u0300", "ơ": "ơ", "ả": "a\u0309", "ị": "i\u0323", "ố": "ô\u0301"}
    text = "Tỉnh;Số hồ sơ\nQuảng Trị;1.595\n"
    written = "".join(letters.get(sign, sign) for sign in text).encode("cp1258")
    assert decode(written, "tep.csv") == text


@pytest.mark.parametrize(
    "model",
    [
        Indicator,
        Method,
        MethodInForce,
        Source,
        ReportTable,
        RegisterTable,
        RecordTable,
        RecordColumn,
        HoldLimits,
    ],
    ids=lambda model: model.__name__,
)
def test_every_key_of_the_catalogue_is_explained(model: type[BaseModel]):
    explained = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\|([^|]+)\|", CATALOGUE, re.MULTILINE))))
    assert set(model.model_fields) - explained == set()


@pytest.mark.parametrize(
    "model", [Implication, Progress, RateConditions, RecordLimits], ids=lambda model: model.__name__
)
def test_every_key_inside_a_large_register_is_named(model: type[Entry]):
    section = CATALOGUE.split("## Records of a large register\n", 1)[1]
    assert set(model.model_fields) - set(re.findall(r"`(\w+)`", section)) == set()


EXAMPLES = [
    block
    for block in re.findall(
        r"```yaml\n(.*?)```", CATALOGUE + REGISTERS.read_text(encoding="utf-8"), re.DOTALL
    )
    if "\npublisher:" in block
]


@pytest.mark.parametrize("block", EXAMPLES, ids=[block.split("\n", 1)[0] for block in EXAMPLES])
def test_sources_shown_are_sources(block):
    assert Source.model_validate(yaml.safe_load(block)).code


def test_the_worked_examples_are_shown():
    assert len(EXAMPLES) == 4


def test_the_number_of_rules_in_the_readme():
    assert f"| {len(all_rules())} rules;" in README.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", [README, *sorted(DOCS.glob("*.md"))], ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path):
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", page.read_text(encoding="utf-8")):
        name, _, anchor = target.partition("#")
        to = (page.parent / name) if name else page
        assert to.exists(), target
        if anchor:
            assert anchor in anchors(to), target


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
