"""Workbooks with a row per commune become checked observations, as a multiple of the fastest reader alone.

34 workbooks of 3,321 commune rows and ten figures (1.1 million cells), invented. Beside each other in one run:
python-calamine reading every cell and nothing else; this project's reading processes giving rows for the tables;
and those rows stored and judged. Run: python bench/read_communes.py [RUNS] [WORKBOOKS]
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb
import xlsxwriter
from python_calamine import CalamineWorkbook

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.failures import DxError
from dx_pipeline.ingest.isolation import read_apart, stop_reading
from dx_pipeline.ingest.observation import FileStamp
from dx_pipeline.ingest.reading import FiguresRead, FileToRead, read_figures
from dx_pipeline.periods import add_months, parse_month
from dx_pipeline.quality import triage
from dx_pipeline.settings import Limits, Office
from dx_pipeline.warehouse.database import create_schema, insert_frame

FIGURES = (
    "received",
    "online",
    "direct",
    "post",
    "resolved",
    "on_time",
    "late",
    "pending",
    "teams",
    "members",
)
FIRST_MONTH = parse_month("2025-07")
MONTHS = 17
NOW = datetime.fromisoformat("2026-11-20T08:00:00")


def write_workbook(path: Path, seed: int) -> None:
    """One invented report: every commune, ten figures that keep the form's equations."""
    catalogue, chance = load_catalogue(), random.Random(seed)
    month = add_months(FIRST_MONTH, seed % MONTHS)
    table = catalogue.sources["commune_report"].table
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("Báo cáo")
    sheet.write_row(0, 0, ["BÁO CÁO CHUYỂN ĐỔI SỐ THEO XÃ, PHƯỜNG, ĐẶC KHU"])
    sheet.write_row(1, 0, [f"Kỳ báo cáo: tháng {month.month}/{month.year}", "DỮ LIỆU MẪU"])
    headings = [table.columns[field].headings[-1] for field in FIGURES]
    sheet.write_row(3, 0, ["STT", "Mã tỉnh", "Mã xã", "Tên xã", *headings])
    for number, commune in enumerate(catalogue.geography.communes.values()):
        online, direct, post, on_time, late = (chance.randrange(1, 900) for _ in range(5))
        figures = [online + direct + post, online, direct, post, on_time + late, on_time, late]
        figures += [chance.randrange(300), chance.randrange(1, 20), chance.randrange(5, 200)]
        names = [number + 1, commune.province_code, commune.code, commune.name_vi]
        sheet.write_row(4 + number, 0, [*names, *figures])
    book.close()


def bare(files: list[Path]) -> int:
    """Every cell, by the reader library alone."""
    cells = 0
    for path in files:
        for name in (book := CalamineWorkbook.from_path(path)).sheet_names:
            cells += sum(map(len, book.get_sheet_by_name(name).to_python()))
    return cells


def read(files: list[Path]) -> list[FiguresRead]:
    """Every figure as rows of the tables, by the reading processes."""
    to_read = [
        FileToRead(
            path,
            f"commune_report/{path.name}",
            stamp=FileStamp(
                file_sha256=f"{number:064}", file_name=path.name, source_code="commune_report", vintage_at=NOW
            ),
        )
        for number, path in enumerate(files)
    ]
    found = list(read_apart(read_figures, to_read, load_catalogue()))
    for item in found:
        if isinstance(item, DxError):
            raise item
    return found  # type: ignore[return-value]


def checked(files: list[Path]) -> int:
    """Every figure read, stored and judged."""
    found = read(files)
    office = Office(is_sample_world=True, limits=Limits(max_rejected_share=1, max_missing_share=1))
    with duckdb.connect() as connection:
        create_schema(connection)
        for item in found:
            insert_frame(connection, "core.observation", item.observations)
        months = [add_months(FIRST_MONTH, number) for number in range(min(MONTHS, len(files)))]
        judgement = triage.judge_months(
            connection, months, catalogue=load_catalogue(), office=office, run_at=NOW
        )
        triage.write_judgement(connection, judgement)
    return judgement.accepted_count


def main() -> None:
    """Prints the medians and their ratios to the bare reader."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 34
    subjects: dict[str, Callable[[list[Path]], object]] = {
        "python-calamine alone": bare,
        "read": read,
        "read, stored, judged": checked,
    }
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{number:02}.xlsx" for number in range(count)]
        for number, path in enumerate(files):
            write_workbook(path, number)
        read(files[:2])  # the reading processes have started
        times: dict[str, list[float]] = {name: [] for name in subjects}
        for _ in range(runs):
            for name, subject in subjects.items():
                start = time.perf_counter()
                subject(files)
                times[name].append(time.perf_counter() - start)
        stop_reading()
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, median in medians.items():
        print(f"{name:<24} {median:7.2f} s {median / medians['python-calamine alone']:7.2f}")
    print(f"({count} workbooks, {runs} runs each, in turn)")


if __name__ == "__main__":
    main()
