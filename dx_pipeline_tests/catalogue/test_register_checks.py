from __future__ import annotations

import pytest

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.catalogue.register_checks import register_faults
from dx_pipeline.catalogue.source_models import RegisterTable
from dx_pipeline.catalogue.validation import check_catalogue

SERVICES = "sources/services_register.yaml"
TASKS = "sources/task_register.yaml"


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        pytest.param(SERVICES, "PROC_CNT: {}", "PROC_COUNT: {}", "'PROC_COUNT' is no code", id="indicator"),
        pytest.param(
            SERVICES,
            "PROC_CNT: {}",
            "DOS_RECV_CNT: {}",
            "does not list services_register",
            id="not its source",
        ),
        pytest.param(
            SERVICES,
            "[{level: [full]}",
            "[{level: [whole]}",
            "'whole' is none of the codes of level",
            id="code",
        ),
        pytest.param(
            SERVICES, "integrated: ['yes']}", "linked: ['yes']}", "none of the codes of linked", id="field"
        ),
        pytest.param(SERVICES, "key: [area, code]", "key: [area, id]", "'id' is no column", id="key"),
        pytest.param(
            SERVICES,
            "note: {headings: [Ghi chú]",
            "note: {headings: [MỨC ĐỘ]",
            "'Mức độ' already names the column",
            id="heading of two columns",
        ),
        pytest.param(SERVICES, "reader: register", "reader: csv_report", "belong together", id="reader"),
        pytest.param(
            TASKS,
            "Chính phủ: government_register",
            "Chính phủ: government",
            "'government' is no code",
            id="scope",
        ),
        pytest.param(TASKS, "scope: register", "scope: sheet", "'sheet' has no values", id="scope's field"),
        pytest.param(TASKS, "      due: due", "      due: deadline", "'deadline' is no column", id="dates"),
        pytest.param(
            TASKS,
            "optional_counts: [TASK_GREEN_CNT",
            "optional_counts: [TASK_BLUE_CNT",
            "'TASK_BLUE_CNT' is not counted here",
            id="optional count",
        ),
        pytest.param(
            "sources/platform_register.yaml",
            "area: nation",
            "area: province",
            "has no province figures",
            id="level",
        ),
    ],
)
def test_a_contradiction_is_found_with_its_file(  # noqa: PLR0917
    catalogue_copy, edit, file, old, new, message
):
    edit(file, old, new)
    found = [item for item in check_catalogue(catalogue_copy) if item.file.name == file.split("/")[1]]
    assert found
    assert any(message.casefold() in str(item).casefold() for item in found), found


def test_rows_make_counts_only():
    catalogue = load_catalogue()
    source = catalogue.sources["services_register"]
    table = RegisterTable.model_validate(
        {"columns": {"name": {"headings": ["Tên"]}}, "counts": {"DSIG_ADULT_RATE": {}}}
    )
    changed = source.model_copy(update={"register_table": table})
    messages = [
        message for _, message in register_faults(changed, catalogue.indicators, set(catalogue.scopes))
    ]
    assert any("rows make counts only" in message for message in messages)


def test_sources_without_a_register_have_no_fault():
    catalogue = load_catalogue()
    source = catalogue.sources["signature_registry"]
    assert list(register_faults(source, catalogue.indicators, set(catalogue.scopes))) == []
