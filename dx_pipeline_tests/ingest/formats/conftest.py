"""The sample workbooks, and archives and workbooks put together by hand."""

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

FILES = Path(__file__).parent / "files"


@pytest.fixture
def written(tmp_path):
    """Writes content under a name that says nothing, and gives its path."""

    def write(content, name="received"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture
def zipped(tmp_path):
    """Zips members by name and gives the path."""

    def write(members, name="received"):
        path = tmp_path / name
        with ZipFile(path, "w", ZIP_DEFLATED) as archive:
            for member, content in members.items():
                archive.writestr(member, content)
        return path

    return write


@pytest.fixture
def report_parts():
    """The parts of the sample .xlsx, to be changed and zipped again."""
    with ZipFile(FILES / "report.xlsx") as archive:
        return {name: archive.read(name) for name in archive.namelist()}
