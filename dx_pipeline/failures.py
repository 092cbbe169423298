"""The errors the pipeline raises on purpose, and whether a rerun can help.

Every message says what was being done, what was found and what to do, in English for logs and in
Vietnamese for the people who send files. Nothing else belongs here.
"""

from __future__ import annotations


class DxError(Exception):
    """A failure with a cause the reader can act on.

    Args:
        message: English, for logs and the Dagster UI.
        message_vi: Vietnamese, for the sender of a file; the English text when nothing was given.
    """

    is_transient = False

    def __init__(self, message: str, message_vi: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.message_vi = message_vi or message


class PermanentError(DxError):
    """The same input will fail again: somebody has to change the input or the configuration."""


class TransientError(DxError):
    """A rerun may succeed: a lock held by another process, a lost connection."""

    is_transient = True


class CatalogueError(PermanentError):
    """The catalogue contradicts itself or its schema; names file and line."""


class UnreadableFileError(PermanentError):
    """A received file cannot be read as a whole: unknown format, damaged, too large, no period."""


class GateError(PermanentError):
    """A month's accepted figures are beyond the catalogue's limits, so nothing is replaced."""


class PublicationError(PermanentError):
    """A finished file failed its verification and was not put in place."""


class PublicationHeldError(PublicationError):
    """Published figures would change beyond the limits, and nobody has said yet that they may."""
