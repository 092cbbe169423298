"""Small files for the landing folder: registry lines with invented figures."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

from dx_pipeline.settings import DataDirectory

AT = datetime.fromisoformat("2025-11-05T09:30:00")
NEXT_DAY = AT + timedelta(days=1)
HEADER = (
    "thang,ma_tinh,ten_tinh,so_chung_thu_da_cap,so_nguoi_truong_thanh_co_chu_ky_so,dan_so_truong_thanh,"
    "tinh_trang_so_lieu\n"
)
PLACE = "signature_registry/2025-10/44.csv"


def line(
    month: str = "2025-10", code: str = "44", name: str = "Quảng Trị", count: int = 1000, label: str = ""
) -> str:
    return f"{month},{code},{name},{count},250,1000,{label}\n"


def land(data: DataDirectory, *lines: str, place: str = PLACE, minutes: float = 0) -> Path:
    """Writes a registry file; ``minutes`` after 2025-11-05 it was saved."""
    return land_bytes(data, (HEADER + "".join(lines or (line(),))).encode(), place, minutes=minutes)


def land_bytes(data: DataDirectory, content: bytes, place: str, *, minutes: float = 0) -> Path:
    path = data.landing / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    saved = AT.timestamp() + 60 * minutes
    os.utime(path, (saved, saved))
    return path
