"""One table read from its headings to its figures, by what the catalogue says its rows are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.geography import AreaNotFoundError
from dx_pipeline.ingest.observation import ReadResult
from dx_pipeline.ingest.tables.areas import AreaReader, Areas, ProvinceOfRow
from dx_pipeline.ingest.tables.checks import Totals, broken_equations, check_rates
from dx_pipeline.ingest.tables.column_checks import check_columns
from dx_pipeline.ingest.tables.finding import Table, looks_like_figure
from dx_pipeline.ingest.tables.front import Front
from dx_pipeline.ingest.tables.headings import cell_text
from dx_pipeline.ingest.tables.preamble import Placed, placed_texts, unit_line
from dx_pipeline.ingest.tables.repeats import report_repeated_rows
from dx_pipeline.ingest.tables.reports import COMPLETE_FORM, KNOWN_AREA, READABLE_VALUE, Report
from dx_pipeline.ingest.tables.row_figures import RowFigures
from dx_pipeline.ingest.tables.row_words import rows_by_period
from dx_pipeline.ingest.tables.rows import Body, Layout, read_body
from dx_pipeline.ingest.tables.settling import SUMMED
from dx_pipeline.ingest.tables.sums import Summing
from dx_pipeline.ingest.tables.values import Values, Zero, limits_of_fields

if TYPE_CHECKING:
    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.source_models import ReportTable, Source
    from dx_pipeline.ingest.period_text import ReportedPeriod

_NAME_FIELDS = ("area_name", "area_code")
_LEVELS = {"provinces": "province", "communes": "commune"}


class TableReader:
    """Reads one table.

    Args:
        table: Where it is and which column is which field.
        spec: What the catalogue says of it.
        source: The source.
        catalogue: The catalogue.
        front: What the file says of itself.
    """

    def __init__(
        self, table: Table, spec: ReportTable, source: Source, catalogue: Catalogue, front: Front
    ) -> None:
        self.table = table
        self.spec = spec
        self.source = source
        self.catalogue = catalogue
        self.front = front
        self.report = Report(table.sheet, front)
        self.limits = limits_of_fields(spec, catalogue)
        self.is_summed = spec.rows in SUMMED

    def read(self, result: ReadResult) -> None:
        """Adds the table's figures and findings to ``result``."""
        layout = self._layout()
        body = read_body(self.table, layout)
        check_columns(self.table, body, self.spec, self.report)
        factor = self._factor()
        if factor is not None:
            self._read_figures(body, layout, factor, result)
        result.unread_cells += self.report.cells

    def _layout(self) -> Layout:
        columns = self.table.columns
        return Layout(
            number=columns.get("row_number"),
            names=tuple(columns[name] for name in _NAME_FIELDS if name in columns),
            figures=tuple(columns[name] for name in self.limits if name in columns),
            is_areas=not self.is_summed,
            section_words=self.spec.sections,
        )

    def _texts_above(self) -> list[Placed]:
        """The texts between the table above, if there is one, and this table's heading."""
        row = self.table.heading_row
        cells = self.table.sheet.rows
        while row > 0 and not any(isinstance(cell, float | int) for cell in cells[row - 1]):
            row -= 1
        return placed_texts(self.table.sheet, row, self.table.heading_row)

    def _factor(self) -> int | None:
        """What counts are multiplied by; None, and reported, where the unit line is not understood."""
        unit = unit_line(self._texts_above(), (item.name_vi for item in self.catalogue.units.values()))
        if unit is None or unit.factor is not None:
            return unit.factor if unit else 1
        for code in self.spec.figures:
            self.report.add(
                READABLE_VALUE,
                (unit.place.row, unit.place.column),
                f"the unit «{unit.place.shown}» is not understood, so nothing of the table was read; write "
                "«Đơn vị tính: hồ sơ»",
                f"không hiểu đơn vị tính «{unit.place.shown}» nên không đọc số liệu của bảng. Đề nghị ghi ví dụ "
                "«Đơn vị tính: hồ sơ».",
                indicator_code=code,
            )
        return None

    def _read_figures(self, body: Body, layout: Layout, factor: int, result: ReadResult) -> None:
        checked = {*body.totals, *(subtotal.row for subtotal in body.subtotals)}
        rows = sorted({*body.data, *checked}) if checked else body.data
        values = Values(self.table, rows, self.limits, factor=factor, zero=self._zero())
        if not values.limits:
            return
        broken = broken_equations(self.spec, values, self.report)
        check_rates(self.spec, values, self.report, only_checked=not self.is_summed)
        Totals(self.spec, body, layout, values, self.report).check()
        self._report_rows(body, values)
        if self.is_summed:
            self._sum(body, values, broken, result)
        else:
            self._melt(body, values, broken, result)

    def _zero(self) -> Zero:
        """What says 0 beside figures: any empty cell, or the sign «-» of rows that are added up."""
        if self.spec.blank == "zero":
            return "blank"
        return "dash" if self.is_summed else "none"

    def _report_rows(self, body: Body, values: Values) -> None:
        """Rows that are neither counted nor checked: nothing with figures goes by in silence."""
        column = self._name_column()
        silent = [row for row, empty in zip(values.rows, values.is_empty, strict=True) if empty]
        for row in [*body.empty, *(row for row in silent if row in set(body.data))]:
            self.report.add(
                COMPLETE_FORM,
                (row, column),
                "the row has a name and no figures; it is taken as not reporting",
                "dòng có tên nhưng không có số liệu; được coi là chưa báo cáo.",
                severity="WARN",
            )
        reasons = (
            (body.nameless, "the row has figures and no name", "dòng có số liệu nhưng không có tên"),
            (
                body.of_which,
                "the row seems to repeat a part of the row above",
                "dòng có vẻ là một phần của dòng trên",
            ),
            (body.stray, "the row stands below the end of the table", "dòng nằm dưới phần cuối của bảng"),
        )
        for rows, en, vi in reasons:
            for row in rows:
                self.report.add(
                    READABLE_VALUE,
                    (row, self._first_figure(row)),
                    f"{en}, so its figures were not read; correct the table",
                    f"{vi} nên không đọc số liệu. Đề nghị sửa bảng.",
                )

    def _name_column(self) -> int:
        columns = self.table.columns
        return next((columns[name] for name in _NAME_FIELDS if name in columns), 0)

    def _first_figure(self, row: int) -> int:
        cells = self.table.sheet.rows[row]
        columns = [self.table.columns[name] for name in self.limits if name in self.table.columns]
        return next((column for column in columns if looks_like_figure(cells[column])), columns[0])

    def _sum(self, body: Body, values: Values, broken: dict[int, set[str]], result: ReadResult) -> None:
        area = self.front.area_code or ""
        summing = Summing(self.source, self.spec, self.catalogue, body, values, broken, self.report)
        repeated = report_repeated_rows(self.table, body, values, self.report)
        if unclear := body.nameless or body.of_which or repeated:
            for code in self.spec.figures:
                row = unclear[0]
                self.report.add(
                    READABLE_VALUE,
                    (row, self._first_figure(row)),
                    "it is not clear whether this row counts, so the sums of the table are not made",
                    "không rõ có tính dòng này hay không nên không cộng các dòng của bảng.",
                    indicator_code=code,
                )
        else:
            result.observations += summing.observations(area)
        if self.spec.rows == "offices":
            self._read_communes(body, values, broken, result)

    def _read_communes(
        self, body: Body, values: Values, broken: dict[int, set[str]], result: ReadResult
    ) -> None:
        """The figures of rows that name a commune of the province, beside the sums."""
        columns, cells = self.table.columns, self.table.sheet.rows
        if "area_name" not in columns:
            return
        reader = AreaReader(self.catalogue.geography, "commune", self.front.period.as_of)
        names = [cells[row][columns["area_name"]] for row in body.data]
        areas = reader.read([""] * len(names), names, [self.front.area_code] * len(names))
        level_rows = {
            row for section in body.sections if section.scope == "commune_level" for row in section.rows
        }
        for at, error in areas.problems.items():
            if body.data[at] in level_rows:
                self.report.add(
                    KNOWN_AREA,
                    (body.data[at], columns["area_name"]),
                    f"{error.message}; the row counts in the sums only",
                    f"{error.message_vi}. Dòng chỉ được tính vào tổng.",
                    severity="WARN",
                )
        named = [at for at, code in enumerate(areas.codes) if code]
        rows = [body.data[at] for at in named]
        if rows:
            chosen = Areas([areas.codes[at] for at in named])
            result.blocks += self._row_figures(
                values, broken, chosen, rows, "commune", self.front.period
            ).blocks()

    def _row_figures(  # noqa: PLR0913, PLR0917 - what rows are about, each by its name
        self,
        values: Values,
        broken: dict[int, set[str]],
        areas: Areas,
        rows: Sequence[int],
        level: str,
        period: ReportedPeriod,
    ) -> RowFigures:
        return RowFigures(
            source=self.source,
            spec=self.spec,
            catalogue=self.catalogue,
            values=values,
            areas=areas,
            rows=rows,
            level=level,
            period=period,
            broken=broken,
            report=self.report,
        )

    def _melt(self, body: Body, values: Values, broken: dict[int, set[str]], result: ReadResult) -> None:
        level = _LEVELS[self.spec.rows]
        basis = self.source.period_basis
        province_of = dict(zip(body.data, self._provinces(body), strict=True))
        for period, rows in rows_by_period(self.table, body.data, self.front.period, basis, self.report):
            reader = AreaReader(self.catalogue.geography, level, period.as_of)
            codes, names = (self._cells(name, rows) for name in ("area_code", "area_name"))
            areas = reader.read(codes, names, [province_of[row] for row in rows])
            result.blocks += self._row_figures(values, broken, areas, rows, level, period).blocks()

    def _cells(self, name: str, rows: Sequence[int]) -> list[object]:
        column = self.table.columns.get(name)
        if column is None:
            return [""] * len(rows)
        cells = self.table.sheet.rows
        return [cells[row][column] for row in rows]

    def _provinces(self, body: Body) -> list[ProvinceOfRow]:
        """Per row its province: from its column, its section, or the file."""
        rows = body.data
        if "province" in self.table.columns:
            known: dict[object, ProvinceOfRow] = {}
            cells = self._cells("province", rows)
            for cell in cells:
                if cell not in known:
                    known[cell] = self._province(cell_text(cell))
            return [known[cell] for cell in cells]
        by_row = {
            row: code
            for section in body.sections
            if isinstance(code := self._province(section.mark.words), str)
            for row in section.rows
        }
        return (
            [by_row.get(row, self.front.area_code) for row in rows]
            if by_row
            else [self.front.area_code] * len(rows)
        )

    def _province(self, words: str) -> ProvinceOfRow:
        """The code of the province that words name; without any, that of the file."""
        if not words:
            return self.front.area_code
        try:
            return self.catalogue.geography.resolve(words, self.front.period.as_of).code
        except AreaNotFoundError as error:
            return error
