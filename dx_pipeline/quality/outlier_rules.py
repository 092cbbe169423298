"""The rules about outliers as data: figures that are possible, and far from what was to be expected.

They only ask for a look: none of them rejects a figure, and none is part of the table gate. What they look at is made
in ``outliers.py``, by the limits of the catalogue (``outliers.yaml``, and ``outliers`` of an indicator).
"""

from __future__ import annotations

from typing import Any

from dx_pipeline.quality.rule import Rule, not_above, present

HISTORY = "unusual_for_its_history"
PROVINCES = "unusual_among_provinces"
SAME_VALUE = "same_value_everywhere"


def _asked_of(applies_to: str, found: str, limit: str) -> dict[str, Any]:
    """What such a rule looks at, and that what was found is not above its limit."""
    return {
        "severity": "WARN",
        "stage": "outlier",
        "applies_to": applies_to,
        "numbers": (found, limit),
        "expectations": (present(found), present(limit), not_above(found, limit)),
    }


OUTLIER_RULES: tuple[Rule, ...] = (
    Rule(
        code=HISTORY,
        title_vi="Số liệu không thay đổi khác thường so với các kỳ trước của chính nó",
        title_en="A figure does not change unusually for its own history",
        **_asked_of("has_usual_change", "history_score", "score_limit"),
    ),
    Rule(
        code=PROVINCES,
        title_vi="Số liệu không khác thường so với các tỉnh khác",
        title_en="A figure is not unusual among those of the other provinces",
        **_asked_of("has_other_provinces", "province_score", "score_limit"),
    ),
    Rule(
        code=SAME_VALUE,
        title_vi="Các tỉnh không cùng ghi một giá trị",
        title_en="The provinces do not all state the same value",
        **_asked_of("has_many_provinces", "same_share", "same_share_limit"),
    ),
)
