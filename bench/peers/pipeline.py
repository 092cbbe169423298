"""Ours, with everything on: from a file in the landing folder to judged figures in ``core.observation``.

The calls are those of the assets received, observed and checked, without Dagster around them. Before the clock starts:
the libraries and the catalogue, as in every contender, and the processes that read files apart, which import them once
more. The file is linked into the landing folder: how it came there is not our work.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import great_expectations as gx
import pandas as pd

from bench.generate_dossiers import SOURCE, generate
from bench.peers import job
from dx_pipeline.catalogue.loading import Catalogue, load_catalogue
from dx_pipeline.ingest import landing, observe, receive
from dx_pipeline.ingest.digests import Digests
from dx_pipeline.ingest.isolation import read_apart, stop_reading
from dx_pipeline.ingest.reading import FileToRead, identify
from dx_pipeline.ingest.records.waiting import RegisterLoading
from dx_pipeline.periods import month_key
from dx_pipeline.quality import gates, triage
from dx_pipeline.settings import OFFICE_FILE, DataDirectory
from dx_pipeline.warehouse.database import connect, create_schema, insert_frame, note_periods, transaction

READY = gx.__version__  # imported by the rules when they are first asked, so before the clock here


def new_office(folder: Path, file: Path) -> DataDirectory:
    """A data directory for sample data with an empty working file, and the register in its landing folder."""
    data = DataDirectory(folder / "office")
    data.create()
    (data.root / OFFICE_FILE).write_text("name: Benchmark\nis_sample_world: true\n", encoding="utf-8")
    place = data.landing / SOURCE / month_key(job.MONTH)
    place.mkdir(parents=True)
    os.link(file, place / file.name)
    with connect(data.warehouse) as connection:
        create_schema(connection)
    return data


def start_reading(folder: Path, catalogue: Catalogue) -> None:
    """Has every reading process started and its modules imported, by reading registers of a few rows."""
    sample = folder / "few.csv"
    generate(sample, 50, 1, job.MONTH)
    few = [FileToRead(sample, f"{SOURCE}/{month_key(job.MONTH)}/few.csv")] * (os.cpu_count() or 1)
    for found in read_apart(identify, few, catalogue):
        if isinstance(found, Exception):
            raise found


def now() -> datetime:
    """The moment, as it is stored."""
    return datetime.now(UTC).replace(tzinfo=None)


def archive(data: DataDirectory, catalogue: Catalogue) -> list[receive.ReceivedFile]:
    """Received: what is in the landing folder, archived and recorded."""
    with connect(data.warehouse) as connection:
        known = receive.known_receipts(connection)
    landed = landing.scan_landing(data.landing, known, Digests.of_office(data))
    receipts = receive.receive(landing.arrivals(landed, now()), known, data, catalogue)
    with connect(data.warehouse) as connection, transaction(connection):
        insert_frame(connection, "raw.received_file", pd.DataFrame([vars_of(item) for item in receipts]))
    return receipts


def vars_of(receipt: receive.ReceivedFile) -> dict[str, object]:
    """A receipt as a row."""
    return {name: getattr(receipt, name) for name in receipt.__dataclass_fields__}


def load(data: DataDirectory, catalogue: Catalogue, receipts: list[receive.ReceivedFile]) -> None:
    """Observed: typed rows, rejects, figures."""
    open_warehouse = partial(connect, data.warehouse)
    loading = RegisterLoading(data, catalogue, open_warehouse, lambda _: None, observe.mark)
    observed = list(loading.load_waiting(receipts, [job.MONTH]))
    for receipt in observed:
        if receipt.status != "observed":
            raise RuntimeError(f"{receipt.origin}: {receipt.status}: {receipt.reason_en}")
    observe.record(observed, data)


def judge(data: DataDirectory, catalogue: Catalogue) -> None:
    """Checked: both gates over the month's figures, and the verdicts."""
    with connect(data.warehouse) as connection:
        judgement = triage.judge_months(
            connection, [job.MONTH], catalogue=catalogue, office=data.office(), run_at=now()
        )
        gates.raise_if_refused(judgement)
        note_periods(connection, "core.touched_month", judgement.months_changed)
        triage.write_judgement(connection, judgement)


def main() -> None:
    """Archives, loads, judges."""
    work = job.begin()
    catalogue, data = load_catalogue(), new_office(work.folder, work.file)
    start_reading(work.folder, catalogue)
    work.restart()
    with work.stage("archive"):
        receipts = archive(data, catalogue)
    with work.stage("load"):
        load(data, catalogue, receipts)
    with work.stage("judge"):
        judge(data, catalogue)
    work.finish(data=str(data.root))
    stop_reading()


if __name__ == "__main__":
    main()
