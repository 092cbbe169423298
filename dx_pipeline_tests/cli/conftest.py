"""``dxp`` as the shell starts it, in this process, and files to give it."""

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.cli import main
from dx_pipeline.ingest.template import write_template
from dx_pipeline.periods import parse_month
from dx_pipeline_tests.pipeline.office_world import environment_kept, finished_sample_world, write_into

MONTH = "2025-10"


@dataclass(frozen=True)
class Answer:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def _environment(monkeypatch):
    """A wide terminal, no data directory of the developer's, and the environment as it was afterwards."""
    with environment_kept():
        monkeypatch.setenv("COLUMNS", "200")
        monkeypatch.delenv("DX_DATA_DIR", raising=False)
        yield


@pytest.fixture
def root(tmp_path):
    """An office's data directory that does not exist yet."""
    return tmp_path / "data"


@pytest.fixture
def dxp(monkeypatch, capsys, root, tmp_path):
    """Runs a command on the data directory ``root`` in an empty working directory."""
    (tmp_path / "here").mkdir()

    def command(*arguments: object, data: Path | None = root) -> Answer:
        if data is not None:
            monkeypatch.setenv("DX_DATA_DIR", str(data))
        monkeypatch.chdir(tmp_path / "here")
        monkeypatch.setattr(sys, "argv", ["dxp", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        return Answer(int(ended.value.code or 0), captured.out, captured.err)

    return command


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """The sample world after a complete run. Read only."""
    return finished_sample_world(tmp_path_factory.getbasetemp())


@pytest.fixture
def workbook(tmp_path):
    """Makes a filled-in workbook."""

    def make(figures, name="44.xlsx", *, province="44", month=MONTH, is_sample=False):
        catalogue, first = load_catalogue(), parse_month(month)
        unit = catalogue.geography.province(province, first)
        path = tmp_path / name
        write_template(path, province=unit, month=first, catalogue=catalogue, is_sample=is_sample)
        write_into(path, figures)
        return path

    return make


def listing(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file below ``folder`` with its size and time, to see that nothing was written."""
    return {
        str(path.relative_to(folder)): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
    }
