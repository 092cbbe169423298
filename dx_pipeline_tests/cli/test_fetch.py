"""``dxp fetch`` against a server in this process that an office's own address points to."""

import json
import os

import pytest
import yaml

from dx_pipeline.cli import fetch
from dx_pipeline.ingest.http import landing
from dx_pipeline.ingest.http.retries import Patience
from dx_pipeline_tests.ingest.http.conftest import serve as serve  # noqa: PLC0414 - the fixture
from dx_pipeline_tests.ingest.http.server import answer

PORTAL = "portal_evaluation"
ANSWER = json.dumps({"code": "OK", "data": {"evaluation": []}}).encode()


@pytest.fixture
def office(root, monkeypatch):
    """Points the portal's address to a server; one attempt only."""
    monkeypatch.setattr(landing, "Patience", lambda: Patience(attempts=1))

    def point(server):
        root.mkdir(exist_ok=True)
        (root / "office.yaml").write_text(yaml.safe_dump({"addresses": {PORTAL: server.url}}))
        return server

    return point


def test_a_source_is_fetched_into_its_landing_folder(dxp, office, serve, root, monkeypatch):
    monkeypatch.setenv("DX_PORTAL_COOKIE", "waf=s3cret-va1ue")
    server = office(serve(answer(ANSWER)))
    first = dxp("fetch", PORTAL)
    assert (first.code, " new " in first.out) == (0, True)
    assert "s3cret" not in first.out + first.err
    assert server.asked[0].headers["cookie"] == "waf=s3cret-va1ue"
    (path,) = (root / "landing" / PORTAL).glob("20*/scores_Province_*.json")
    assert path.read_bytes() == ANSWER
    assert " unchanged " in dxp("fetch", PORTAL).out


def test_a_dry_run_asks_nothing_and_writes_nothing(dxp, serve, office, root, monkeypatch):
    monkeypatch.setenv("DX_PORTAL_COOKIE", "waf=s3cret-va1ue")
    server = office(serve(answer(ANSWER)))
    shown = dxp("fetch", PORTAL, "--dry-run")
    assert shown.code == 0
    assert f"POST {server.url}/service-results" in shown.out
    assert "DX_PORTAL_COOKIE is set" in shown.out
    assert "s3cret" not in shown.out + shown.err
    assert server.asked == []
    assert os.listdir(root) == ["office.yaml"]  # noqa: PTH208


@pytest.mark.parametrize(
    ("step", "message", "kind"),
    [
        (answer(b"<html><title>Login</title>"), "titled «Login»", "a rerun will not help"),
        (answer(b"", 503), "HTTP 503", "a rerun may help"),
    ],
    ids=["login-page", "503"],
)
def test_a_failure_is_told_and_exits_with_1(dxp, office, serve, step, message, kind):  # noqa: PLR0917
    office(serve(step))
    ended = dxp("fetch", PORTAL)
    assert ended.code == 1
    assert message in ended.err
    assert kind in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("provincial_submission",), 1, "no source of this code is fetched"),
        (("nowhere",), 1, "one of: portal_evaluation"),
        ((PORTAL, "2025-01"), 1, "shows its present state only"),
        ((PORTAL, "2099-01"), 1, "has not begun"),
        ((PORTAL, "October"), 2, "not a month"),
        ((PORTAL, "2025-02..2025-01"), 2, "ends before it starts"),
    ],
)
def test_what_cannot_be_fetched(dxp, root, arguments, code, message):
    ended = dxp("fetch", *arguments)
    assert (ended.code, message in ended.err) == (code, True)
    assert not root.exists()


def test_an_address_for_a_source_that_is_not_fetched(dxp, root):
    root.mkdir()
    (root / "office.yaml").write_text("addresses: {portal: https://example.invalid}\n")
    ended = dxp("fetch", PORTAL, "--dry-run")
    assert ended.code == 1
    assert "portal: no source of this code is fetched" in ended.err


def test_an_end_that_nothing_proves_is_said(dxp, office, serve):
    from dx_pipeline_tests.ingest.http.server import head, raw

    office(serve(raw(head(200) + ANSWER)))
    ended = dxp("fetch", PORTAL)
    assert ended.code == 0
    assert "did not say how long the file is" in ended.err


def test_the_module_is_the_command():
    assert fetch.fetch.__doc__.startswith("Fetch SOURCE")
