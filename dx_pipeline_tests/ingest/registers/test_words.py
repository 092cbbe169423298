from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dx_pipeline.ingest.registers.words import UndatedError, Words, code_by_dates, last_day_of

LEVEL = {"Toàn trình": "full", "Một phần": "partial", "Cung cấp thông tin": "none"}
MARK = {"Có": "yes", "x": "yes", "-": "no", "Không": "no", "true": "yes", "": "no"}


@pytest.mark.parametrize(
    ("words", "cell", "code"),
    [
        pytest.param(LEVEL, "TOÀN  TRÌNH", "full", id="case and spaces"),
        pytest.param(LEVEL, "Toàn trình.", "full", id="full stop"),
        pytest.param(LEVEL, "Toa\u0300n tri\u0300nh", "full", id="NFD"),
        pytest.param(LEVEL, "toan trinh", "full", id="no accents"),
        pytest.param(LEVEL, "toản trình", None, id="wrong accent"),
        pytest.param(LEVEL, "Mức độ 4", None, id="unknown"),
        pytest.param(LEVEL, "", None, id="empty without a meaning"),
        pytest.param(MARK, "", "no", id="empty"),
        pytest.param(MARK, "  ", "no", id="blanks"),
        pytest.param(MARK, "–", "no", id="another dash"),
        pytest.param(MARK, "X", "yes", id="cross"),
        pytest.param(MARK, True, "yes", id="a tick box"),
        pytest.param(MARK, "có", "yes", id="small letters"),
        pytest.param(MARK, 1.0, None, id="a number"),
    ],
)
def test_a_cell_has_the_code_of_its_word(words, cell, code):
    assert Words(words).code_of(cell) == code


SCOPES = {
    "Chính phủ": "government",
    "Nhiệm vụ Chính phủ giao": "government",
    "Kế hoạch của tỉnh": "plan",
    "Kế hoạch của tỉnh thực hiện kết luận": "conclusions",
}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        pytest.param("THEO DÕI NHIỆM VỤ CHÍNH PHỦ GIAO TỈNH A", {"government"}, id="inside a title"),
        pytest.param("VĂN PHÒNG CHÍNH PHỦ", set(), id="two words are a letterhead"),
        pytest.param("Kế hoạch của tỉnh thực hiện kết luận", {"conclusions"}, id="the longer words win"),
        pytest.param("Kế hoạch của tỉnhx", set(), id="whole words only"),
        pytest.param(
            "Kế hoạch của tỉnh, nhiệm vụ Chính phủ giao", {"plan", "government"}, id="two registers"
        ),
    ],
)
def test_words_are_found_in_a_title(text, codes):
    assert Words(SCOPES).codes_in(text) == codes


@given(st.text(max_size=30))
def test_any_text_has_a_known_code_or_none(text):
    assert Words(LEVEL).code_of(text) in {"full", "partial", "none", None}
    assert Words(SCOPES).codes_in(text) <= set(SCOPES.values())


AS_OF = date(2025, 10, 31)


@pytest.fixture
def dates(catalogue):
    return catalogue.sources["task_register"].register_table.timeliness["status"]


@pytest.mark.parametrize(
    ("due", "completed", "code"),
    [
        pytest.param("30/09/2025", "30/09/2025", "done", id="done on the day"),
        pytest.param("30/09/2025", "01/10/2025", "done_late", id="done late"),
        pytest.param("", "01/10/2025", "done", id="done without a due day"),
        pytest.param("31/10/2025", "", "in_progress", id="due today"),
        pytest.param("30/10/2025", "", "overdue", id="due yesterday"),
        pytest.param("Quý IV/2025", "", "in_progress", id="due in a quarter"),
        pytest.param("Tháng 9/2025", "", "overdue", id="due in a month"),
        pytest.param(datetime(2025, 12, 31), "", "in_progress", id="a date cell"),  # noqa: DTZ001
        pytest.param(45992.0, "", "in_progress", id="a serial number"),
    ],
)
def test_dates_say_how_far_a_task_is(dates, due, completed, code):
    assert code_by_dates(dates, due, completed, AS_OF) == code


@pytest.mark.parametrize(
    ("due", "completed", "field"),
    [
        pytest.param("", "", "due", id="nothing"),
        pytest.param("Thường xuyên", "", "due", id="no day"),
        pytest.param("30/09/2025", "đã xong", "completed", id="done on no day"),
        pytest.param("Thường xuyên", "30/09/2025", "due", id="late or not"),
        pytest.param("31/09/2025", "", "due", id="a day that does not exist"),
    ],
)
def test_dates_that_say_nothing_are_not_guessed(dates, due, completed, field):
    with pytest.raises(UndatedError) as caught:
        code_by_dates(dates, due, completed, AS_OF)
    assert caught.value.field == field


def test_a_due_month_ends_on_its_last_day():
    assert last_day_of("Tháng 2/2024") == date(2024, 2, 29)
    assert last_day_of("khi có yêu cầu") is None
