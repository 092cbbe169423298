from __future__ import annotations

import pytest

from dx_pipeline.catalogue.validation import check_catalogue

FORM = "sources/form_ii06a.yaml"
STOP = "sources/one_stop_progress.yaml"
COMMUNES = "sources/commune_report.yaml"
DOS = "indicators/dossiers.yaml"

RATE = "{numerator: early + on_time, denominator: resolved}"
PAID = "    paid_pct: paid_national / obligation"
OBLIGATION = "headings: [Tổng HS có nghĩa vụ tài chính, Tổng số HS có nghĩa vụ tài chính]"

BROKEN = {
    "unknown-field": (FORM, "{value: late}", "{value: later}", "'later' is no column"),
    "no-sum": (FORM, "{value: early + on_time}", "{value: early - on_time}", "not a sum"),
    "unknown-indicator": (FORM, "    DOS_PEND_CNT:", "    DOS_PENDING:", "'DOS_PENDING' is no code"),
    "source-not-listed": (FORM, "    DOS_PEND_CNT:", "    DOS_OVERDUE_CNT:", "does not list form_ii06a"),
    "equation-field": (FORM, "= resolved + pending", "= resolved + open", "'open' is no column"),
    "no-equation": (FORM, "- received = resolved", "- received resolved", "not an equation"),
    "rate-of-nothing": (FORM, RATE, "{value: resolved}", "needs numerator"),
    "unknown-scope": (STOP, "Cấp xã: commune_level", "Cấp xã: communes", "'communes' is no code"),
    "rate-field": (STOP, PAID, "    paid_pct: paid / obligation", "'paid' is no column"),
    "rate-column": (STOP, PAID, PAID.replace("paid_pct", "share"), "'share' is no column"),
    "heading-twice": (STOP, OBLIGATION, "headings: [Tên đơn vị]", "already names"),
    "level": (COMMUNES, "    CDT_TEAM_CNT:", "    DOS_FULL_RATE:", "no commune figures"),
    "no-rows": (COMMUNES, "  rows: communes", "  rows: villages", "Input should be"),
    "reader": (COMMUNES, "reader: report_table", "reader: csv_report", "belong together"),
    "opens-with": (DOS, "opens_with: DOS_PEND_CNT", "opens_with: DOS_PENDING", "'DOS_PENDING'"),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_broken_table_is_found_by_file_and_line(catalogue_copy, edit, broken):
    file, old, new, message = broken
    line = edit(file, old, new)
    found = [
        (item.file.relative_to(catalogue_copy).as_posix(), item.line)
        for item in check_catalogue(catalogue_copy)
        if message in item.message
    ]
    assert (file, line) in found
