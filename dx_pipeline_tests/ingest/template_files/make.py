"""Makes the filled-in templates of this folder: typed into, then saved by LibreOffice in every format.

Needs ``soffice``; run as ``python -m dx_pipeline_tests.ingest.template_files.make``. What the files hold is
made up and labelled as sample data. ``dxp01.xlsx`` was written by the template DXP-01, which had no cell in
which a sheet says what it is, and is kept as it is; only its CSV files are made anew.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from datetime import date
from pathlib import Path

import openpyxl

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.catalogue.workbook_layout import COVER_SHEET, workbook_layout
from dx_pipeline.ingest.template import write_template

FOLDER = Path(__file__).parent
MONTH = date(2025, 10, 1)
PROVINCE = "44"
REASON = "Gửi lại: sửa số liệu | theo Công văn 12, «bản cuối»"
FIRST_ROW, FIRST_COLUMN = 8, 3

# (indicator, role, scope) -> what a person types; a pair is a number and the cell format it leads to
TYPED: dict[tuple[str, str, str], float | str | tuple[float, str]] = {
    ("PROC_CNT", "value", "all"): 2165,
    ("PROC_EFORM_RATE", "numerator", "all"): 1732,
    ("PS_FULL_CNT", "value", "all"): "1.595",
    ("PS_PART_CNT", "value", "all"): 0,
    ("DOS_RECV_CNT", "value", "all"): 25310,
    ("DOS_RECV_ONLINE_CNT", "value", "all"): 22120,
    ("DOS_ONLINE_RATE", "value", "all"): 87.4,
    ("DOS_RECV_CNT", "value", "commune_level"): 10000,
    ("DOS_RECV_ONLINE_CNT", "value", "commune_level"): 7457,
    ("DIG_RATE", "numerator", "all"): 9102,
    ("DIG_RATE", "denominator", "all"): 10000,
    ("DIG_RATE", "value", "all"): "91,02%",
    ("DIG_REUSE_RATE", "value", "all"): (0.7263, "0.00%"),
    ("PAY_ONLINE_RATE", "value", "all"): 1.595,
    ("DSIG_ADULT_RATE", "numerator", "all"): 360,
    ("DSIG_ADULT_RATE", "denominator", "all"): 1_000,
    ("DSIG_ADULT_RATE", "value", "all"): 36.125,
    ("DSIG_CERT_CNT", "value", "all"): 7_512_345,
    ("CDT_MEMBER_CNT", "value", "all"): "hơn 8.130",
    ("TASK_ASSIGNED_CNT", "value", "provincial_plan"): 12,
    ("NET_COMMUNE_FIBRE_RATE", "value", "all"): "21/84",
}
NOTES = {
    ("dossiers", "commune_level"): "Giảm do sáp nhập;\nxem Công văn 5, mục «2»",
    ("digital_signature", "all"): 'Theo số "chính thức" của Sở',
}
LOCALES = {"vi": ("vi-VN", ";"), "en": ("en-US", ",")}

_ALL_SHEETS = "csv:Text - txt - csv (StarCalc):{delimiter},34,76,1,,0,false,true,true,false,false,-1"
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>{locale}</value></prop></item></oor:items>
"""


def has_office() -> bool:
    """Whether LibreOffice is there."""
    return shutil.which("soffice") is not None


def make(folder: Path) -> None:
    """Writes every file that tests read to ``folder``, which holds ``dxp01.xlsx`` already."""
    with tempfile.TemporaryDirectory() as scratch:
        typed = Path(scratch) / "filled.xlsx"
        fill_in(typed)
        for kind in ("xlsx", "xls", "ods"):
            _convert(typed, kind, Path(scratch) / kind, locale="vi-VN")
            shutil.move(Path(scratch) / kind / f"filled.{kind}", folder / f"filled.{kind}")
        for book in (folder / "filled.ods", folder / "dxp01.xlsx"):
            for language in LOCALES:
                _save_sheets(book, folder / f"{book.stem}_csv_{language}", language, Path(scratch))


def fill_in(path: Path) -> None:
    """Writes an empty template and types into it."""
    catalogue = load_catalogue()
    province = catalogue.geography.province(PROVINCE, MONTH)
    write_template(path, province=province, month=MONTH, catalogue=catalogue, is_sample=True)
    book = openpyxl.load_workbook(path)
    book[COVER_SHEET]["B15"] = REASON
    for layout in workbook_layout(catalogue, month=MONTH):
        sheet = book[layout.sheet_name]
        for row, scope in enumerate(layout.scopes, start=FIRST_ROW):
            for column, item in enumerate(layout.columns, start=FIRST_COLUMN):
                value = TYPED.get((item.indicator_code, item.role, scope))
                cell = sheet.cell(row, column)
                cell.value, cell.number_format = value if isinstance(value, tuple) else (value, "General")
            note = NOTES.get((layout.theme, scope))
            sheet.cell(row, FIRST_COLUMN + len(layout.columns)).value = note
    book.save(path)


def _save_sheets(book: Path, folder: Path, language: str, scratch: Path) -> None:
    """Saves each sheet as CSV, named by its number: a name must not be needed to know what it is."""
    locale, delimiter = LOCALES[language]
    out = scratch / folder.name
    _convert(book, _ALL_SHEETS.format(delimiter=ord(delimiter)), out, locale=locale)
    folder.mkdir(exist_ok=True)
    for number, name in enumerate(openpyxl.load_workbook(FOLDER / "dxp01.xlsx").sheetnames):
        shutil.move(out / f"{book.stem}-{name}.csv", folder / f"{number}.csv")


def _convert(book: Path, kind: str, out: Path, *, locale: str) -> None:
    """Has LibreOffice, set to a locale, save a workbook in another format."""
    profile = out / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_PROFILE.format(locale=locale))
    command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", kind]
    subprocess.run([*command, "--outdir", str(out), str(book)], check=True, timeout=120, capture_output=True)


if __name__ == "__main__":
    make(FOLDER)
