"""A small office of sample submissions for the benchmarks: provincial workbooks, and the day they are received on.

The workbooks are those that ``dxp samples`` writes, labelled as samples; only how many provinces and months there
are is chosen here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from unittest import mock

import yaml

from bench.harness import REPOSITORY
from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.ingest.template import write_template
from dx_pipeline.periods import MERGER_DATE, add_months, month_key
from dx_pipeline.samples.figures import SUBMISSION, SampleFigures
from dx_pipeline.samples.published import PublishedFigures
from dx_pipeline.settings import OFFICE_FILE, DataDirectory

SEED = 2025
FIRST_MONTH = MERGER_DATE  # so that every month has the same 34 provinces


def months_from_first(count: int) -> list[date]:
    """The first ``count`` months since the merger."""
    return [add_months(FIRST_MONTH, number) for number in range(count)]


def sample_office(root: Path, *, provinces: int, months: Sequence[date]) -> DataDirectory:
    """A new data directory whose landing folder holds one workbook per province and month."""
    catalogue = load_catalogue()
    figures = SampleFigures(catalogue, PublishedFigures.read(REPOSITORY / "data" / "samples"), SEED)
    senders = figures.provinces[:provinces]
    data = DataDirectory(root)
    data.create()
    choices = {
        "name": "Dữ liệu mẫu (sample data of a benchmark)",
        "is_sample_world": True,
        "expected_provinces": [province.code for province in senders],
    }
    (data.root / OFFICE_FILE).write_text(yaml.safe_dump(choices, allow_unicode=True), encoding="utf-8")
    for month in months:
        folder = data.landing / SUBMISSION / month_key(month)
        folder.mkdir(parents=True)
        for province in senders:
            write_template(
                folder / f"{province.code}_{month_key(month)}.xlsx",
                province=province,
                month=month,
                catalogue=catalogue,
                values=figures.submitted(province.code, month),
                is_sample=True,
            )
    return data


@contextmanager
def received_on(day: date) -> Iterator[None]:
    """Months up to ``day``'s are taken in, in this process: the calendar is moved, no clock that is measured.

    Files of months that have not begun are refused, and the samples start with the merger, so five years of them lie
    in the future. Dagster's partitions and the day of receipt follow this day; every other time is real.
    """
    moment = datetime.combine(day, time(12), UTC)
    with ExitStack() as patched:
        patched.enter_context(mock.patch("dagster._time._mockable_get_current_datetime", return_value=moment))
        patched.enter_context(mock.patch("dx_pipeline.ingest.receive.vietnam_day", return_value=day))
        yield
