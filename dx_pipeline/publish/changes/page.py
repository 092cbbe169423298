"""The page of a comparison: what waits and why, the largest changes, and counts by indicator and province.

One file that needs no script and no network, written in one step.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path

from dx_pipeline.publish import numbers
from dx_pipeline.publish.changes.comparison import Comparison
from dx_pipeline.publish.changes.shown import area_of, difference_of, figure_of, period_of
from dx_pipeline.publish.changes.wording import CHANGES, DECISIONS, TABLES
from dx_pipeline.publish.files import write_text
from dx_pipeline.publish.manifest import SAMPLE_LABEL
from dx_pipeline.publish.queries import Row
from dx_pipeline.publish.templating import template

SHOWN = 200
_TEMPLATE = "changes.html"


def write_changes_page(
    comparison: Comparison, path: Path, *, office: str, sides: tuple[str, str], compared_at: datetime
) -> None:
    """Writes the page.

    Args:
        comparison: What it shows.
        path: Where to.
        office: Name of the office, may be empty.
        sides: What is compared with what, as people call them.
        compared_at: When (UTC without a zone).
    """
    rows = [_shown(row) for row in comparison.figures]
    held = [row for row in rows if row["decision"] == "held"]
    changed = [row for row in rows if row["change"] in ("changed", "gone") and row["decision"] != "held"]
    added = [row for row in rows if row["change"] == "added"]
    text = template(_TEMPLATE).render(
        comparison=comparison,
        office=office,
        old=sides[0],
        new=sides[1],
        compared_at=f"{compared_at:%Y-%m-%d %H:%M} UTC",
        counts=Counter(row["change"] for row in comparison.rows),
        held=held,
        changed=changed[:SHOWN],
        changed_count=len(changed),
        added_by=_added_by(added),
        summary=[{**line, "table": TABLES[line["table_name"]]} for line in comparison.summary()],
        by_area=_by_area(rows),
        has_sample=any(row["is_sample"] for row in rows),
        sample_label=SAMPLE_LABEL,
        shown=SHOWN,
    )
    write_text(path, text)


def _shown(row: Row) -> Row:
    return {
        **row,
        "area": area_of(row).vi,
        "period": period_of(row),
        "old_text": figure_of(row, "old").vi,
        "new_text": figure_of(row, "new").vi,
        "old_parts": _parts(row, "old"),
        "new_parts": _parts(row, "new"),
        "difference_text": difference_of(row).vi,
        "change_text": CHANGES[row["change"]],
        "decision_text": DECISIONS[row["decision"]],
    }


def _parts(row: Row, side: str) -> str:
    numerator, denominator = row[f"{side}_numerator"], row[f"{side}_denominator"]
    if numerator is None and denominator is None:
        return ""
    return f"{numbers.number(numerator)} / {numbers.number(denominator)}"


def _by_area(rows: list[Row]) -> list[Row]:
    """Per area: how much was added, is gone, changed and waits; those that wait first, then most changes."""
    found: dict[str, Row] = {}
    for row in rows:
        line = found.setdefault(
            row["area_code"], {"area": row["area"], **dict.fromkeys(("added", "gone", "changed", "held"), 0)}
        )
        line[row["change"]] += 1
        line["held"] += row["decision"] == "held"
    return sorted(
        found.values(), key=lambda line: (-line["held"], -line["gone"], -line["changed"], line["area"])
    )


def _added_by(rows: list[Row]) -> list[Row]:
    """How many figures are new, per period and table."""
    found: Counter[tuple[object, ...]] = Counter(
        (row["period_start"], row["period_months"], row["table_name"]) for row in rows
    )
    labels = {(row["period_start"], row["period_months"]): row["period"] for row in rows}
    return [
        {"period": labels[start, months], "table": TABLES[str(table)], "count": count}
        for (start, months, table), count in sorted(
            found.items(), key=lambda item: str(item[0]), reverse=True
        )
    ]
