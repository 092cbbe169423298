"""Rows whose key stands before: in the same file, or in the register of another month.

Keys are compared by their hash, a share of them at a time so that memory stays the same however many there are;
only rows whose hashes meet are compared by the key itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from dx_pipeline.ingest.records.columns import literal
from dx_pipeline.ingest.records.scripts import script

if TYPE_CHECKING:
    from dx_pipeline.ingest.records.engine import RegisterEngine

KEYS_AT_A_TIME = 8_000_000
"""At 16 bytes each in DuckDB's table of groups, about a quarter of the default memory limit."""


@dataclass(frozen=True, slots=True)
class OtherRegister:
    """The rows in force of another month, or of another province's file: its Parquet files."""

    month: date
    rows: Path
    rejects: Path


def find_repeated(
    engine: RegisterEngine, rows: Path, row_count: int, key: str, others: Sequence[OtherRegister]
) -> None:
    """Fills the engine's table ``repeated_row``: position, and where the key stands first.

    Rows of ``broken_row`` neither repeat nor are repeated.
    """
    engine.run(script("repeated_row.sql"))
    shares = max(1, -(-row_count // KEYS_AT_A_TIME))
    parts = {"rows": literal(rows), "key": key}
    for share in range(shares):
        is_of_share = _is_of_share(key, share, shares)
        sql = script("suspect_here.sql", **parts, is_of_share=is_of_share)
        engine.run(sql, label="looking for repeated codes")
    if engine.run("SELECT count(*) FROM suspect")[0][0]:
        engine.run(script("repeated_here.sql", **parts))
    for other in others:
        engine.run("DELETE FROM suspect")
        elsewhere = {**parts, "other_rows": literal(other.rows), "other_rejects": literal(other.rejects)}
        for share in range(shares):
            is_of_share = _is_of_share(key, share, shares)
            sql = script("suspect_elsewhere.sql", **elsewhere, is_of_share=is_of_share)
            engine.run(sql, label=f"looking for codes of {other.month:%Y-%m}")
        if engine.run("SELECT count(*) FROM suspect")[0][0]:
            engine.run(script("repeated_elsewhere.sql", **elsewhere), {"month": other.month})


def _is_of_share(key: str, share: int, shares: int) -> str:
    """Whether a key's hash is of this share. In the hash's own type: with another DuckDB takes four times as long."""
    return f"hash({key}) % {shares}::UBIGINT = {share}::UBIGINT" if shares > 1 else "true"
