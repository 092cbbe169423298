"""A year of one small office: files sent on days of 2025 and 2026, taken in, judged, compiled and published each time.

The steps are those of a run, in its order, with moments that the story chooses; every figure is an invented sample.
Holds no assertions.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from dx_pipeline.catalogue.loading import Catalogue, load_catalogue
from dx_pipeline.catalogue.models import Method, MethodInForce
from dx_pipeline.ingest import landing, observe, restatements
from dx_pipeline.ingest.digests import Digests
from dx_pipeline.ingest.receive import ReceivedFile, known_receipts, receive
from dx_pipeline.ingest.template import write_template
from dx_pipeline.periods import add_months, month_key, quarter_of
from dx_pipeline.publish.as_of import FIGURES
from dx_pipeline.publish.changes.comparison import Comparison
from dx_pipeline.publish.changes.holding import compare_with_published
from dx_pipeline.publish.changes.record import record
from dx_pipeline.publish.database import publish
from dx_pipeline.quality import triage
from dx_pipeline.samples.landing_files import SAMPLE_STATUS
from dx_pipeline.statistics.compilation import compile_months, compile_quarters
from dx_pipeline.statistics.everything import compile_whole_tables
from dx_pipeline.warehouse.database import connect, create_schema, insert_frame, note_periods, transaction
from dx_pipeline_tests.pipeline.office_world import OfficeWorld, Row

JANUARY, APRIL, MAY, JUNE, JULY, AUGUST, SEPTEMBER, OCTOBER, NOVEMBER, DECEMBER = (
    date(2025, month, 1) for month in (1, 4, 5, 6, 7, 8, 9, 10, 11, 12)
)
NEXT_JANUARY = date(2026, 1, 1)
CERTIFICATES, RATE, TEAMS, SCORE = "DSIG_CERT_CNT", "DSIG_ADULT_RATE", "CDT_TEAM_CNT", "S766_TOTAL"
REGISTRY = "signature_registry"
OLD_METHOD, NEW_METHOD = "adults-15", "adults-18"
OFFICE = {
    "name": "Văn phòng mẫu",
    "is_sample_world": True,
    "expected_provinces": ["01", "24", "44"],
    # A handful of figures: one of them is more than any share that suits 34 provinces.
    "limits": {"max_rejected_share": 1, "max_missing_share": 1},
}
ONE_HOUR = timedelta(hours=1)
TABLES = (*FIGURES, "mart.revision_log", "mart.revision_effect")


@cache
def catalogue_of_the_year() -> Catalogue:
    """The shipped catalogue, but the adoption rate has another definition from November on."""
    shipped = load_catalogue()
    about = {"is_definition_known": True, "source": "the test"}
    known = {
        version: Method(version=version, name_vi=version, name_en=version, **about)
        for version in (OLD_METHOD, NEW_METHOD)
    }
    methods = (MethodInForce(version=OLD_METHOD), MethodInForce(version=NEW_METHOD, valid_from=NOVEMBER))
    rate = shipped.indicators[RATE].model_copy(update={"methods": methods})
    return replace(
        shipped, indicators={**shipped.indicators, RATE: rate}, methods={**shipped.methods, **known}
    )


_CERTIFICATES = {"01": 9000, "24": 2000, "27": 1500, "44": 1000, "45": 800}
_ADULTS = {"01": 4000, "24": 3000, "27": 2000, "44": 2500, "45": 1500}
_MERGED = {"24": ("24", "27"), "44": ("44", "45")}


def senders(month: date) -> tuple[str, ...]:
    """Codes of the provinces that send: five old ones, three of today."""
    return ("01", "24", "44") if month >= JULY else tuple(_CERTIFICATES)


def predecessors(area: str, month: date) -> tuple[str, ...]:
    """Old codes of the territory that a code means in that month."""
    return _MERGED.get(area, (area,)) if month >= JULY else (area,)


def certificates_of(area: str, month: date) -> int:
    """What a province sends: ten more each month per old province, so the merged ones go on from their sum."""
    return sum(_CERTIFICATES[old] + 10 * _number(month) for old in predecessors(area, month))


def adults_of(area: str, month: date) -> int:
    """Adults with a signature, of ten thousand in each old province."""
    return sum(_ADULTS[old] + 10 * _number(month) for old in predecessors(area, month))


def _number(month: date) -> int:
    return 12 * (month.year - 2025) + month.month - 1


@dataclass(frozen=True)
class Step:
    """What stood after a step of the story.

    Attributes:
        moment: When, a little after the step's files had arrived (UTC, without a zone).
        comparison: With what was published before.
        figures: Whole rows of the tables of figures and of the revision log, by table.
        published: The same of the published file.
        in_force: ``core.observation_as_of`` of that moment.
        rejections: What stands rejected by an ERROR rule.
        restatements: Action, province, old value and status of each of the office's entries.
    """

    moment: datetime
    comparison: Comparison
    figures: dict[str, list[Row]]
    published: dict[str, list[Row]]
    in_force: list[Row]
    rejections: list[Row]
    restatements: list[tuple[str, str, float, str]]

    @property
    def log(self) -> list[Row]:
        """The revision log, oldest change first."""
        return sorted(self.figures["mart.revision_log"], key=lambda row: row["changed_at"])

    def row(self, table: str, **where: object) -> Row:
        """The only row of a table of figures that has these values."""
        [found] = self.rows(table, **where)
        return found

    def rows(self, table: str, **where: object) -> list[Row]:
        """The rows of a table of figures that have these values."""
        return rows_where(self.figures[f"mart.{table}"], **where)


def rows_where(rows: Sequence[Row], **where: object) -> list[Row]:
    """Those that have these values."""
    return [row for row in rows if all(row[name] == value for name, value in where.items())]


def rows_of(asked: Callable[[str], list[Row]], table: str) -> list[Row]:
    """Every row of a table, in the order of its columns, from a way of asking a file."""
    return asked(f"SELECT * FROM (FROM {table}) ORDER BY ALL")


@dataclass
class Year(OfficeWorld):
    """The office's directory, and every step so far by its name."""

    root: Path
    steps: dict[str, Step] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(self.root)
        self.data.create()
        (self.root / "office.yaml").write_text(yaml.safe_dump(OFFICE, allow_unicode=True), encoding="utf-8")
        with connect(self.data.warehouse) as connection:
            create_schema(connection)

    def registry(self, month: date, area: str, certificates: int | None = None, note: str = "") -> Path:
        """The registry's line of one province and month; sent again it takes the place of the one before."""
        columns = catalogue_of_the_year().sources[REGISTRY].fields
        line = {
            "period": month_key(month),
            "area_code": area,
            f"{CERTIFICATES}:value": certificates or certificates_of(area, month),
            f"{RATE}:numerator": adults_of(area, month),
            f"{RATE}:denominator": 10_000 * len(predecessors(area, month)),
            "data_status": SAMPLE_STATUS,
            "note": note,
        }
        path = self.data.landing / REGISTRY / month_key(month) / f"{area}.csv"
        _write_csv(path, list(columns), [[line.get(meaning, "") for meaning in columns.values()]])
        return path

    def workbook(self, month: date, area: str, teams: int, reason: str = "") -> Path:
        """A province's workbook with its community teams."""
        catalogue = catalogue_of_the_year()
        path = self.data.landing / "provincial_submission" / month_key(month) / f"{area}.xlsx"
        path.parent.mkdir(parents=True, exist_ok=True)
        province = catalogue.geography.province(area, month)
        assert province is not None, (area, month)
        write_template(
            path,
            province=province,
            month=month,
            catalogue=catalogue,
            values={(TEAMS, "value", "all"): teams},
            revision_reason=reason,
            is_sample=True,
        )
        return path

    def bulletin(self, month: date, scores: Mapping[str, float]) -> Path:
        """Scores of provinces as a bulletin published them; it names no method."""
        columns = ["period_start", "period_end", "as_of", "area_code", "scope", "indicator_code", "value"]
        columns += ["qualifier", "source_title", "source_url", "data_status"]
        last = add_months(month, 1) - timedelta(days=1)
        told = ["exact", "Bản tin mẫu", "https://example.org/ban-tin", SAMPLE_STATUS]
        lines = [[month, last, last, area, "all", SCORE, value, *told] for area, value in scores.items()]
        path = self.data.landing / "national_bulletin" / f"diem_766_{month_key(month)}.csv"
        _write_csv(path, columns, lines)
        return path

    def decide(self, name: str, **entry: object) -> Path:
        """A file of one restatement in the office's folder."""
        full = {"source": REGISTRY, "approved_by": "Giám đốc Sở", **entry}
        path = self.data.restatements / f"{name}.yaml"
        content = {"is_sample": True, "restatements": [full]}
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        return path

    def run_at(self, name: str, moment: str) -> Step:
        """What a run does with everything that is new, as if it came at ``moment``; publishes where nothing waits."""
        catalogue, at = catalogue_of_the_year(), datetime.fromisoformat(moment)
        with connect(self.data.warehouse) as connection:
            months = self._take_in(connection, at)
            if months:
                self._judge(connection, months, at)
            self.compile(connection, months)
            comparison = compare_with_published(connection, self.data)
            record(connection, comparison, self.data, at)
            if not comparison.held:
                publish(connection, self.data, catalogue=catalogue, published_at=at)
        self.steps[name] = self._seen(at + ONE_HOUR, comparison)
        return self.steps[name]

    def _take_in(self, connection: Any, at: datetime) -> list[date]:
        catalogue, known = catalogue_of_the_year(), known_receipts(connection)
        landed = landing.scan_landing(self.data.landing, known, Digests.of_office(self.data))
        seen = {receipt.origin: receipt.file_sha256 for receipt in known}
        landed += landing.scan_restatements(self.data.restatements, seen)
        receipts = receive(landing.arrivals(landed, at), known, self.data, catalogue)
        assert [item.reason_en for item in receipts if item.status != "received"] == []
        rows = [{column: getattr(item, column) for column in ReceivedFile.__slots__} for item in receipts]
        with transaction(connection):
            insert_frame(connection, "raw.received_file", pd.DataFrame(rows))
        months = sorted({month for item in receipts for month in item.months(catalogue.sources)})
        observed = observe.read_files(receipts, months, self.data, catalogue)
        observe.write(connection, observed)
        taken = restatements.take_in(connection, receipts, self.data, catalogue)
        assert [item.reason_en for item in (*observed.receipts, *taken) if item.status != "observed"] == []
        observe.record([*observed.receipts, *taken], self.data)
        return months

    def _judge(self, connection: Any, months: Sequence[date], at: datetime) -> None:
        judgement = triage.judge_months(
            connection, months, catalogue=catalogue_of_the_year(), office=self.data.office(), run_at=at
        )
        assert judgement.findings == ()
        with transaction(connection):
            note_periods(connection, "core.touched_month", judgement.months_changed)
        triage.write_judgement(connection, judgement)

    def compile(self, connection: Any, months: Sequence[date] = ()) -> None:
        """Exactly what the assets compile: months and those touched, the one after each, quarters likewise."""
        catalogue = catalogue_of_the_year()
        touched = [row[0] for row in connection.execute("FROM core.touched_month").fetchall()]
        wanted = sorted({*months, *touched, *(add_months(month, 1) for month in (*months, *touched))})
        compile_months(connection, wanted, catalogue=catalogue)
        quarters = {quarter_of(month) for month in wanted}
        quarters |= {add_months(quarter, 3) for quarter in quarters}
        compile_quarters(connection, sorted(quarters), catalogue=catalogue)
        connection.execute("DELETE FROM core.touched_month")
        expected = self.data.office().expected_provinces
        compile_whole_tables(connection, catalogue=catalogue, expected=expected)

    def _seen(self, moment: datetime, comparison: Comparison) -> Step:
        entries = self.working("FROM core.restatement ORDER BY received_at, area_code, old_value")
        return Step(
            moment,
            comparison,
            figures=self.tables(),
            published={name: rows_of(self.published, name) for name in TABLES},
            in_force=self.known_at(moment),
            rejections=self.working(
                "FROM quality.rejection WHERE is_current AND severity = 'ERROR' ORDER BY period_start, area_code"
            ),
            restatements=[
                (row["action"], row["area_code"], row["old_value"], row["status"]) for row in entries
            ],
        )

    def tables(self) -> dict[str, list[Row]]:
        """Whole rows of the figures and of the revision log, as the working file has them."""
        return {name: rows_of(self.working, name) for name in TABLES}

    def known_at(self, moment: datetime) -> list[Row]:
        """What was in force at the moment, by the log of decisions."""
        return self.working("SELECT * FROM core.observation_as_of(?::TIMESTAMP) ORDER BY ALL", [moment])


def _write_csv(path: Path, header: Sequence[object], lines: Sequence[Sequence[object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *lines])
