from __future__ import annotations

import subprocess
import sys

from dx_pipeline.quality.messages import WHAT
from dx_pipeline.quality.register_rules import REGISTER_RULES, ROW_RULES
from dx_pipeline.quality.registers.wording import REMEDIES, ROWS
from dx_pipeline.quality.rules import all_rules, rule_of_unread_cell, rules_by_code, rules_of


def test_codes_are_unique_and_titles_bilingual():
    codes = [rule.code for rule in all_rules()]
    assert len(codes) == len(set(codes)) == len(rules_by_code())
    assert all(rule.title_vi and rule.title_en and rule.title_vi != rule.title_en for rule in all_rules())


def test_every_rule_about_a_figure_has_a_message():
    told = {rule.code for rule in rules_of("figure", "neighbour", "outlier") if rule.is_told_by_figure}
    assert set(WHAT) == told


def test_every_rule_about_a_register_has_a_message():
    assert set(ROWS) == {rule.code for rule in ROW_RULES}
    assert set(ROWS) | set(REMEDIES) == {rule.code for rule in REGISTER_RULES}


def test_importing_the_rules_is_light():
    code = (
        "import sys, dx_pipeline.quality.rules; print([m for m in sys.modules if m in {'pandas', 'duckdb', "
        + ("'great_expectations'}])")
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_importing_the_triage_leaves_great_expectations_alone():
    code = "import sys, dx_pipeline.quality.triage; print('great_expectations' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_unread_cells_count_for_a_rule_that_exists():
    assert rule_of_unread_cell("ambiguous_value") == "readable_value"
    assert rule_of_unread_cell("a_code_of_tomorrow") == "readable_value"
    assert rule_of_unread_cell("known_area") == "known_area"
