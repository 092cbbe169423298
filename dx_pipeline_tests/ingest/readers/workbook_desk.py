"""A desk at which a template is filled in, changed as a person might, and read; and what tests ask of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
from openpyxl.workbook import Workbook

from dx_pipeline.catalogue.loading import Catalogue
from dx_pipeline.catalogue.source_models import Source
from dx_pipeline.ingest.observation import NO_HINTS, Claim, Hints, Observation, ReadResult, UnreadCell
from dx_pipeline.ingest.readers import workbook as reader
from dx_pipeline.ingest.template import write_template

OCTOBER = date(2025, 10, 1)
DOSSIERS = "Hồ sơ thủ tục hành chính"
SERVICES = "Dịch vụ công trực tuyến"
SIGNATURE = "Chữ ký số"
CODE_CELL, NAME_CELL, PERIOD_CELL, STATUS_CELL = "B6", "B7", "B8", "B10"

FILLED: dict[tuple[str, str, str], float | str] = {
    ("PROC_CNT", "value", "all"): 2165,
    ("PS_FULL_CNT", "value", "all"): 837,
    ("CDT_MEMBER_CNT", "value", "all"): "hơn 8.130",
    ("DIG_RATE", "value", "all"): "91,02%",
    ("DOS_RECV_CNT", "value", "commune_level"): 10_000,
    ("DOS_RECV_ONLINE_CNT", "value", "commune_level"): 7457,
    ("DSIG_ADULT_RATE", "numerator", "all"): 360,
    ("DSIG_ADULT_RATE", "denominator", "all"): 1000,
    ("DSIG_ADULT_RATE", "value", "all"): 36.0,
}


class Desk:
    """Fills in a template, changes it as a person might, and reads it."""

    def __init__(self, folder: Path, catalogue: Catalogue) -> None:
        self.path = folder / "44.xlsx"
        self.catalogue = catalogue

    def fill(self, values=FILLED, month: date = OCTOBER, **fields) -> Desk:
        province = self.catalogue.geography.province("44", month)
        write_template(
            self.path, province=province, month=month, catalogue=self.catalogue, values=values, **fields
        )
        return self

    def change(self, edit: Callable[[Workbook], object]) -> Desk:
        book = openpyxl.load_workbook(self.path)
        edit(book)
        book.save(self.path)
        return self

    def put(self, sheet: str, cell: str, value: object) -> Desk:
        def edit(book: Workbook) -> None:
            book[sheet][cell] = value

        return self.change(edit)

    def read(self, hints: Hints = NO_HINTS, source: Source | None = None) -> ReadResult:
        source = source or self.catalogue.sources["provincial_submission"]
        return reader.read(
            self.path, file_name="44.xlsx", source=source, catalogue=self.catalogue, hints=hints
        )

    def claim(self, hints: Hints = NO_HINTS) -> Claim:
        source = self.catalogue.sources["provincial_submission"]
        return reader.read_claim(
            self.path, file_name="44.xlsx", source=source, catalogue=self.catalogue, hints=hints
        )


def observation_of(result: ReadResult, code: str, scope: str = "all") -> Observation:
    """The one figure of an indicator and scope."""
    (found,) = [item for item in result.observations if (item.indicator_code, item.scope) == (code, scope)]
    return found


def only_unread(result: ReadResult) -> UnreadCell:
    """The one cell that was not read, apart from what the form lacks."""
    (found,) = [item for item in result.unread_cells if item.rule != "complete_form"]
    return found


def incomplete(result: ReadResult) -> list[tuple[str, str | None]]:
    """What the form lacks: place and indicator."""
    return [
        (item.locator, item.indicator_code) for item in result.unread_cells if item.rule == "complete_form"
    ]
