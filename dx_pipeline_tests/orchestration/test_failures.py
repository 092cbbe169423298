import dagster as dg
import pytest

from dx_pipeline.failures import GateError, PermanentError, TransientError, UnreadableFileError
from dx_pipeline.orchestration import failures
from dx_pipeline.orchestration.failures import reported


@pytest.mark.parametrize(
    "kind", [PermanentError, GateError, UnreadableFileError], ids=lambda kind: kind.__name__
)
def test_a_permanent_error_becomes_a_failure_that_is_not_tried_again(kind):
    with pytest.raises(dg.Failure) as failed, reported("reading files"):
        raise kind("cell F8 is empty", "ô F8 để trống")
    assert failed.value.allow_retries is False
    assert failed.value.description.startswith("reading files: cell F8 is empty")
    assert "permanent" in failed.value.description
    assert failed.value.metadata["message_vi"].value == "ô F8 để trống"
    assert isinstance(failed.value.__cause__, kind)


def test_a_transient_error_asks_for_another_try():
    with pytest.raises(dg.RetryRequested) as asked, reported("publishing"):
        raise TransientError("the working file stayed locked")
    assert (asked.value.max_retries, asked.value.seconds_to_wait) == (3, 20)
    assert isinstance(asked.value.__cause__, TransientError)


def test_an_unexpected_error_keeps_its_own_traceback():
    with pytest.raises(ZeroDivisionError), reported("compiling"):
        raise ZeroDivisionError


def test_nothing_happens_where_nothing_fails():
    with reported("compiling"):
        done = True
    assert done


@pytest.mark.parametrize(
    ("error", "attempts"),
    [(PermanentError("no"), 1), (TransientError("later"), 1 + failures.MAX_RETRIES)],
    ids=["permanent", "transient"],
)
def test_only_what_may_pass_by_itself_is_tried_again(monkeypatch, error, attempts):
    monkeypatch.setattr(failures, "RETRY_SECONDS", 0)
    tried = []

    @dg.asset
    def table():
        tried.append(1)
        with reported("compiling"):
            raise error

    result = dg.materialize([table], raise_on_error=False)
    assert not result.success
    assert len(tried) == attempts


def test_a_cause_that_passes_lets_the_run_succeed(monkeypatch):
    monkeypatch.setattr(failures, "RETRY_SECONDS", 0)
    causes = [TransientError("locked")]

    @dg.asset
    def table():
        with reported("compiling"):
            if causes:
                raise causes.pop()

    assert dg.materialize([table]).success
