"""The pages of ``docs`` as tests read them: where they are, and the tables on them."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"
FORMATS = DOCS / "formats.md"
REGISTERS = DOCS / "registers.md"
README = DOCS.parent / "README.md"


def table(heading: str, page: Path = FORMATS, number: int = 0) -> list[list[str]]:
    """The cells of a table below a heading, the first one unless told otherwise, code marks taken off."""
    lines = page.read_text(encoding="utf-8").split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0].splitlines()
    starts = [place for place, line in enumerate(lines) if line.startswith("| ---")]
    rows = []
    for line in lines[starts[number] + 1 :]:
        if not line.startswith("|"):
            break
        rows.append([re.sub(r"^`([^`]*)`$", r"\1", cell.strip()) for cell in line.strip("|").split("|")])
    return rows
