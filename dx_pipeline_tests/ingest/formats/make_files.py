"""Makes the small workbooks in ``files/``: one written by XlsxWriter, saved as .xls and .ods by LibreOffice.

Run by hand (``python -m dx_pipeline_tests.ingest.formats.make_files``) where LibreOffice is installed; the files
are committed, so that tests need no LibreOffice. The figures are invented.
"""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
from pathlib import Path

import xlsxwriter

FILES = Path(__file__).parent / "files"


def write_report(path: Path) -> None:
    """A report with all that a sheet can hide: merges, percentages, an error, hidden rows, columns and sheets."""
    with xlsxwriter.Workbook(path) as book:
        percent = book.add_format({"num_format": "0.00%"})
        literal = book.add_format({"num_format": '0.00"%"'})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        time = book.add_format({"num_format": "hh:mm"})
        span = book.add_format({"num_format": "[h]:mm"})
        sheet = book.add_worksheet("Báo cáo")
        sheet.merge_range("A1:E1", "BÁO CÁO (số liệu mẫu)")
        sheet.write_row("A2", ["Đơn vị", "Hồ sơ", "Tỷ lệ", "Tỷ lệ (%)", "Ngày\nbáo cáo"])
        sheet.write_row("A3", ["Hà Nội", 1595])
        sheet.write_number("C3", 0.7263, percent)
        sheet.write_number("D3", 72.63, literal)
        sheet.write_datetime("E3", dt.datetime(2025, 10, 14), day)  # noqa: DTZ001
        sheet.write_row("A4", ["Huế", 21.5])
        sheet.write_formula("C4", "=B4/B3", percent, 0.5)
        sheet.write_formula("D4", "=NA()", None, "#N/A")
        sheet.write_datetime("E4", dt.datetime(2025, 10, 14, 16, 30), moment)  # noqa: DTZ001
        sheet.write_row("A5", ["Ẩn", 7])
        sheet.write_datetime("D5", dt.time(7, 30), time)
        sheet.write_number("E5", 1.5, span)
        sheet.merge_range("A6:A7", "Ghi chú")
        sheet.set_column("B:B", None, None, {"hidden": True})
        sheet.set_row(4, None, None, {"hidden": True})
        sheet.write_blank("F99", None, percent)
        hidden = book.add_worksheet("Trang ẩn")
        hidden.hide()
        hidden.write_row("B2", ["x", -3])
        book.add_worksheet("Trống")


def main() -> None:
    FILES.mkdir(exist_ok=True)
    report = FILES / "report.xlsx"
    write_report(report)
    for extension in ("xls", "ods"):
        program = shutil.which("soffice")
        if not program:
            raise SystemExit("LibreOffice (soffice) is not installed")
        command = [program, "--headless", "--convert-to", extension, "--outdir", str(FILES), str(report)]
        subprocess.run(command, check=True, timeout=120)


if __name__ == "__main__":
    main()
