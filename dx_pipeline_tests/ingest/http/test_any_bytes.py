"""No bytes that a server sends make the client crash: the file is landed, or one of our errors says why not."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dx_pipeline.failures import DxError
from dx_pipeline.ingest.http.content import WrongContentError, check_content
from dx_pipeline_tests.ingest.http.server import Server, raw

HEADERS = st.sampled_from(
    [
        b"Content-Length: 5",
        b"Content-Length: -1",
        b"Content-Length: 5, 6",
        b"Content-Length: \xc2\xb2",
        b"Content-Range: bytes 0-4/5",
        b"Transfer-Encoding: chunked",
        b"Content-Encoding: gzip",
        b"Content-Encoding: br",
        b'ETag: "\xff"',
        b"Last-Modified: never",
        b"Retry-After: \xff",
        b"Location: //[",
        b"Location: \xff",
        b"Set-Cookie: \xff\x00=;;",
        b"Digest: sha-256=?",
        b"no header",
        b"",
    ]
)
STATUS = st.sampled_from([b"200", b"206", b"301", b"304", b"404", b"503", b"999", b"0", b"x"])
ANSWERS = st.one_of(
    st.binary(max_size=60),
    st.builds(
        lambda status, headers, body: b"\r\n".join([b"HTTP/1.1 " + status + b" X", *headers, b"", body]),
        STATUS,
        st.lists(HEADERS, max_size=4),
        st.one_of(st.binary(max_size=20), st.just(b"[1,2]"), st.just(b"5\r\n[1,2]\r\n0\r\n\r\n")),
    ),
)


@settings(max_examples=80)
@given(data=ANSWERS)
def test_any_answer(client, data):
    server = Server([raw(data)])
    try:
        fetched = client(server, attempts=2)
    finally:
        server.close()
    assert fetched.path or isinstance(fetched.failure, DxError)
    assert fetched.failure is None or fetched.failure.message_vi


@settings(max_examples=60)
@given(
    content=st.one_of(
        st.binary(max_size=200),
        st.text(max_size=100).map(str.encode),
        st.binary(max_size=50).map(lambda end: b"PK\x03\x04" + end),
        st.binary(max_size=50).map(lambda end: b"\x1f\x8b\x08" + end),
        st.binary(max_size=50).map(lambda end: b"<html><table>" + end),
    ),
    is_end_sure=st.booleans(),
)
@pytest.mark.parametrize("expects", ["json", "csv", "xlsx", "xls", "html", "zip", "gzip"])
def test_any_content(tmp_path: Path, expects, content, is_end_sure):
    path = tmp_path / "part"
    path.write_bytes(content)
    with suppress(WrongContentError):
        check_content(path, "data", expects, limit=10_000, is_end_sure=is_end_sure)
