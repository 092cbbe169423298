"""Answers in pages: put together whole, or refused."""

import json

import pytest

from dx_pipeline.failures import PermanentError, TransientError
from dx_pipeline_tests.ingest.http.server import answer, raw

PAGES = {"parameter": "page", "items": "data.items"}


def page(*items: object, total: object = None):
    content = {"code": "OK", "data": {"items": list(items), "total": total, "note": "đủ"}}
    return answer(json.dumps(content, ensure_ascii=False).encode())


def test_pages_become_one_answer(client, serve):
    server = serve(page(1, 2), page(3, 4), page(5), page())
    fetched = client(server, pages={**PAGES, "size_parameter": "size", "size": 2})
    joined = json.loads(fetched.path.read_bytes())
    assert joined == {"code": "OK", "data": {"items": [1, 2, 3, 4, 5], "total": None, "note": "đủ"}}
    assert [asked.query for asked in server.asked] == [{"page": str(n), "size": "2"} for n in (1, 2, 3, 4)]
    assert (fetched.record.pages, fetched.record.end, fetched.state) == (3, "pages", "new")
    assert client.files == ["data_10.json"]
    assert client(server, pages=PAGES).failure is not None  # the last step, an empty page, is no list


def test_the_total_spares_the_last_request(client, serve):
    server = serve(page(1, 2, total=3), page(3, total="3"))
    fetched = client(
        server, pages={**PAGES, "total": "data.total", "first": 0}, method="POST", body={"year": "{year}"}
    )
    assert json.loads(fetched.path.read_bytes())["data"]["items"] == [1, 2, 3]
    assert [asked.json for asked in server.asked] == [{"year": 2026, "page": 0}, {"year": 2026, "page": 1}]


@pytest.mark.parametrize(
    ("steps", "pages", "message", "kind"),
    [
        pytest.param([page(1, 2), page(1, 2)], {}, "page 2 repeats page 1", PermanentError, id="repeated"),
        pytest.param([page()], {}, "the list at data.items is empty", PermanentError, id="empty"),
        pytest.param(
            [page(1), page(2), page(3)], {"limit": 2}, "more than 2 pages", PermanentError, id="too-many"
        ),
        pytest.param([answer(b'{"data": {}}')], {}, "no list at data.items", PermanentError, id="no-list"),
        pytest.param([answer(b"[1]")], {}, "no list at data.items", PermanentError, id="another-shape"),
        pytest.param(
            [page(1, total=3), page(total=3)],
            {"total": "data.total"},
            "1 items came, data.total says 3",
            PermanentError,
            id="too-few",
        ),
        pytest.param(
            [page(1, 2, total=1)],
            {"total": "data.total"},
            "2 items came",
            TransientError,
            id="too-many-items",
        ),
        pytest.param(
            [page(1)], {"total": "data.total"}, "no number at data.total", PermanentError, id="no-total"
        ),
        pytest.param(
            [page(1), answer(b"<html><title>Login</title>")], {}, "«Login»", PermanentError, id="login-page"
        ),
        pytest.param([page(1), answer(b'{"data": [')], {}, "does not parse", PermanentError, id="cut-json"),
        pytest.param([page(1), answer(b"", 500)], {}, "HTTP 500", TransientError, id="page-fails"),
        pytest.param(
            [page(*range(99)), page(*range(99, 198))], {"max": 900}, "at most", PermanentError, id="too-large"
        ),
    ],
)
def test_pages_that_do_not_make_one_list_are_refused(client, serve, steps, pages, message, kind):  # noqa: PLR0917
    limit = {"max_bytes": pages["max"]} if "max" in pages else {}
    wanted = {key: value for key, value in pages.items() if key != "max"}
    fetched = client(serve(*steps), pages={**PAGES, **wanted}, **limit)
    assert isinstance(fetched.failure, kind)
    assert message in fetched.failure.message
    assert client.files == []


def test_a_page_that_is_cut_is_fetched_again(client, serve):
    whole = page(3)
    server = serve(page(1, 2), raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"), whole, page())
    assert json.loads(client(server, pages=PAGES).path.read_bytes())["data"]["items"] == [1, 2, 3]
    assert [asked.query["page"] for asked in server.asked] == ["1", "2", "2", "3"]
