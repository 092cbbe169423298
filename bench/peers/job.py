"""What the contenders share: the register's columns and known codes, and the clock they all report from.

Codes and headings come from the catalogue, so that no contender works with a shorter list than another.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from bench.generate_dossiers import BAD_KINDS, records
from dx_pipeline import catalogue
from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.periods import add_months, parse_month

BENCH = Path(__file__).parents[1]
AREAS = Path(catalogue.__file__).parent / "geography"
MONTH = parse_month("2025-10")
NEXT_MONTH = add_months(MONTH, 1)
MEMORY_LIMIT = "2GB"
FIRST_LINE = 2  # the headings are line 1
MOMENT_FORMAT = "%Y-%m-%d %H:%M:%S"
RULES = tuple(dict.fromkeys(rule for rule, _ in BAD_KINDS.values()))  # in the order in which they count
SAMPLE_LABEL = "sample_label"
TABLE = records()
HEADINGS = [*(column.headings[0] for column in TABLE.columns.values()), TABLE.sample_heading]
FIELDS = [*TABLE.columns, SAMPLE_LABEL]
KINDS = {name: column.type for name, column in TABLE.columns.items()} | {SAMPLE_LABEL: "text"}
MOMENTS = [name for name, kind in KINDS.items() if kind == "moment"]
FLAGS = [name for name, kind in KINDS.items() if kind == "flag"]
REQUIRED = [name for name, column in TABLE.columns.items() if not column.may_be_empty]
WORDS = {name: tuple(words) for name, words in TABLE.values.items()}
SETTLED = tuple(
    word for word, code in TABLE.values["status"].items() if code in ("done", "refused", "withdrawn")
)
DUCKDB_TYPES = {"moment": "TIMESTAMP", "flag": "BOOLEAN"}


@dataclass
class Job:
    """One run of one contender: its file, its folder, its clock."""

    file: Path
    folder: Path
    stages: dict[str, float] = field(default_factory=dict)
    started: float = field(default_factory=time.perf_counter)

    @property
    def store(self) -> Path:
        """The DuckDB file of a whole job: tables ``figures`` (as of ``counts.sql``) and ``rejects`` (line, rule)."""
        return self.folder / "store.duckdb"

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Notes how long a part of the work takes."""
        start = time.perf_counter()
        yield
        self.stages[name] = round(time.perf_counter() - start, 4)

    def restart(self) -> None:
        """Starts the clock again, where more than imports had to be ready."""
        self.started = time.perf_counter()

    def archive(self) -> None:
        """Keeps the bytes as they came, under their SHA-256, as every contender of the whole job does."""
        with self.stage("archive"):
            with self.file.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            shutil.copyfile(self.file, self.folder / digest)

    def finish(self, **detail: Any) -> None:
        """Stops the clock and prints the account the harness reads."""
        seconds = time.perf_counter() - self.started
        account = {"seconds": seconds, "peak_mb": peak_mb(), "stages": self.stages, **detail}
        print(json.dumps(account))


def begin() -> Job:
    """The job of this process's arguments; the clock runs from here."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    return Job(given.file, given.folder)


def peak_mb() -> float:
    """Most memory this process has held: the high-water mark of its own address space where the system tells it."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
        kilobytes = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most / 1e6 if sys.platform == "darwin" else most * 1024 / 1e6
    return kilobytes * 1024 / 1e6


def known_areas() -> tuple[list[str], list[tuple[str, str]]]:
    """The portal's codes of the provinces, and every commune's code with its province's."""
    geography = load_catalogue().geography
    provinces = {unit.code: unit.portal_code for unit in geography.provinces_on(MONTH)}
    communes = [
        (unit.code, provinces[unit.province_code])
        for unit in geography.communes.values()
        if unit.province_code in provinces
    ]
    return sorted(provinces.values()), communes


def read_csv(file: Path) -> str:
    """The file's rows as DuckDB reads them, typed, by the catalogue's fields; what cannot be typed is left out."""
    types = (f"'{name}': '{DUCKDB_TYPES.get(kind, 'VARCHAR')}'" for name, kind in KINDS.items())
    columns = f"{{{', '.join(types)}}}"
    return f"read_csv('{file}', header = true, delim = ',', columns = {columns}, ignore_errors = true)"


def sql(name: str) -> str:
    """A query of this folder or the one above with the month and the known words written in."""
    path = next(folder / name for folder in (BENCH / "peers", BENCH) if (folder / name).exists())
    words: Mapping[str, tuple[str, ...]] = {
        "channels": WORDS["channel"],
        "levels": WORDS["service_level"],
        "statuses": WORDS["status"],
        "answers": WORDS["satisfaction"],
        "settled": SETTLED,
    }
    values = {key: str(tuple(found)) for key, found in words.items()}
    return path.read_text(encoding="utf-8").format(
        **values, areas=AREAS, month=_literal(MONTH), next_month=_literal(NEXT_MONTH)
    )


def _literal(day: date) -> str:
    return f"TIMESTAMP '{day.isoformat()}'"
