from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import yaml
from openpyxl.workbook import Workbook

from dx_pipeline.catalogue.loading import Catalogue, load_catalogue
from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.observation import Hints
from dx_pipeline.ingest.period_text import ReportedPeriod
from dx_pipeline.ingest.template import COVER_SHEET
from dx_pipeline.periods import month_end
from dx_pipeline_tests.ingest.readers.workbook_desk import (
    CODE_CELL,
    DOSSIERS,
    NAME_CELL,
    OCTOBER,
    PERIOD_CELL,
    SERVICES,
    SIGNATURE,
    Desk,
    incomplete,
    observation_of,
    only_unread,
)

IDENTITY = "Mã tỉnh: {code} | Tỉnh/thành phố: {name} | Kỳ số liệu: {period} | Tình trạng số liệu: {status}"
RIGHT = {"code": "44", "name": "Tỉnh Quảng Trị", "period": "tháng 10/2025", "status": "CHÍNH THỨC"}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture
def desk(tmp_path, catalogue) -> Desk:
    return Desk(tmp_path, catalogue)


def _hints(month: date | None = None, area: str | None = None, *, is_certain: bool = False) -> Hints:
    period = month and ReportedPeriod(period_start=month, period_end=month_end(month), as_of=month_end(month))
    return Hints(period=period, area_code=area, is_certain=is_certain)


# What a sheet says of itself, against the cover


@pytest.mark.parametrize(
    ("other", "rule", "cover_cell"),
    [
        pytest.param({"period": "tháng 9/2025"}, "readable_value", PERIOD_CELL, id="month"),
        pytest.param({"period": "quý III"}, "readable_value", PERIOD_CELL, id="no month"),
        pytest.param({"code": "01"}, "known_area", CODE_CELL, id="code"),
        pytest.param({"name": "Tỉnh Hưng Yên"}, "known_area", NAME_CELL, id="name"),
        pytest.param({"status": "DỮ LIỆU MẪU"}, "readable_value", "B10", id="status"),
    ],
)
def test_a_sheet_of_another_workbook_is_refused_with_both_cells(desk, other, rule, cover_cell):
    whole = desk.fill().read()
    result = desk.put(SIGNATURE, "A4", IDENTITY.format(**RIGHT | other)).read()
    unread = only_unread(result)
    assert (unread.rule, unread.locator, unread.severity) == (rule, f"{SIGNATURE}!E8", "ERROR")
    for message in (unread.message_vi, unread.message_en):
        assert f"{SIGNATURE}!A4" in message
        assert f"{COVER_SHEET}!{cover_cell}" in message
    assert len(result.observations) == len(whole.observations) - 1


@pytest.mark.parametrize(
    "same",
    [{}, {"code": "044"[1:]}, {"name": "quang tri"}, {"period": "10/2025"}, {"status": ""}, {"code": ""}],
    ids=str,
)
def test_a_sheet_that_says_the_same_in_other_words_is_taken(desk, same):
    whole = desk.fill().read()
    assert desk.put(SIGNATURE, "A4", IDENTITY.format(**RIGHT | same)).read() == whole


def test_the_cover_is_not_needed_where_the_sheets_agree(desk):
    def take_cover(book: Workbook) -> None:
        for sheet in book.worksheets[1:]:
            sheet["A4"] = IDENTITY.format(**RIGHT)
        del book[COVER_SHEET]

    whole = desk.fill().read()
    result = desk.change(take_cover).read()
    assert (result.claim, result.observations) == (whole.claim, whole.observations)
    other = desk.put(SERVICES, "A4", IDENTITY.format(**RIGHT | {"period": "tháng 9/2025"})).claim()
    assert other.period_start == date(2025, 9, 1)


def test_one_sheet_sent_alone_is_that_part_of_the_submission(desk):
    def keep_one(book: Workbook) -> None:
        book[SIGNATURE]["A4"] = IDENTITY.format(**RIGHT)
        for name in book.sheetnames:
            if name != SIGNATURE:
                del book[name]

    result = desk.fill().change(keep_one).read()
    assert result.claim.part == "digital_signature"
    assert [item.indicator_code for item in result.observations] == ["DSIG_ADULT_RATE"]
    assert result.unread_cells == []


@pytest.mark.parametrize("code", [1, 1.0, "1", "01", " 01 "], ids=repr)
def test_a_code_may_have_lost_its_zero(desk, code):
    desk.fill().put(COVER_SHEET, CODE_CELL, code).put(COVER_SHEET, NAME_CELL, "Thành phố Hà Nội")
    assert desk.claim().area_code == "01"


# What is known of the file besides


def test_hints_fill_what_the_cover_leaves_blank(desk):
    desk.fill().put(COVER_SHEET, PERIOD_CELL, None).put(COVER_SHEET, CODE_CELL, None)
    desk.put(COVER_SHEET, NAME_CELL, None)
    claim = desk.claim(_hints(OCTOBER, "44"))
    assert (claim.period_start, claim.area_code) == (OCTOBER, "44")
    assert desk.read(_hints(OCTOBER, "44")).claim == claim


@pytest.mark.parametrize("is_certain", [False, True], ids=["guessed", "told"])
@pytest.mark.parametrize(
    ("month", "area", "cell"),
    [(date(2025, 9, 1), None, PERIOD_CELL), (None, "01", CODE_CELL)],
    ids=["month", "province"],
)
def test_the_file_wins_over_a_guess_and_is_refused_against_what_a_person_told(
    desk, month, area, cell, is_certain
):
    hints = _hints(month, area, is_certain=is_certain)
    desk.fill()
    if is_certain:
        with pytest.raises(UnreadableFileError) as caught:
            desk.claim(hints)
        assert f"{COVER_SHEET}!{cell}" in caught.value.message_vi
    else:
        assert desk.read(hints) == desk.read()


def test_a_quarter_does_not_say_which_month_a_workbook_is_of(desk):
    quarter = ReportedPeriod(period_start=OCTOBER, period_end=date(2025, 12, 31), as_of=date(2025, 12, 31))
    desk.fill().put(COVER_SHEET, PERIOD_CELL, None)
    with pytest.raises(UnreadableFileError):
        desk.claim(Hints(period=quarter))


def test_an_unreadable_period_is_not_silence(desk):
    desk.fill().put(COVER_SHEET, PERIOD_CELL, "tháng mười")
    with pytest.raises(UnreadableFileError):
        desk.claim(_hints(OCTOBER))


# What the form lacks


def test_a_missing_sheet_is_told(desk):
    def remove(book: Workbook) -> None:
        del book[SIGNATURE]

    (unread,) = desk.fill().change(remove).read().unread_cells
    assert (unread.rule, unread.severity, unread.locator) == ("complete_form", "WARN", SIGNATURE)
    assert (unread.period_start, unread.area_code) == (OCTOBER, "44")
    assert f"«{SIGNATURE}»" in unread.message_vi


def test_a_missing_heading_is_told_where_the_sheet_holds_figures(desk):
    def remove(book: Workbook) -> None:
        for column in ("G", "H"):
            for row in (5, 8):
                book[SERVICES][f"{column}{row}"] = None

    (unread, other) = desk.fill().change(remove).read().unread_cells
    assert (unread.rule, unread.severity, unread.locator) == ("complete_form", "WARN", f"{SERVICES}!B5")
    assert (unread.indicator_code, other.indicator_code) == ("PS_PART_CNT", "PS_INTEG_CNT")
    assert "«Số DVCTT một phần (dịch vụ)»" in unread.message_vi
    assert desk.put(SERVICES, "C8", None).put(SERVICES, "F8", None).read().unread_cells == []


def test_an_indicator_not_in_force_is_not_missed(desk, catalogue):
    before = desk.fill().read()
    sooner = next(item for item in catalogue.indicators.values() if item.code == "PS_PART_CNT")
    ended = sooner.model_copy(update={"valid_to": date(2025, 9, 30)})
    themes = tuple(
        theme.model_copy(
            update={
                "indicators": tuple(ended if item.code == ended.code else item for item in theme.indicators)
            }
        )
        for theme in catalogue.themes
    )
    old = Desk(desk.path.parent, _with_themes(catalogue, themes))
    assert old.put(SERVICES, "G5", None).put(SERVICES, "G8", None).read().observations == before.observations
    assert incomplete(old.read()) == []
    assert incomplete(desk.read()) == [(f"{SERVICES}!B5", "PS_PART_CNT")]


def _with_themes(catalogue: Catalogue, themes: tuple) -> Catalogue:
    return replace(catalogue, themes=themes)


def test_a_heading_reported_as_unknown_is_not_missed_as_well(desk):
    result = desk.fill().put(SERVICES, "F5", "Số dịch vụ công toàn trìn").read()
    assert [item.rule for item in result.unread_cells] == ["known_indicator"]


@pytest.mark.parametrize(
    ("sheet", "cell", "heading", "key"),
    [
        pytest.param(SERVICES, "F5", "Số DVC toàn\ntrình: tổng «cả năm»", "PS_FULL_CNT:value", id="one cell"),
        pytest.param(
            SIGNATURE, "C5", "Tỷ lệ dân số trưởng thành có chữ ký số", "DSIG_ADULT_RATE:value", id="group"
        ),
    ],
)
def test_an_unknown_heading_comes_with_the_line_that_makes_it_known(desk, sheet, cell, heading, key):
    unread = desk.fill().put(sheet, cell, heading).read().unread_cells
    lines = [item.message_en.partition("header_map: ")[2] for item in unread]
    assert lines == [item.message_vi.partition("header_map của nguồn: ")[2] for item in unread]
    added = {text: meaning for line in lines for text, meaning in yaml.safe_load(line).items()}
    assert key in added.values()
    source = desk.catalogue.sources["provincial_submission"]
    taught = source.model_copy(update={"header_map": source.header_map | added})
    result = desk.read(source=taught)
    assert result.unread_cells == []
    assert observation_of(result, key.partition(":")[0]).value in (837, 36)


# Rates whose counts cannot be read


def test_a_rate_without_its_count_says_which_cell_is_to_blame(desk):
    values = {("DOS_RECV_CNT", "value", "all"): 1000, ("DOS_RECV_ONLINE_CNT", "value", "all"): "abc"}
    count, rate = desk.fill(values).read().unread_cells
    assert (count.indicator_code, count.locator) == ("DOS_RECV_ONLINE_CNT", f"{DOSSIERS}!D8")
    assert (rate.indicator_code, rate.locator) == ("DOS_ONLINE_RATE", f"{DOSSIERS}!K8")
    assert f"{DOSSIERS}!D8" in rate.message_vi
    assert f"{DOSSIERS}!D8" in rate.message_en
    assert rate.message_vi != count.message_vi


@pytest.mark.parametrize(
    ("stated", "reported"), [(36.5, ["C8"]), (None, ["C8", "D8"])], ids=["stated", "not stated"]
)
def test_a_count_of_a_rate_of_its_own(desk, stated, reported):
    values = {
        ("DSIG_ADULT_RATE", "numerator", "all"): "abc",
        ("DSIG_ADULT_RATE", "denominator", "all"): 1000,
        ("DSIG_ADULT_RATE", "value", "all"): stated,
    }
    result = desk.fill(values).read()
    assert [item.locator for item in result.unread_cells] == [f"{SIGNATURE}!{cell}" for cell in reported]
    assert "«Số người trưởng thành có chữ ký số»" in result.unread_cells[0].message_vi
    assert all(f"{SIGNATURE}!C8" in item.message_vi for item in result.unread_cells)
    assert [item.value for item in result.observations] == [stated] * (stated is not None)
