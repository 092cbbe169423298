"""What can be wrong with the catalogue, said with file and line.

The error that stops loading carries the same findings that the validation lists.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from dx_pipeline.failures import CatalogueError


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        file: The file it is in.
        line: The line, from 1.
        path: The place in the file, in words: ``indicators.3.unit``, or a column of a CSV file.
        message: What is wrong and what would be right.
        message_vi: The same in Vietnamese, where an office may have written the file.
    """

    file: Path
    line: int
    path: str
    message: str
    message_vi: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {f'{self.path}: ' if self.path else ''}{self.message}"


class BrokenCatalogueError(CatalogueError):
    """A file of the catalogue cannot be loaded; the message is its findings, one per line."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(map(str, self.findings)))
