"""Turns an empty data directory into the sample world, and keeps out of a real office's directory."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from dx_pipeline.failures import PermanentError
from dx_pipeline.samples.landing_files import SAMPLE_MONTHS, Progress, write_samples
from dx_pipeline.settings import OFFICE_FILE, DataDirectory

if TYPE_CHECKING:
    from dx_pipeline.catalogue.loading import Catalogue

SAMPLE_OFFICE = """\
# Thư mục dữ liệu mẫu. Một đơn vị thật dùng thư mục khác (DX_DATA_DIR) và không đặt is_sample_world.
# The sample world. A real office uses another directory (DX_DATA_DIR) and does not set is_sample_world.
name: Dữ liệu mẫu, không phải số liệu chính thức (sample world)
is_sample_world: true
"""


def make_sample_world(
    data: DataDirectory,
    *,
    published: Path,
    catalogue: Catalogue,
    months: Iterable[date] = SAMPLE_MONTHS,
    progress: Progress | None = None,
) -> list[Path]:
    """Makes the folders, says in ``office.yaml`` that this is the sample world, and fills the landing folder.

    Args:
        data: The data directory to fill; empty, or a sample world already.
        published: The folder of published figures (``data/samples``).
        catalogue: The loaded catalogue.
        months: First days of the months to make submissions for.
        progress: Called with a message, the number of files done and the number of all.

    Returns:
        Every file of the sample world in the landing folder.

    Raises:
        PermanentError: The directory belongs to a real office; nothing was written. Or what ``write_samples`` says.
    """
    _refuse_real_office(data)
    data.create()
    office = data.root / OFFICE_FILE
    if not office.exists():
        office.write_text(SAMPLE_OFFICE, encoding="utf-8")
    return write_samples(
        data.landing, published=published, catalogue=catalogue, months=months, progress=progress
    )


def _refuse_real_office(data: DataDirectory) -> None:
    has_office = (data.root / OFFICE_FILE).exists()
    if data.office().is_sample_world:
        return
    if has_office or _has_files(data.landing) or data.warehouse.exists():
        raise PermanentError(
            f"{data.root} is a real office's data directory (no is_sample_world: true in {OFFICE_FILE}); "
            "nothing was written. Choose another directory with DX_DATA_DIR for the samples",
            f"{data.root} là thư mục dữ liệu của một đơn vị thật (không có is_sample_world: true trong "
            f"{OFFICE_FILE}); chưa ghi gì. Hãy chọn thư mục khác bằng DX_DATA_DIR cho dữ liệu mẫu.",
        )


def _has_files(folder: Path) -> bool:
    return folder.is_dir() and any(path.is_file() for path in folder.rglob("*"))
