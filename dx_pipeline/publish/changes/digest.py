"""The name of a difference: the same on every machine and in every run, and another one for every other difference."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from dx_pipeline.publish.queries import Row

_FIGURE = ("value", "numerator", "denominator", "status", "qualifier")


def digest_of(rows: Iterable[Row]) -> str:
    """SHA-256 over the rows, in whatever order they come: table, indicator, key, old and new figure."""
    lines = sorted(json.dumps(_parts(row), ensure_ascii=True, separators=(",", ":")) for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _parts(row: Row) -> list[object]:
    key = json.dumps(json.loads(row["figure_key"]), sort_keys=True)
    figures = [[_text(row[f"{side}_{name}"]) for name in _FIGURE] for side in ("old", "new")]
    return [row["table_name"], row["indicator_code"], key, row["change"], *figures]


def _text(value: object) -> str | None:
    return f"{value + 0.0:.6f}" if isinstance(value, int | float) else None if value is None else str(value)
