"""What docs/registers.md says of large registers, against the catalogue and the code."""

from __future__ import annotations

import re
from datetime import datetime
from importlib import resources

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.catalogue.record_models import RecordTable
from dx_pipeline.ingest import records
from dx_pipeline.ingest.records.staging import MOST_UNREAD
from dx_pipeline.quality.register_rules import ROW_RULES
from dx_pipeline.settings import Engine
from dx_pipeline_tests.pages import README, REGISTERS, table


def dossiers() -> RecordTable:
    """What the catalogue says of the register that registers.md describes."""
    found = load_catalogue().sources["portal_dossiers"].records
    assert found
    return found


def test_columns_of_the_register_are_those_of_the_catalogue():
    told = {row[0]: row[1].replace("`", "").split(", ") for row in table("The file", REGISTERS, number=1)}
    assert told == {field: list(column.headings) for field, column in dossiers().columns.items()}


def test_words_of_the_register_that_are_shown_are_read():
    known = {field: {*words} for field, words in dossiers().values.items()}
    known["papers_digitised"] = {*dossiers().flags}
    told = {row[0]: set(re.findall(r"`([^`]+)`", row[2])) for row in table("The file", REGISTERS, number=1)}
    assert all(told[field] and told[field] <= words for field, words in known.items())


def test_moments_that_are_shown_are_read():
    text = REGISTERS.read_text(encoding="utf-8").split("* Moments: ", 1)[1].split("; one file", 1)[0]
    moments = re.findall(r"`([^`]+)`", text)
    forms = dossiers().moment_formats
    assert len(moments) == len(forms)
    for moment, form in zip(moments, forms, strict=True):
        assert datetime.strptime(moment, form).strftime(form) == moment  # noqa: DTZ007 - as the page writes it


def test_what_the_register_counts_is_on_the_page():
    told = [code for row in table("What is counted", REGISTERS) for code in re.findall(r"[A-Z_]{6,}", row[0])]
    assert sorted(told) == sorted([*dossiers().counts, *dossiers().rates])


def test_row_rules_are_on_the_page():
    assert [row[0] for row in table("Rows that break a rule", REGISTERS)] == [rule.code for rule in ROW_RULES]


def test_limits_of_the_register_are_on_the_page():
    text = REGISTERS.read_text(encoding="utf-8")
    limits = dossiers().limits
    assert (
        f"`limits.max_rejected_share` of the source's `records` (today {limits.max_rejected_share:.0%}"
        in (text.replace(" %", "%"))
    )
    assert f"`register_volume` (WARN, today ±{limits.max_volume_change:.0%})" in text.replace(" %", "%")
    assert f"{MOST_UNREAD:,} lines" in text


def test_settings_of_the_engine_are_explained():
    told = {row[0]: row[1] for row in table("Memory, disk, time", REGISTERS)}
    assert set(told) == set(Engine.model_fields)
    for name in ("memory_limit", "max_temporary"):
        assert told[name] == Engine.model_fields[name].default
    readme = README.read_text(encoding="utf-8")
    assert all(f"`engine.{name}`" in readme for name in told)


def test_columns_of_the_rejects_file_are_on_the_page():
    told = [name for row in table("The rejects file", REGISTERS) for name in re.findall(r"\w+", row[0])]
    sql = (resources.files(records) / "reject.sql").read_text(encoding="utf-8")
    last = sql.split("unread AS (", 1)[1].split("FROM unread_line", 1)[0]
    assert all(re.search(rf"\b{name}\b", last) for name in told)
    assert len(told) == 9
