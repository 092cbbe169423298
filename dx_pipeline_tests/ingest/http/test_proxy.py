"""Proxies are those of the environment, as requests has it."""

from dx_pipeline_tests.ingest.http.server import Server, answer


def test_the_environment_s_proxy_is_used(client, serve, monkeypatch):
    proxy = serve(answer(b"[1]"))
    source = Server([])
    source.close()
    monkeypatch.setenv("http_proxy", proxy.url)
    monkeypatch.setenv("no_proxy", "")
    assert client(source).state == "new"
    assert proxy.asked[0].target == f"{source.url}/data"


def test_a_password_of_the_proxy_is_not_shown(client, serve, monkeypatch):
    proxy = serve(answer(b"", 407))
    monkeypatch.setenv("http_proxy", proxy.url.replace("://", "://user:s3cret-va1ue@"))
    monkeypatch.setenv("no_proxy", "")
    failure = client(proxy).failure
    assert "HTTP 407" in failure.message
    proxy.close()
    failure = client(proxy).failure
    assert "s3cret" not in failure.message + failure.message_vi
