"""Token and cookies: sent to the source's own host, to no other, and shown nowhere."""

import logging

import pytest

from dx_pipeline.failures import PermanentError
from dx_pipeline.ingest.http.credentials import is_same_place, plain_address, redacted
from dx_pipeline_tests.ingest.http.server import answer, raw, reset

BODY = b'{"data": [1]}'
TOKEN, COOKIE = "s3cret-tok3n", "waf=c00kie-va1ue; lang=vi"
SECRET = {"token_variable": "DX_TEST_TOKEN", "cookie_variable": "DX_TEST_COOKIE"}
PAGE = b"<html><title>Login</title></html>"


@pytest.fixture(autouse=True)
def _secrets(monkeypatch):
    monkeypatch.setenv("DX_TEST_TOKEN", f" {TOKEN}\n")
    monkeypatch.setenv("DX_TEST_COOKIE", COOKIE)


def to(url: str, status: int = 302, **headers: object):
    return answer(b"", status, Location=url, **headers)


def test_secrets_go_to_the_source(client, serve):
    server = serve(answer(BODY))
    assert client(server, fetch=SECRET).failure is None
    assert server.asked[0].headers["authorization"] == f"Bearer {TOKEN}"
    assert server.asked[0].headers["cookie"] == COOKIE


def test_cookies_that_the_server_sets_are_sent_back_beside_ours(client, serve):
    server = serve(answer(b"", 503, Set_Cookie="waf=newer; Path=/"), answer(BODY))
    client(server, fetch=SECRET)
    assert server.asked[1].headers["cookie"] == "waf=newer; lang=vi"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_secrets_do_not_follow_to_another_host(client, serve, status):
    other = serve(answer(BODY))
    server = serve(to(f"{other.url}/data", status))
    assert client(server, fetch=SECRET).state == "new"
    assert {"authorization", "cookie"}.isdisjoint(other.asked[0].headers)


def test_secrets_stay_on_the_way_within_a_host(client, serve):
    server = serve(to("/elsewhere"), answer(BODY))
    client(server, fetch=SECRET)
    assert server.asked[1].target == "/elsewhere"
    assert server.asked[1].headers["authorization"] == f"Bearer {TOKEN}"


def test_a_netrc_file_is_not_asked_for_passwords(client, serve, monkeypatch, tmp_path):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    server = serve(answer(BODY))
    client(server)
    assert "authorization" not in server.asked[0].headers


@pytest.mark.parametrize(
    ("method", "status", "then"),
    [
        ("POST", 301, "GET"),
        ("POST", 302, "GET"),
        ("POST", 303, "GET"),
        ("POST", 307, "POST"),
        ("POST", 308, "POST"),
    ],
)
def test_how_a_post_is_redirected(client, serve, method, status, then):
    server = serve(to("/next", status), answer(BODY))
    client(server, method=method, body={"year": "{year}"})
    assert server.asked[0].json == {"year": 2026}
    assert server.asked[1].method == then
    assert bool(server.asked[1].body) == (then == "POST")


@pytest.mark.parametrize(
    ("location", "message"),
    [
        pytest.param("/again?ticket=t1cket", "redirects more than 5 times", id="circle"),
        pytest.param("file:///etc/passwd", "only https", id="file"),
        pytest.param("ftp://127.0.0.1/x", "only https", id="ftp"),
        pytest.param("http://[bad", "to an address that cannot be read", id="no-address"),
        pytest.param("http://a.invalid:99999/", "cannot be asked", id="no-port"),
    ],
)
def test_redirects_that_lead_nowhere(client, serve, location, message):
    server = serve(to(location))
    failure = client(server, fetch=SECRET).failure
    assert isinstance(failure, PermanentError)
    assert message in failure.message
    assert "t1cket" not in failure.message + failure.message_vi
    assert len(server.asked) <= 6
    assert client.files == []


def test_the_ticket_of_a_redirect_that_leads_nowhere_is_not_shown(client, serve):
    failure = client(serve(to("http://127.0.0.1:1/login?ticket=t1cket"))).failure
    assert "no connection" in failure.message
    assert "t1cket" not in failure.message + failure.message_vi


def test_a_redirect_that_is_no_text(client, serve):
    failure = client(serve(raw(b"HTTP/1.1 302 X\r\nLocation: /\xff\xfe\r\n\r\n"))).failure
    assert isinstance(failure, PermanentError)


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(answer(PAGE), id="login-page"),
        pytest.param(answer(PAGE, 401), id="401"),
        pytest.param(answer(PAGE, 403), id="403"),
        pytest.param(answer(b"", 500), id="500"),
        pytest.param(reset(), id="reset"),
        pytest.param(raw(b"\x00garbage"), id="garbage"),
        pytest.param(to(f"http://user:{TOKEN}@127.0.0.1:1/x?t={TOKEN}"), id="secret-in-the-address"),
    ],
)
def test_no_secret_is_shown(client, serve, step, caplog):
    caplog.set_level(logging.DEBUG)
    fetched = client(serve(step), fetch=SECRET)
    shown = f"{fetched.failure} {fetched.failure.message_vi} {fetched!r} {fetched.failure.__cause__!r}"
    assert fetched.failure is not None
    for secret in (TOKEN, "c00kie-va1ue"):
        assert secret not in shown
        assert secret not in "".join(
            record.getMessage() for record in caplog.records if record.name != "urllib3.connectionpool"
        )


@pytest.mark.parametrize(
    "step", [answer(PAGE), answer(PAGE, 401), answer(PAGE, 403)], ids=["200", "401", "403"]
)
def test_where_to_look_when_a_login_is_wanted(client, serve, step, monkeypatch):
    monkeypatch.delenv("DX_TEST_COOKIE")
    message = client(serve(step), fetch=SECRET).failure.message
    assert "the token in DX_TEST_TOKEN is set: it may have expired" in message
    assert "firewall (WAF) in DX_TEST_COOKIE is not set" in message


def test_a_login_page_of_another_host_is_named(client, serve):
    login = serve(answer(PAGE))
    server = serve(to(f"{login.url}/login?back=t1cket"))
    message = client(server).failure.message
    assert f"titled «Login» came instead of json after a redirect to {login.url}/login;" in message
    assert "t1cket" not in message


def test_nothing_secret_is_written(client, serve):
    client(serve(answer(BODY)), fetch=SECRET)
    for path in client.landing.rglob("*"):
        if path.is_file():
            written = path.read_text()
            assert TOKEN not in written
            assert "c00kie" not in written


@pytest.mark.parametrize("value", ["two\nlines", "mật khẩu", "a\x00b"])
def test_what_cannot_stand_in_a_header_is_refused_without_being_shown(client, serve, value, monkeypatch):
    if "\x00" in value:
        value = "a\x01b"  # the environment holds no zero byte
    monkeypatch.setenv("DX_TEST_TOKEN", value)
    failure = client(serve(answer(BODY)), fetch=SECRET).failure
    assert isinstance(failure, PermanentError)
    assert "DX_TEST_TOKEN" in failure.message
    assert value not in failure.message


@pytest.mark.parametrize(
    ("own", "other", "same"),
    [
        ("https://a.vn/x", "https://a.vn/y", True),
        ("https://a.vn", "https://A.VN:443/", True),
        ("http://a.vn", "https://a.vn", True),
        ("https://a.vn", "http://a.vn", False),
        ("https://a.vn", "https://a.vn:8443", False),
        ("https://a.vn", "https://b.a.vn", False),
        ("https://a.vn", "https://a.vn.evil.com", False),
        ("https://a.vn", "https://a.vn@evil.com", False),
        ("https://a.vn", "https://a.vn:x", False),
        ("", "", False),
    ],
)
def test_same_place(own, other, same):
    assert is_same_place(own, other) is same


def test_addresses_are_shown_without_query_and_password():
    assert plain_address("https://u:p@a.vn/x?t=1#f") == "https://«…»@a.vn/x"
    assert redacted("Bearer abcdef and abc", ["abcdef", "abc"]) == "Bearer «…» and abc"
