"""The ``.sql`` files of this folder; ``{names}`` in them are filled in with identifiers and SQL of our own."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def _text(name: str) -> str:
    return (resources.files(__package__) / name).read_text(encoding="utf-8")


def script(name: str, **parts: str) -> str:
    """One statement, with its ``{names}`` filled in."""
    sql = _text(name)
    for placeholder, part in parts.items():
        sql = sql.replace("{" + placeholder + "}", part)
    return sql
