"""Small feedbacks and sender's files for the tests of this room. All figures are invented samples."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import openpyxl
from openpyxl.styles import Font

from dx_pipeline.quality.feedback.content import Counts, Feedback, Finding, ReadFigure

OCTOBER = date(2025, 10, 1)
RECEIVED_AT = datetime.fromisoformat("2025-11-17T08:02:03")
SHA = "ab12cd34" + "0" * 56


def finding(locator: str = "Dịch vụ!C3", severity: str = "ERROR", **more) -> Finding:
    fields = {
        "severity": severity,
        "rule": "rate_within_0_100",
        "rule_vi": "Tỷ lệ nằm trong khoảng 0-100 %",
        "rule_en": "A rate lies within 0-100 per cent",
        "locator": locator,
        "raw_text": "120",
        "explanation_vi": "Tỷ lệ phải nằm trong khoảng 0–100 %.",
        "message_vi": "Tệp a.xlsx, ô Dịch vụ!C3: ghi «120». Tỷ lệ phải nằm trong khoảng 0–100 %.",
        "message_en": "a.xlsx, Dịch vụ!C3: reads '120'. A rate must lie within 0-100 per cent.",
        "indicator_code": "DIG_RATE",
        "indicator_vi": "Tỷ lệ số hóa",
        "area_code": "44",
        "area_vi": "Tỉnh Quảng Trị",
        "scope": "all",
        "scope_vi": "Toàn tỉnh",
        "period_start": OCTOBER,
    }
    return Finding(**{**fields, **more})


def figure(locator: str = "Dịch vụ!C2", **more) -> ReadFigure:
    fields = {
        "indicator_code": "DOS_CNT",
        "indicator_vi": "Số hồ sơ",
        "area_code": "44",
        "area_vi": "Tỉnh Quảng Trị",
        "scope": "all",
        "scope_vi": "Toàn tỉnh",
        "period_start": OCTOBER,
        "value": 1595.0,
        "status": None,
        "value_vi": "1.595",
        "unit": "dossiers",
        "unit_vi": "hồ sơ",
        "parts_vi": "",
        "locator": locator,
        "raw_text": "1595",
        "verdict": "accepted",
    }
    return ReadFigure(**{**fields, **more})


def feedback(*findings: Finding, **more) -> Feedback:
    figures = more.pop("figures", (figure(),))
    wrong = sum(item.severity == "ERROR" for item in findings)
    fields = {
        "file_name": "44_quảng trị.xlsx",
        "origin": "provincial_submission/2025-10/44_quảng trị.xlsx",
        "file_sha256": SHA,
        "size_bytes": 4321,
        "received_at": RECEIVED_AT,
        "source_code": "provincial_submission",
        "source_vi": "Báo cáo tháng của tỉnh",
        "area_code": "44",
        "area_vi": "Tỉnh Quảng Trị",
        "period_start": OCTOBER,
        "period_end": date(2025, 10, 31),
        "period_vi": "tháng 10/2025",
        "is_sample": True,
        "verdict": "partly_rejected" if wrong else "accepted",
        "verdict_vi": "Nhận 1 số liệu; 1 mục phải sửa." if wrong else "Nhận toàn bộ 1 số liệu.",
        "refusal_vi": "",
        "refusal_en": "",
        "counts": Counts(accepted=len(figures), rejected=wrong, doubtful=len(findings) - wrong),
        "findings": findings,
        "figures": figures,
        "figure_count": len(figures),
    }
    return Feedback(**{**fields, **more})


def sender_workbook(path: Path, *, sheet: str = "Dịch vụ") -> Path:
    """A sheet with merged title, styled cells, a formula, a number and a text that looks like a formula."""
    book = openpyxl.Workbook()
    made = book.active
    made.title = sheet
    made["A1"] = "BÁO CÁO"
    made.merge_cells("A1:C1")
    made["A1"].font = Font(name="Arial", size=20, bold=True)
    made["B2"], made["C2"] = "Số hồ sơ", 1595
    made["B3"], made["C3"] = "Tỷ lệ", 120
    made["C4"] = "=SUM(C2:C3)"
    made["D2"] = "=cmd|' /c calc'!A0"
    made["D2"].data_type = "s"
    made.column_dimensions["C"].width = 33
    book.create_sheet("Ghi chú")["A1"] = "Không có gì"
    book.save(path)
    return path
