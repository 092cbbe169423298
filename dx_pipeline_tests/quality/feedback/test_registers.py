"""What the sender of a large register gets back: counts by rule and province, never the file."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.ingest.receive import known_receipts
from dx_pipeline.quality.feedback import sender_file
from dx_pipeline.quality.feedback.collect import feedback_of
from dx_pipeline.quality.feedback.content import Feedback
from dx_pipeline.quality.feedback.files import write_missing
from dx_pipeline.settings import DataDirectory, Limits, Office
from dx_pipeline.warehouse.database import connect, create_schema
from dx_pipeline_tests.quality.registers.world import HANOI, HANOI_WARD, HUE, Province, RegisterWorld
from dx_pipeline_tests.quality.world import OCT, SEP


@pytest.fixture
def registers(tmp_path: Path):
    with connect(tmp_path / "working.duckdb") as connection:
        create_schema(connection)
        yield RegisterWorld(connection)


def told(registers: RegisterWorld, sha: str) -> Feedback:
    receipts = known_receipts(registers.connection)
    [receipt] = [item for item in receipts if item.file_sha256 == sha]
    found = feedback_of(registers.connection, receipt, receipts, load_catalogue())
    assert found is not None
    return found


def test_rows_are_counted_by_rule_and_province(registers: RegisterWorld):
    sha = registers.load(
        {HANOI: Province(12_000, {"register_codes": 34, "register_dates": 2}), HUE: Province(500)}
    )
    registers.run()
    found = told(registers, sha)
    assert (found.verdict, found.is_register, found.figures) == ("partly_rejected", True, ())
    assert (found.counts.accepted, found.counts.rejected) == (12_464, 36)
    assert found.verdict_vi.startswith("Nhận 12.464 dòng; 36 dòng không được nhận")
    assert [(item.rule, item.area_vi, item.locator, item.raw_text) for item in found.findings] == [
        ("register_codes", "Thành phố Hà Nội", "5, 17, 300", "MA_TINH=«H99»"),
        ("register_dates", "Thành phố Hà Nội", "5, 17, 300", "MA_TINH=«H99»"),
    ]
    assert "34 trên 12.000 dòng" in found.findings[0].explanation_vi
    assert any(f"rejects-{sha}.parquet" in note for note in found.notes_vi)


def test_a_good_month_needs_nothing(registers: RegisterWorld):
    sha = registers.load({HANOI: Province(1000)})
    registers.run()
    found = told(registers, sha)
    assert (found.verdict, found.findings) == ("accepted", ())
    assert found.verdict_vi == "Nhận toàn bộ 1.000 dòng, không có lỗi. Không phải làm gì thêm."


def test_a_doubt_about_the_volume(registers: RegisterWorld):
    registers.load({HANOI: Province(1000)}, SEP)
    sha = registers.load({HANOI: Province(9000)})
    registers.run(SEP, OCT)
    found = told(registers, sha)
    assert (found.verdict, found.counts.doubtful) == ("accepted_with_doubts", 1)
    assert [item.rule for item in found.findings] == ["register_volume"]


def test_a_month_the_gate_refuses_waits(registers: RegisterWorld):
    registers.office = Office(limits=Limits(max_rejected_share=1, max_missing_share=0))
    sha = registers.load({HANOI: Province(1000, {"register_types": 4})})
    registers.run()
    found = told(registers, sha)
    assert (found.verdict, found.counts.pending, found.counts.rejected) == ("pending", 996, 4)
    assert [item.rule for item in found.findings] == ["register_types"]


def test_a_replaced_file_is_still_told_what_was_wrong(registers: RegisterWorld):
    first = registers.load({HANOI: Province(1000, {"register_types": 4})})
    registers.run()
    registers.load({HANOI: Province(1000)})
    registers.run()
    found = told(registers, first)
    assert [item.rule for item in found.findings] == ["register_types"]
    assert "Sổ của tháng này đã được thay bằng tệp gửi sau." in found.notes_vi


def test_a_file_loaded_again_is_told_of_its_newest_load(registers: RegisterWorld):
    sha = registers.load({HANOI: Province(1000, {"register_unique": 4})})
    registers.run()
    registers.load({HANOI: Province(1000)}, sha=sha)
    registers.run()
    receipts = known_receipts(registers.connection)
    found = feedback_of(registers.connection, receipts[0], receipts, load_catalogue())
    assert found is not None
    assert (found.verdict, found.findings, found.counts.accepted) == ("accepted", (), 1000)


def test_a_refused_month(registers: RegisterWorld):
    registers.load({HANOI: Province(1000)})
    registers.run()
    sha = registers.load({HANOI: Province(1000, {"register_types": 900})})
    registers.run()
    found = told(registers, sha)
    assert (found.verdict, found.counts.accepted, found.counts.rejected) == ("all_rejected", 0, 1000)


def test_the_senders_file_is_never_opened(
    registers: RegisterWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    sha = registers.load({HANOI: Province(1000, {"register_types": 4}, {HANOI_WARD: 300})})
    registers.run()
    monkeypatch.setattr(sender_file, "_open", lambda *_: pytest.fail("the sender's file was opened"))
    data = DataDirectory(tmp_path / "data")
    written = write_missing(registers.connection, [OCT], data, load_catalogue())
    [(found, files)] = written.new
    assert found.file_sha256 == sha
    book = openpyxl.load_workbook(files.workbook)
    assert book.sheetnames == ["Phản hồi"]
    assert files.workbook.stat().st_size < 20_000
    twin = json.loads(files.twin.read_text(encoding="utf-8"))
    assert (twin["figures"], twin["workbook"]["shows"]) == ([], "none")
    assert "Số dòng" in {cell.value for row in book.active.iter_rows() for cell in row}
    assert write_missing(registers.connection, [OCT], data, load_catalogue()).new == []


def test_a_place_in_a_registers_file_is_not_looked_for(registers: RegisterWorld, tmp_path: Path):
    sha = registers.load({HANOI: Province(1000, {"register_types": 4})})
    registers.run()
    registers.connection.execute("UPDATE quality.rejection SET locator = 'line 5'")
    found = told(registers, sha)
    (tmp_path / "bytes").write_text("a;b\n1;2\n" * 9, encoding="utf-8")
    assert sender_file.marked_file(found, tmp_path / "bytes").shows == "none"
