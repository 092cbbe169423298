"""From the pipeline's errors to Dagster's: permanent ones fail at once, transient ones are tried again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from dx_pipeline.failures import DxError

MAX_RETRIES = 3
RETRY_SECONDS = 20


@contextmanager
def reported(doing: str) -> Iterator[None]:
    """Turns a ``DxError`` into a Dagster failure that says what was being done and whether a rerun can help.

    Raises:
        dagster.RetryRequested: The cause may pass by itself.
        dagster.Failure: It will not.
    """
    try:
        yield
    except DxError as error:
        if error.is_transient:
            raise dg.RetryRequested(max_retries=MAX_RETRIES, seconds_to_wait=RETRY_SECONDS) from error
        raise dg.Failure(
            description=f"{doing}: {error.message} (permanent: the same input fails again)",
            metadata={"message_vi": error.message_vi},
            allow_retries=False,
        ) from error
