"""Files in two parts, files that are there already, and the record that makes both possible."""

import base64
import hashlib

import pytest

from dx_pipeline.failures import TransientError
from dx_pipeline.ingest.http import fetch_record
from dx_pipeline_tests.ingest.http.server import answer, head, raw

BODY = b'{"code": "OK", "data": [1, 2, 3]}'
LOGIN = "<html><head><title>Đăng nhập</title></head><body></body></html>".encode()
DIGEST = hashlib.sha256(BODY).digest()
CODED = base64.b64encode(DIGEST).decode()
PARTS = {"ETag": '"v1"', "Accept-Ranges": "bytes"}
CUT = raw(head(200, {"Content-Length": len(BODY), **PARTS}) + BODY[:10])


def rest(start: int = 10, body: bytes = BODY, **headers: object):
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    content_range = f"bytes {start}-{len(body) - 1}/{len(body)}"
    sent = {"Content-Range": content_range, "Content-Length": len(body) - start, "ETag": '"v1"', **named}
    return raw(head(206, sent) + body[start:])


def test_a_cut_file_is_continued(client, serve):
    server = serve(CUT, rest())
    fetched = client(server)
    assert fetched.path.read_bytes() == BODY
    assert server.asked[1].headers["range"] == "bytes=10-"
    assert server.asked[1].headers["if-range"] == '"v1"'
    assert client.files == ["data_10.json"]


def test_a_cut_file_is_continued_by_its_date(client, serve):
    dates = {
        "Last-Modified": "Sun, 01 Nov 2026 08:00:00 GMT",
        "Date": "Sun, 22 Nov 2026 08:00:00 GMT",
    }
    cut = raw(head(200, {"Content-Length": len(BODY), **dates}) + BODY[:10])
    server = serve(cut, rest())
    assert client(server).path.read_bytes() == BODY
    assert server.asked[1].headers["if-range"] == dates["Last-Modified"]


@pytest.mark.parametrize(
    "version",
    [
        pytest.param({}, id="no-version"),
        pytest.param({"ETag": 'W/"v1"'}, id="weak-tag"),
        pytest.param({**PARTS, "Accept-Ranges": "none"}, id="no-ranges"),
        pytest.param(
            {"Last-Modified": "Sun, 22 Nov 2026 08:00:00 GMT", "Date": "Sun, 22 Nov 2026 08:00:30 GMT"},
            id="fresh-date",
        ),
        pytest.param({**PARTS, "Content-Encoding": "gzip"}, id="coded"),
    ],
)
def test_a_file_of_unsure_version_starts_again(client, serve, version):
    cut = raw(head(200, {"Content-Length": len(BODY), **version}) + BODY[:10])
    server = serve(cut, answer(BODY))
    assert client(server).path.read_bytes() == BODY
    assert "range" not in server.asked[1].headers


@pytest.mark.parametrize(
    "second",
    [
        pytest.param(answer(BODY, ETag='"v2"'), id="range-ignored-or-etag-changed"),
        pytest.param(answer(b"", 416), id="shorter-meanwhile"),
        pytest.param(rest(12), id="another-range"),
        pytest.param(rest(ETag='"v2"'), id="part-of-another-version"),
        pytest.param(rest(Content_Encoding="gzip"), id="part-in-another-coding"),
        pytest.param(rest(body=b"x" * 33, Repr_Digest=f"sha-256=:{CODED}:"), id="halves-that-do-not-fit"),
    ],
)
def test_a_part_that_does_not_fit_is_never_joined(client, serve, second):
    server = serve(CUT, second, answer(BODY))
    assert client(server).path.read_bytes() == BODY
    assert "range" not in server.asked[-1].headers or len(server.asked) == 2
    assert client.files == ["data_10.json"]


def test_what_came_is_kept_for_the_next_run(client, serve):
    first = serve(CUT, answer(b"", 503))
    assert isinstance(client(first, attempts=2).failure, TransientError)
    assert client.files == [".data_10.json.part", ".data_10.json.part.json"]
    first.steps, first.asked = [rest()], []
    assert client(first).path.read_bytes() == BODY
    assert first.asked[0].headers["range"] == "bytes=10-"


def test_a_part_of_another_request_is_not_continued(client, serve):
    first = serve(CUT, answer(b"", 503))
    client(first, attempts=2)
    second = serve(answer(BODY))
    assert client(second).path.read_bytes() == BODY
    assert "range" not in second.asked[0].headers


@pytest.mark.parametrize(
    ("sent", "asked"),
    [
        ({"ETag": '"v1"'}, {"if-none-match": '"v1"'}),
        ({"ETag": 'W/"v1"'}, {"if-none-match": 'W/"v1"'}),
        (
            {"Last-Modified": "Sun, 01 Nov 2026 08:00:00 GMT"},
            {"if-modified-since": "Sun, 01 Nov 2026 08:00:00 GMT"},
        ),
    ],
    ids=["etag", "weak-etag", "last-modified"],
)
def test_nothing_new(client, serve, sent, asked):
    server = serve(answer(BODY, **sent), raw(head(304)))
    first = client(server)
    written = first.path.stat().st_mtime_ns
    second = client(server)
    assert (second.state, second.path, second.record) == ("not_modified", first.path, first.record)
    assert first.path.stat().st_mtime_ns == written
    assert asked.items() <= server.asked[1].headers.items()


@pytest.mark.parametrize("change", ["edited", "deleted"])
def test_a_file_that_is_not_as_fetched_is_asked_for_again(client, serve, change):
    server = serve(answer(BODY, ETag='"v1"'))
    path = client(server).path
    if change == "edited":
        path.write_bytes(b"x")
    else:
        path.unlink()
    assert client(server).path.read_bytes() == BODY
    assert "if-none-match" not in server.asked[1].headers


def test_the_same_bytes_leave_the_file_alone(client, serve):
    server = serve(answer(BODY))
    first = client(server)
    written = first.path.stat().st_mtime_ns
    second = client(server)
    assert (first.state, second.state) == ("new", "unchanged")
    assert first.path.stat().st_mtime_ns == written
    assert fetch_record(first.path) == second.record != first.record


def test_other_bytes_take_the_place_of_the_old(client, serve):
    server = serve(answer(BODY), answer(b"[1]"))
    client(server)
    second = client(server)
    assert second.state == "changed"
    assert second.path.read_bytes() == b"[1]"


def test_a_failure_leaves_the_file_that_is_there(client, serve):
    server = serve(answer(BODY), answer(LOGIN))
    path = client(server).path
    assert client(server).failure
    assert path.read_bytes() == BODY
    assert client.files == ["data_10.json"]


def test_the_record_says_where_the_file_came_from(client, serve):
    server = serve(answer(BODY, ETag='"v1"', Content_Type="application/json"))
    fetched = client(server, query={"year": "{year}"})
    record = fetch_record(fetched.path, DIGEST.hex())
    assert record == fetched.record
    assert record.url == f"{server.url}/data?year=2026"
    assert (record.period, record.etag, record.sha256) == ("2026-10", '"v1"', DIGEST.hex())
    assert fetch_record(fetched.path, "0" * 64) is None
    assert fetch_record(fetched.path.with_name("by_hand.json")) is None
