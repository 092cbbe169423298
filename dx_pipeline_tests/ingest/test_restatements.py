"""Files of the restatements folder: what is read, what is refused in which line, and how versions follow each other."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta

import pytest
import yaml

from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.landing import arrivals, claimed_months, scan_landing, scan_restatements
from dx_pipeline.ingest.receive import receive
from dx_pipeline.ingest.restatements import read_restatements, take_in
from dx_pipeline.warehouse.database import connect, create_schema, insert_frame
from dx_pipeline_tests.ingest.landing import land_bytes

TODAY = date(2025, 11, 20)
ENTRY = {
    "action": "restate",
    "indicator": "DSIG_CERT_CNT",
    "area": "44",
    "period": "2025-10",
    "old_value": 837,
    "new_value": 840,
    "approved_by": "Giám đốc Sở KH&CN",
    "approved_on": "2025-11-19",
    "reason": "cộng sót ba chứng thư",
}
ACCEPTED = {
    "change": "0" * 64,
    "approved_by": "Vụ trưởng",
    "approved_on": "2025-11-19",
    "reason": "đúng",
}


def written(folder, content, name="2025-11.yaml"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    text = (
        content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
    )
    path.write_text(text, encoding="utf-8")
    return path


def refused(tmp_path, catalogue, content):
    with pytest.raises(UnreadableFileError) as error:
        read_restatements(written(tmp_path, content), "/restatements/2025-11.yaml", catalogue, TODAY)
    return error.value


@pytest.mark.parametrize(
    ("change", "line", "said", "said_vi"),
    [
        ({"indicator": "CERTS"}, 3, "'CERTS' is no indicator of the catalogue", "không phải mã chỉ tiêu"),
        ({"indicator": "dsig_cert"}, 3, "closest: DSIG_CERT_", "gần nhất: DSIG_CERT_"),
        ({"area": "45"}, 4, "'45' is no area on 2025-10-01", "nay thuộc Quảng Trị (mã 44)"),
        (
            {"period": "2026-01"},
            5,
            "months from 2025-01 to the running one",
            "từ tháng 2025-01 đến tháng hiện tại",
        ),
        ({"period": "2025-Q3"}, 5, "of a quarter its first month", "số liệu quý: tháng đầu của quý"),
        ({"period": date(2025, 10, 1)}, 5, "is not a month", "ghi dạng 2025-10"),
        ({"area": 44}, 4, "in quotes", "dấu ngoặc kép"),
        ({"area": "Quảng Trị"}, 4, 'write the code "44"', 'ghi mã "44"'),
        ({"action": "sửa"}, 2, "'restate' or 'permit_fall'", "phải là một trong"),
        ({"approved_on": "20/11/2025"}, 9, "write 2025-11-20", "viết theo dạng 2025-11-20"),
        ({"period": "10/2025"}, 5, "is not a month", "ghi dạng 2025-10"),
        ({"old_value": "nhiều"}, 6, "valid number", "phải là số"),
        ({"new_value": float("nan")}, 7, "finite number", "phải là số"),
        ({"new_value": 837}, 2, "nothing is restated", "giống nhau"),
        ({"action": "permit_fall"}, 2, "new_value is below old_value", "phải nhỏ hơn old_value"),
        ({"approved_by": "  "}, 8, "says nothing", "cần ghi rõ"),
        ({"approved_on": "2025-11-21"}, 9, "lies in the future", "chưa tới"),
        ({"reason": None}, 10, "valid string", "phải là chữ"),
        ({"source": "nobody"}, 11, "'nobody' is no source", "không phải mã nguồn"),
        ({"scope": "some"}, 11, "'some' is no scope", "không phải mã phạm vi"),
        ({"aera": "44"}, 11, "Extra inputs are not permitted", "không có khóa tên như vậy"),
    ],
    ids=lambda item: next(iter(item)) if isinstance(item, dict) else None,
)
def test_a_fault_names_file_line_and_key(tmp_path, catalogue, change, line, said, said_vi):  # noqa: PLR0917
    error = refused(tmp_path, catalogue, {"restatements": [{**ENTRY, **change}]})
    assert "/restatements/2025-11.yaml is no valid file of restatements" in error.message
    assert f"line {line}, restatements.0" in error.message
    assert said in error.message
    assert f"dòng {line}" in error.message_vi
    assert said_vi in error.message_vi


TEXT = """restatements:
- action: restate
  indicator: DSIG_CERT_CNT
  area: "44"
  period: 2025-10
  old_value: 837
  new_value: 840
  approved_by: Giám đốc
  approved_on: 2025-11-19
  reason: cộng sót
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "said", "said_vi"),
    [
        ("840", "2.000", 7, "'2.000' can be read as 2 or as 2000", "đọc được thành 2 hoặc 2000"),
        ("840", "14:00", 7, "would be read as 840", "bị đọc thành 840"),
        ("837", "010", 6, "would be read as 8", "bị đọc thành 8"),
        ("837", "90,5", 6, "a point for decimals", "phần thập phân sau dấu chấm"),
        ("2025-11-19", "2025-13-20", 9, "no day of the calendar", "không phải là ngày có thật"),
        ("  reason: cộng sót\n", "", 2, "Field required", "thiếu khóa này"),
        ("cộng sót", "cộng sót: ba", 10, "not YAML", "dấu hai chấm"),
        ("  area", "\tarea", 4, "tab character", "thụt dòng bằng dấu cách"),
        (TEXT, "", 1, "the file is empty", "tệp trống"),
        (TEXT, "[" * 60_000 + "]" * 60_000, 1, "nested more than 50 deep", "quá nhiều cấp"),
    ],
    ids=[
        "thousands", "base 60", "octal", "comma", "no day", "no reason", "colon", "tab", "empty", "deep",
    ],
)  # fmt: skip
def test_typical_slips_are_named(tmp_path, catalogue, old, new, line, said, said_vi):  # noqa: PLR0917
    error = refused(tmp_path, catalogue, TEXT.replace(old, new))
    assert f"line {line}" in error.message
    assert f"dòng {line}" in error.message_vi
    assert said in error.message
    assert said_vi in error.message_vi


def test_one_figure_is_not_restated_to_two_values(tmp_path, catalogue):
    error = refused(tmp_path, catalogue, {"restatements": [ENTRY, {**ENTRY, "new_value": 841}]})
    assert "line 16, restatements.1.new_value: restates the same figure as line 2" in error.message
    assert "cùng số liệu với dòng 2" in error.message_vi


def test_one_figure_may_be_restated_on_and_on(tmp_path, catalogue):
    content = {"restatements": [ENTRY, ENTRY, {**ENTRY, "old_value": 840, "new_value": 837}]}
    path = written(tmp_path, content)
    assert len(read_restatements(path, "/restatements/x.yaml", catalogue, TODAY).content.restatements) == 3


def test_a_rate_may_have_three_decimals(tmp_path, catalogue):
    text = TEXT.replace("DSIG_CERT_CNT", "DIG_RATE").replace("837", "91.125").replace("840", "91.25")
    [entry] = read_restatements(
        written(tmp_path, text), "/restatements/x.yaml", catalogue, TODAY
    ).content.restatements
    assert (entry.old_value, entry.new_value) == (91.125, 91.25)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8"])
def test_files_of_windows_programs_are_read(tmp_path, catalogue, encoding):
    path = tmp_path / "2025-11.yml"
    path.write_bytes(TEXT.replace("\n", "\r\n").encode(encoding))
    assert read_restatements(path, "/restatements/2025-11.yml", catalogue, TODAY).lines == {
        "restatements.0": 2
    }


def test_another_encoding_than_utf8_is_named(tmp_path, catalogue):
    path = tmp_path / "2025-11.yaml"
    path.write_bytes(TEXT.encode("utf-16"))
    with pytest.raises(UnreadableFileError) as error:
        read_restatements(path, "/restatements/2025-11.yaml", catalogue, TODAY)
    assert "save it as UTF-8" in error.value.message
    assert "lưu lại với mã UTF-8" in error.value.message_vi


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("restatements: [", "not YAML"),
        ("{}", "neither restatements nor accepted_changes"),
        ({"accepted_changes": [{**ACCEPTED, "change": "abc"}]}, "no digest"),
        ("a" * 1_000_001, "larger than"),
        (
            "is_sample: true\nis_sample: false\n" + yaml.safe_dump({"restatements": [ENTRY]}),
            "key written twice",
        ),
    ],
    ids=["no yaml", "empty", "no digest", "too large", "key twice"],
)
def test_a_file_that_is_none_is_refused(tmp_path, catalogue, content, said):
    assert said in refused(tmp_path, catalogue, content).message


@pytest.fixture
def office(data, catalogue):
    """Receives and takes in what is new, a day later each time; gives the receipts."""
    with connect(data.warehouse) as connection:
        create_schema(connection)
        history = []

        def again():
            import pandas as pd

            seen = {item.origin: item.file_sha256 for item in history}
            landed = scan_landing(data.landing, history) + scan_restatements(data.restatements, seen)
            moment = datetime.fromisoformat("2025-11-20T08:00:00") + timedelta(days=len(history))
            new = receive(arrivals(landed, moment), history, data, catalogue)
            rows = [{name: getattr(item, name) for name in type(item).__slots__} for item in new]
            insert_frame(connection, "raw.received_file", pd.DataFrame(rows))
            taken = {item.origin: item for item in take_in(connection, new, data, catalogue)}
            history.extend(taken.get(item.origin, item) for item in new)
            return history[len(history) - len(new) :]

        again.connection = connection
        yield again


def entries(office):
    return office.connection.execute(
        "SELECT indicator_code, old_value, new_value, locator, status FROM core.restatement ORDER BY ALL"
    ).fetchall()


def test_an_approved_file_is_received_archived_and_taken_in(office, data, catalogue):
    written(data.restatements, {"restatements": [ENTRY], "accepted_changes": [ACCEPTED]})
    seen = scan_restatements(data.restatements, {})
    assert list(claimed_months(seen, catalogue)) == [date(2025, 10, 1)]
    [receipt] = office()
    assert (receipt.source_code, receipt.status, receipt.origin) == (
        "restatement",
        "observed",
        "/restatements/2025-11.yaml",
    )
    assert receipt.months(catalogue.sources) == [date(2025, 10, 1)]
    assert entries(office) == [("DSIG_CERT_CNT", 837, 840, "line 2", "waiting")]
    accepted = office.connection.execute(
        "SELECT change_digest, approved_by FROM core.accepted_change"
    ).fetchall()
    assert accepted == [("0" * 64, "Vụ trưởng")]
    assert office() == []


def test_a_newer_version_replaces_entries_that_had_no_effect(office, data):
    written(data.restatements, {"restatements": [ENTRY]})
    office()
    path = written(data.restatements, {"restatements": [{**ENTRY, "old_value": 836}]})
    os.utime(path, (1, 1))
    [receipt] = office()
    assert receipt.status == "observed"
    assert [(old, status) for _, old, _, _, status in entries(office)] == [
        (836, "waiting"),
        (837, "replaced"),
    ]


@pytest.mark.parametrize("change", [{"old_value": 836}, None], ids=["changed", "left out"])
def test_what_has_been_applied_cannot_be_taken_back_by_editing(office, data, change):
    other = {**ENTRY, "area": "33"}
    written(data.restatements, {"restatements": [ENTRY, other]})
    office()
    office.connection.execute("UPDATE core.restatement SET status = 'applied' WHERE area_code = '44'")
    before = entries(office)
    written(data.restatements, {"restatements": [other, *([{**ENTRY, **change}] if change else [])]})
    [receipt] = office()
    assert receipt.status == "rejected"
    assert "line 2: DSIG_CERT_CNT 44 2025-10" in receipt.reason_en
    assert "đã được áp dụng" in receipt.reason_vi
    assert entries(office) == before
    written(
        data.restatements, {"restatements": [other, ENTRY, {**ENTRY, "old_value": 840, "new_value": 837}]}
    )
    [receipt] = office()
    assert receipt.status == "observed"
    assert len(entries(office)) == 3


def test_an_empty_list_takes_back_what_had_no_effect(office, data):
    written(data.restatements, {"restatements": [ENTRY]})
    office()
    written(data.restatements, "restatements: []\n")
    [receipt] = office()
    assert receipt.status == "observed"
    assert [status for *_, status in entries(office)] == ["replaced"]


def test_a_sample_is_refused_in_a_real_office(office, data):
    written(data.restatements, {"is_sample": True, "restatements": [ENTRY]})
    [receipt] = office()
    assert (receipt.status, receipt.source_code) == ("rejected", "restatement")
    assert "is_sample" in receipt.reason_vi


def test_nothing_in_the_landing_folder_is_an_approval(office, data):
    content = yaml.safe_dump({"restatements": [ENTRY]}).encode()
    for place in ("restatements/2025-11.yaml", "restatement/2025-11.yaml"):
        land_bytes(data, content, place)
    assert {receipt.status for receipt in office()} == {"rejected"}
    assert entries(office) == []


def test_only_yaml_is_looked_at(office, data):
    written(data.restatements, {"restatements": [ENTRY]}, "ghi chú.txt")
    assert office() == []
