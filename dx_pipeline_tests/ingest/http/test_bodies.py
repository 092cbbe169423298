"""Bodies: too large, of the wrong kind, cut without a sign, with a checksum."""

import base64
import gzip
import hashlib
import io
import zipfile

import pytest

from dx_pipeline.failures import PermanentError, TransientError
from dx_pipeline_tests.ingest.http.server import answer, chunked, head, raw

BODY = b'{"code": "OK", "data": [1, 2, 3]}'
LOGIN = "<html><head><title>Đăng nhập</title></head><body><input type='password'></body></html>".encode()
DIGEST = hashlib.sha256(BODY).digest()
CODED = base64.b64encode(DIGEST).decode()
CSV = "Mã;Tên;Số\r\n01;Hà Nội;5\r\n44;Quảng Trị;7\r\n".encode()


def zipped(content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.csv", content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("step", "limit"),
    [
        pytest.param(answer(BODY), 20, id="declared"),
        pytest.param(raw(head(200) + BODY), 20, id="without-length"),
        pytest.param(chunked(BODY), 20, id="chunked"),
        pytest.param(
            answer(gzip.compress(b"[" + b"0," * 999999 + b"0]"), Content_Encoding="gzip"), 9999, id="bomb"
        ),
    ],
)
def test_too_much_is_refused_and_nothing_is_kept(client, serve, step, limit):
    server = serve(step)
    failure = client(server, max_bytes=limit).failure
    assert isinstance(failure, PermanentError)
    assert f"at most {limit} are allowed" in failure.message
    assert len(server.asked) == 1
    assert client.files == []


def test_a_gzip_coding_that_nobody_asked_for_is_taken_off(client, serve):
    server = serve(answer(gzip.compress(BODY), Content_Encoding="gzip"))
    assert client(server).path.read_bytes() == BODY
    assert server.asked[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    ("body", "expects", "message"),
    [
        pytest.param(LOGIN, "json", "a web page titled «Đăng nhập» came instead of json", id="login-page"),
        pytest.param(
            b"\xef\xbb\xbf\n<!-- x --><!DOCTYPE html><p>x", "csv", "a web page came", id="page-with-bom"
        ),
        pytest.param(LOGIN, "html", "a web page titled", id="login-page-for-html"),
        pytest.param(b'{"a": [1, 2', "json", "does not parse to its end", id="json-cut"),
        pytest.param(b'{"a": 1} trailing', "json", "does not parse to its end", id="json-and-more"),
        pytest.param(b"[" * 99999, "json", "does not parse to its end", id="json-too-deep"),
        pytest.param(b'"error"', "json", "single value", id="json-word"),
        pytest.param(b"", "json", "the answer is empty", id="empty"),
        pytest.param(zipped(CSV)[:-9], "zip", "the zip is damaged or cut", id="zip-cut"),
        pytest.param(gzip.compress(CSV)[:-9], "gzip", "the gzip is damaged or cut", id="gzip-cut"),
        pytest.param(BODY, "xlsx", "the zip is damaged", id="json-for-xlsx"),
        pytest.param(zipped(CSV), "xlsx", "came instead of xlsx", id="zip-for-xlsx"),
        pytest.param(zipped(CSV), "csv", "zip came instead of csv", id="zip-for-csv"),
        pytest.param(
            b"<table><tr><td>1</td></tr></table>", "csv", "html came instead of csv", id="table-for-csv"
        ),
    ],
)
def test_what_is_not_the_export_is_refused(client, serve, body, expects, message):
    server = serve(answer(body))
    failure = client(server, expects=expects, file_name="data").failure
    assert isinstance(failure, PermanentError), failure
    assert message in failure.message
    assert "Không lưu tệp nào" in failure.message_vi
    assert len(server.asked) == 1
    assert client.files == []


@pytest.mark.parametrize(
    ("body", "expects"),
    [
        pytest.param(BODY, "json", id="json"),
        pytest.param(b"\xef\xbb\xbf" + BODY, "json", id="json-with-bom"),
        pytest.param(CSV, "csv", id="csv"),
        pytest.param(zipped(CSV), "zip", id="zip"),
        pytest.param(gzip.compress(CSV), "gzip", id="gzip"),
        pytest.param(b"<html><table><tr><td>1</td></tr></table></html>", "html", id="html"),
    ],
)
@pytest.mark.parametrize("has_length", [True, False], ids=["length", "no-length"])
def test_what_is_expected_is_kept_as_it_came(client, serve, body, expects, has_length):
    server = serve(answer(body) if has_length else raw(head(200) + body))
    fetched = client(server, expects=expects, file_name="data")
    assert fetched.failure is None, fetched.failure
    assert fetched.path.read_bytes() == body
    assert fetched.record.end == ("length" if has_length else "closed")


@pytest.mark.parametrize(
    ("cut", "expects"),
    [
        pytest.param(CSV[:-4], "csv", id="csv-in-a-row"),
        pytest.param(CSV[:-2], "csv", id="csv-without-line-end"),
        pytest.param(b'a;b\r\n1;"tw', "csv", id="csv-in-quotes"),
        pytest.param("Mã\tTên\r\n01\tHà\r\n02\r\n".encode("utf-16"), "csv", id="csv-utf16-short-row"),
        pytest.param(zipped(CSV)[:-9], "zip", id="zip"),
        pytest.param(gzip.compress(CSV)[:-9], "gzip", id="gzip"),
        pytest.param(b"<html><table><tr><td>1</td>", "html", id="html"),
    ],
)
def test_a_cut_that_only_the_content_shows_is_tried_again(client, serve, cut, expects):
    server = serve(raw(head(200) + cut))
    failure = client(server, expects=expects, file_name="data").failure
    assert isinstance(failure, TransientError)
    assert "the body was cut short" in failure.message
    assert len(server.asked) == 3
    assert client.files == []


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Content-Digest": f"sha-512=:AAAA:, sha-256=:{CODED}:"}, id="content-digest"),
        pytest.param({"Repr-Digest": f"sha-256=:{CODED}:"}, id="repr-digest"),
        pytest.param({"Digest": f"SHA-256={CODED}"}, id="digest"),
        pytest.param({"X-Sum": DIGEST.hex().upper()}, id="named-hex"),
        pytest.param({"X-Sum": f'"sha256:{DIGEST.hex()}"'}, id="named-with-prefix"),
        pytest.param({"X-Sum": CODED}, id="named-base64"),
    ],
)
@pytest.mark.parametrize("body", [BODY, BODY.replace(b"1", b"9")], ids=["right", "wrong"])
def test_checksums(client, serve, headers, body):
    server = serve(raw(head(200, {"Content-Length": len(body), **headers}) + body))
    named = {"checksum_header": "X-Sum"} if "X-Sum" in headers else {}
    fetched = client(server, **named)
    if body == BODY:
        assert fetched.state == "new"
    else:
        assert isinstance(fetched.failure, PermanentError)
        assert f"{next(iter(headers))} says sha256 {DIGEST.hex()}" in fetched.failure.message.replace(
            DIGEST.hex().upper(), DIGEST.hex()
        )
        assert client.files == []


def test_a_checksum_that_the_catalogue_names_must_be_there(client, serve):
    failure = client(serve(answer(BODY)), checksum_header="X-Sum").failure
    assert isinstance(failure, PermanentError)
    assert "no header X-Sum" in failure.message


def test_a_checksum_finds_the_cut_that_nothing_else_shows(client, serve):
    headers = {"Digest": f"sha-256={base64.b64encode(hashlib.sha256(CSV).digest()).decode()}"}
    row_end = CSV.rindex(b"44;")
    server = serve(raw(head(200, headers) + CSV[:row_end]), raw(head(200, headers) + CSV))
    assert client(server, expects="csv").path.read_bytes() == CSV
