from datetime import datetime

import pytest

from dx_pipeline.ingest.archive import store
from dx_pipeline.settings import DataDirectory

AT = datetime.fromisoformat("2025-11-05T09:30:00")


@pytest.fixture
def kept(root):
    """Two files in the archive of ``root``."""
    data, files = DataDirectory(root), []
    data.create()
    for content in (b"x", b"yy"):
        path = root / "a.csv"
        path.write_bytes(content)
        files.append(store(path, data.archive, origin="a.csv", received_at=AT))
    return files


@pytest.mark.usefixtures("kept")
def test_a_sound_archive_has_no_faults(dxp):
    answer = dxp("archive", "verify")
    assert (answer.code, "2 files" in answer.out, "no faults" in answer.out) == (0, True, True)


def test_changed_bytes_are_named_and_end_with_1(dxp, kept):
    kept[1].path.chmod(0o644)
    kept[1].path.write_bytes(b"zz")
    answer = dxp("archive", "verify")
    assert answer.code == 1
    assert kept[1].sha256 in answer.out
    assert kept[0].sha256 not in answer.out
    assert "1 faults" in answer.out
