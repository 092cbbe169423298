"""Number formats of cells: whether a format shows a fraction with a per-cent sign."""

from __future__ import annotations

import re

BUILT_IN_PERCENT = frozenset({"9", "10"})
# Quoted text, an escaped or padded character and [colours or conditions] show no fraction as per cent.
_LITERAL = re.compile(r'"[^"]*"?|[\\_*].|\[[^\]]*\]')

_SPAN = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)


def shows_percent(format_code: str) -> bool:
    """Whether numbers of this format are multiplied by 100 and shown with ``%`` (``0.0%``, not ``0.0"%"``)."""
    return "%" in _LITERAL.sub("", format_code).partition(";")[0]


def shows_time_span(format_code: str) -> bool:
    """Whether numbers of this format are shown as hours, minutes or seconds that go on counting (``[h]:mm``)."""
    return _SPAN.search(format_code) is not None
