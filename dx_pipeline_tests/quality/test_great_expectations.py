"""Great Expectations imported without plots and distributions, which come when they are touched."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import gc, sys
from dx_pipeline.quality.great_expectations import great_expectations
gx = great_expectations()
assert gx is great_expectations() and gx is sys.modules["great_expectations"]
assert gc.isenabled()
assert "scipy.stats._distn_infrastructure" not in sys.modules
assert "altair.vegalite" not in sys.modules
from scipy import stats
assert round(stats.norm.cdf(0), 3) == 0.5
import altair
assert altair.Chart
print("fine")
"""


def test_what_no_rule_asks_for_is_loaded_when_touched():
    done = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.strip() == "fine", done.stderr
