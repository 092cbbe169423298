"""What is tried again, what is not, how long the client waits, and what is left behind."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from dx_pipeline.failures import PermanentError, TransientError
from dx_pipeline_tests.ingest.http.server import answer, chunked, dripping, head, raw, reset, silent

BODY = b'{"code": "OK", "data": [1, 2, 3]}'
LOGIN = "<!DOCTYPE html><html><head><title>Đăng nhập\n hệ thống</title></head><body></body></html>".encode()
GOOD = answer(BODY)


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(answer(b"", 503), id="503"),
        pytest.param(answer(b"", 500), id="500"),
        pytest.param(answer(b"", 408), id="408"),
        pytest.param(answer(b"", 429), id="429"),
        pytest.param(answer(b"", 599), id="unknown-5xx"),
        pytest.param(reset(), id="reset-before-the-answer"),
        pytest.param(reset(head(200, {"Content-Length": 33}) + BODY[:9]), id="reset-in-the-body"),
        pytest.param(raw(b""), id="closed-without-an-answer"),
        pytest.param(raw(b"HTTP/1.1 200 OK\r\nContent-Le"), id="closed-in-the-headers"),
        pytest.param(raw(b"garbage\r\n\r\n"), id="no-http"),
        pytest.param(raw(head(200, {"Content-Length": 33}) + BODY[:9]), id="cut-with-length"),
        pytest.param(raw(head(200) + BODY[:9]), id="cut-without-length"),
        pytest.param(raw(head(200)), id="empty-without-length"),
        pytest.param(chunked(BODY[:9], is_ended=False), id="cut-between-chunks"),
        pytest.param(
            raw(head(200, {"Transfer-Encoding": "chunked"}) + b"21\r\n" + BODY[:9]), id="cut-in-a-chunk"
        ),
        pytest.param(
            raw(head(200, {"Content-Encoding": "gzip"}) + b"\x1f\x8b\x08\x00"), id="cut-gzip-coding"
        ),
        pytest.param(silent, id="silent"),
        pytest.param(dripping(head(200, {"Content-Length": 33}) + BODY[:9], b"", 1), id="stalls-in-the-body"),
    ],
)
def test_what_may_pass_is_tried_again_after_a_wait(client, serve, bad):
    server = serve(bad, GOOD)
    fetched = client(server)
    assert (fetched.state, fetched.failure) == ("new", None)
    assert fetched.path.read_bytes() == BODY
    assert client.waits == [1.0]
    assert len(server.asked) == 2
    assert client.files == ["data_10.json"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 410, 413, 418, 422, 451])
def test_other_refusals_are_final(client, serve, status):
    server = serve(answer(LOGIN, status, Retry_After="1"), GOOD)
    fetched = client(server)
    assert isinstance(fetched.failure, PermanentError)
    assert f"HTTP {status}" in fetched.failure.message
    assert "«Đăng nhập hệ thống»" in fetched.failure.message
    assert len(server.asked) == 1
    assert client.files == client.waits == []


def test_an_error_without_end_is_transient_and_says_how_often_it_was_tried(client, serve):
    server = serve(answer(b"", 500))
    failure = client(server, attempts=4).failure
    assert isinstance(failure, TransientError)
    assert "HTTP 500 Internal Server Error; tried 4 times" in failure.message
    assert len(server.asked) == 4
    assert client.waits == [1.0, 2.0, 4.0]


def test_an_answer_still_being_prepared_is_for_later(client, serve):
    failure = client(serve(answer(b"", 202))).failure
    assert isinstance(failure, TransientError)
    assert "HTTP 202" in failure.message


@pytest.mark.parametrize(
    ("header", "low", "high"),
    [
        pytest.param(lambda: "7", 7, 7, id="seconds"),
        pytest.param(lambda: "0", 0, 0, id="at-once"),
        pytest.param(lambda: "86400", 120, 120, id="capped"),
        pytest.param(lambda: _in(60), 55, 60, id="date"),
        pytest.param(lambda: _in(-60), 0, 0, id="date-that-has-passed"),
        pytest.param(lambda: _in(9999), 120, 120, id="date-capped"),
        pytest.param(lambda: "soon", 1, 1, id="unreadable"),
        pytest.param(lambda: "1.5", 1, 1, id="not-a-whole-number"),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after(client, serve, status, header, low, high):  # noqa: PLR0917
    client(serve(answer(b"", status, Retry_After=header()), GOOD))
    assert len(client.waits) == 1
    assert low <= client.waits[0] <= high


def _in(seconds: int) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


def test_a_wait_beyond_the_deadline_is_not_begun(client, serve):
    failure = client(serve(answer(b"", 429, Retry_After="90")), deadline=20).failure
    assert isinstance(failure, TransientError)
    assert "asks to wait 90 s" in failure.message
    assert client.waits == []


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(dripping(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"), id="headers"),
        pytest.param(dripping(head(200, {"Content-Length": 99999}) + b"["), id="body-with-length"),
        pytest.param(dripping(head(200) + BODY), id="body-that-looks-whole"),
        pytest.param(dripping(head(200, {"Transfer-Encoding": "chunked"}) + b"ffff\r\n"), id="chunk"),
    ],
)
def test_the_deadline_holds_whatever_drips(client, serve, step):
    server = serve(step)
    started = datetime.now(UTC)
    failure = client(server, deadline=0.3).failure
    assert (datetime.now(UTC) - started).total_seconds() < 1
    assert isinstance(failure, TransientError)
    assert "not finished within 0.3 s" in failure.message
    assert client.files == []


def test_the_body_of_a_redirect_is_not_waited_for(client, serve):
    redirect = dripping(head(302, {"Location": "/data", "Content-Length": 9999}), b"x")
    assert client(serve(redirect, GOOD)).state == "new"


def test_a_server_that_is_not_there(client, serve):
    server = serve(GOOD)
    server.close()
    failure = client(server).failure
    assert isinstance(failure, TransientError)
    assert "no connection" in failure.message


def test_waits_are_drawn_from_the_full_range():
    from dx_pipeline.ingest.http.retries import Patience

    drawn = [Patience().wait_after(attempt, None) for attempt in (1, 2, 3, 9) for _ in range(50)]
    assert all(0 <= wait <= 30 for wait in drawn)
    assert max(drawn[:50]) <= 1
    assert min(drawn[-50:]) < 15
