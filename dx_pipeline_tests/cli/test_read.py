import json

import pytest

from dx_pipeline_tests.cli.conftest import MONTH, listing
from dx_pipeline_tests.pipeline.office_world import locator_of

GOOD = {("PS_FULL_CNT", "all"): 837, ("DIG_RATE", "all"): 91.02}
BROKEN = {("PS_FULL_CNT", "all"): 837, ("DIG_RATE", "all"): 120}


def test_a_good_file_as_text(dxp, workbook):
    answer = dxp("read", workbook(GOOD))
    assert answer.code == 0
    assert f"44.xlsx: provincial_submission, {MONTH}, province 44" in answer.out
    assert "DỮ LIỆU MẪU" not in answer.out
    for text in ("PS_FULL_CNT", "837", locator_of("PS_FULL_CNT"), "DIG_RATE", "91.02"):
        assert text in answer.out
    assert "2 figures accepted, 0 rejected, 0 doubtful; nothing was written" in answer.out


def test_a_good_file_as_json(dxp, workbook):
    answer = dxp("read", workbook(GOOD), "--json")
    found = json.loads(answer.out)
    assert answer.code == 0
    assert (found["file"], found["source"], found["area_code"]) == ("44.xlsx", "provincial_submission", "44")
    assert (found["period_start"], found["period_end"]) == ("2025-10-01", "2025-10-31")
    assert found["is_sample"] is False
    assert {row["indicator_code"]: (row["value"], row["locator"]) for row in found["observations"]} == {
        code: (value, locator_of(code, scope)) for (code, scope), value in GOOD.items()
    }
    assert found["rejections"] == []


def test_a_broken_file_as_text_shows_the_cell_and_goes_on(dxp, workbook):
    answer = dxp("read", workbook(BROKEN))
    assert answer.code == 0
    assert f"rate_within_0_100  {locator_of('DIG_RATE')}  «120»" in answer.out
    assert "Tỷ lệ phải nằm trong khoảng 0–100 %" in answer.out
    assert "1 figures accepted, 1 rejected" in answer.out


def test_a_broken_file_as_json_has_message_and_cell(dxp, workbook):
    found = json.loads(dxp("read", workbook(BROKEN), "--json").out)
    [row] = found["rejections"]
    assert (row["rule"], row["locator"], row["raw_text"]) == (
        "rate_within_0_100",
        locator_of("DIG_RATE"),
        "120",
    )
    assert "44.xlsx" in row["message_vi"]
    assert "44.xlsx" in row["message_en"]
    assert [item["indicator_code"] for item in found["observations"]] == ["PS_FULL_CNT"]


@pytest.mark.parametrize(("figures", "code"), [(GOOD, 0), (BROKEN, 1)], ids=["good", "broken"])
def test_strict_turns_a_rejection_into_an_exit_code(dxp, workbook, figures, code):
    assert dxp("read", workbook(figures), "--strict").code == code


def test_a_cell_that_cannot_be_read_is_shown_with_its_text(dxp, workbook):
    [row] = json.loads(dxp("read", workbook({("PS_FULL_CNT", "all"): "khoảng trăm"}), "--json").out)[
        "rejections"
    ]
    assert (row["rule"], row["raw_text"]) == ("readable_value", "khoảng trăm")


def test_a_sample_says_so(dxp, workbook):
    path = workbook(GOOD, is_sample=True)
    assert "DỮ LIỆU MẪU" in dxp("read", path).out
    assert json.loads(dxp("read", path, "--json").out)["is_sample"] is True


def test_an_empty_template_gives_nothing_and_is_no_failure(dxp, workbook):
    answer = dxp("read", workbook({}))
    assert answer.code == 0
    assert "0 figures accepted, 0 rejected" in answer.out


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["text", "json"])
@pytest.mark.parametrize("figures", [GOOD, BROKEN], ids=["good", "broken"])
def test_nothing_is_written(dxp, workbook, finished, figures, form):
    path = workbook(figures)
    before = listing(finished.data.root), listing(path.parent)
    dxp("read", path, *form, data=finished.data.root)
    assert (listing(finished.data.root), listing(path.parent)) == before


def test_no_data_directory_is_made(dxp, workbook, root):
    dxp("read", workbook(GOOD))
    assert not root.exists()


def test_a_figure_is_held_against_the_months_already_taken_in(dxp, workbook, finished):
    before = finished.figure("40", "2025-09", "DSIG_CERT_CNT")
    path = workbook({("DSIG_CERT_CNT", "all"): before - 1}, "40.xlsx", province="40")
    alone = json.loads(dxp("read", path, "--json").out)
    [row] = json.loads(dxp("read", path, "--json", data=finished.data.root).out)["rejections"]
    assert alone["rejections"] == []
    assert row["rule"] == "not_below_previous_month"
    assert finished.origin(finished.submission("40", "2025-09")) in row["message_en"]


@pytest.mark.parametrize(
    ("place", "source", "count"),
    [
        ("signature_registry/2025-10/44_2025-10.csv", "signature_registry", 2),
        ("national_bulletin/quang_tri_2025-10.csv", "national_bulletin", 10),
        ("portal_evaluation/2026-10/details_H50_10102026.json", "portal_evaluation", None),
        ("provincial_submission/2025-10/44_quang_tri_2025-10.xlsx", "provincial_submission", None),
    ],
    ids=lambda value: value if isinstance(value, str) and "/" not in value else "",
)
def test_the_source_is_told_from_the_file(dxp, finished, place, source, count):
    found = json.loads(dxp("read", finished.data.landing / place, "--json").out)
    assert found["source"] == source
    assert len(found["observations"]) == count if count else found["observations"]
    assert found["rejections"] == []


def test_the_source_can_be_given(dxp, finished):
    path = finished.data.landing / "signature_registry/2025-10/44_2025-10.csv"
    answer = dxp("read", path, "--source", "signature_registry", "--period", MONTH)
    assert answer.code == 0
    assert "2 figures accepted" in answer.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--source", "national_bulletin"], "it is a file of provincial_submission"),
        (["--period", "2025-09"], "2025-09"),
    ],
    ids=["another source", "another month"],
)
def test_a_file_that_is_something_else_than_it_was_said_to_be_ends_with_3(dxp, workbook, arguments, words):
    answer = dxp("read", workbook(GOOD), *arguments)
    assert answer.code == 3
    assert answer.out == ""
    assert words in answer.err


def test_an_unknown_source_is_told_with_the_known_ones(dxp, workbook):
    answer = dxp("read", workbook(GOOD), "--source", "newspaper")
    assert answer.code != 0
    for word in ("newspaper", "provincial_submission", "signature_registry"):
        assert word in answer.err


@pytest.mark.parametrize("period", ["2025-13", "tháng 10", "2025"], ids=str)
def test_a_period_that_is_no_month_is_wrong_usage(dxp, workbook, period):
    answer = dxp("read", workbook(GOOD), "--period", period)
    assert answer.code == 2
    assert "2025-10" in " ".join(answer.err.replace("│", " ").split())


DAMAGED = {
    "empty": b"",
    "not a workbook": b"hello",
    "cut short": b"PK\x03\x04" + b"\0" * 100,
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_an_unreadable_file_ends_with_3_and_says_why(dxp, tmp_path, content):
    path = tmp_path / "44.xlsx"
    path.write_bytes(content)
    answer = dxp("read", path)
    assert answer.code == 3
    assert answer.out == ""
    assert "44.xlsx" in answer.err


def test_an_unreadable_file_as_json_is_json_all_the_same(dxp, tmp_path):
    path = tmp_path / "44.xlsx"
    path.write_bytes(b"hello")
    answer = dxp("read", path, "--json")
    error = json.loads(answer.out)["error"]
    assert answer.code == 3
    assert "44.xlsx" in error["message"]
    assert error["message_vi"] != error["message"]
