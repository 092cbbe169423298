"""What would be asked for a month, filled in from the catalogue and the office."""

from datetime import date

import pytest

from dx_pipeline.catalogue.loading import load_sources
from dx_pipeline.failures import CatalogueError, PermanentError
from dx_pipeline.ingest.http import default_month, plan
from dx_pipeline.settings import Office
from dx_pipeline_tests.ingest.http.conftest import TODAY, source

REQUEST = {"name": "one", "url": "{base}/x", "file_name": "x.json"}
BASE = "https://example.invalid/api/"


def planned(month=date(2026, 10, 1), office=None, today=TODAY, fetch=None, changes=None, **request):
    described = {"base": BASE, **(fetch or {}), "requests": [{**REQUEST, **request}]}
    return plan(source(described, **(changes or {})), month, office or Office(), today=today)[0]


def test_the_portal_is_asked_as_it_wants_to_be():
    (request,) = plan(load_sources()["portal_evaluation"], TODAY, Office(), today=TODAY)
    assert (request.method, request.address) == (
        "POST",
        "https://dichvucong.gov.vn/api/v1/reporting/evaluation/service-results",
    )
    assert request.body == {"timeType": "year", "year": 2026, "departmentType": "ADMINISTRATIVE_UNIT"}
    assert str(request.target) == "portal_evaluation/2026-11/scores_Province_22112026.json"


def test_everything_is_filled_in():
    request = planned(
        url="{base}/{year}/{month:02}",
        headers={"X-Day": "{as_of}"},
        query={"q": "{quarter}", "from": "{from:DD/MM/YYYY}", "size": 5},
        method="POST",
        body={"month": "{month}", "text": "{month:02}", "both": "{year}-{month}", "day": "{day}"},
        file_name="x_{as_of:DDMMYYYY}.json",
    )
    assert request.url == "https://example.invalid/api/2026/10"
    assert request.headers == {"X-Day": "2026-10-31"}
    assert request.query == {"q": 4, "from": "01/10/2026", "size": 5}
    assert request.body == {"month": 10, "text": "10", "both": "2026-10", "day": 31}
    assert str(request.target) == "test_source/2026-10/x_31102026.json"


@pytest.mark.parametrize(
    ("changes", "month", "start", "end", "folder"),
    [
        ({}, date(2026, 2, 10), "2026-02-01", "2026-02-28", "2026-02"),
        ({"cadence": "quarterly"}, date(2026, 8, 1), "2026-07-01", "2026-09-30", "2026-07"),
        ({"period_basis": "government_report"}, date(2026, 1, 1), "2025-12-15", "2026-01-14", "2026-01"),
        (
            {"period_basis": "government_report", "cadence": "quarterly"},
            date(2026, 9, 1),
            "2026-06-15",
            "2026-09-14",
            "2026-07",
        ),
    ],
    ids=["month", "quarter", "report-month", "report-quarter"],
)
def test_from_and_to_are_the_period_of_the_source(changes, month, start, end, folder):
    request = planned(month, query={"from": "{from}", "to": "{to}"}, changes=changes)
    assert request.query == {"from": start, "to": end}
    assert request.target.parts[1] == folder


def test_an_office_may_set_another_address():
    request = planned(office=Office(addresses={"test_source": "http://127.0.0.1:8000/mirror/"}))
    assert request.url == "http://127.0.0.1:8000/mirror/x"


@pytest.mark.parametrize(
    "address", ["dichvucong.gov.vn", "ftp://a.vn", "https://", "https://user:secret@a.vn"]
)
def test_addresses_that_cannot_be(address):
    with pytest.raises(ValueError, match="address"):
        Office(addresses={"test_source": address})


@pytest.mark.parametrize(
    ("month", "fetch", "message"),
    [
        (date(2026, 12, 1), {}, "2026-12 has not begun"),
        (date(2026, 10, 1), {"shows": "running_month"}, "shows its present state only"),
    ],
    ids=["future", "past-of-a-present-state"],
)
def test_months_that_cannot_be_had(month, fetch, message):
    with pytest.raises(PermanentError, match=message):
        planned(month, fetch=fetch)


def test_a_source_without_a_fetch_section():
    with pytest.raises(PermanentError, match="no fetch section"):
        plan(load_sources()["provincial_submission"], TODAY, Office(), today=TODAY)


def test_an_unknown_placeholder():
    with pytest.raises(CatalogueError, match=r"request one: \{mnoth\} is no placeholder"):
        planned(url="{base}/{mnoth}")


def test_the_month_when_none_is_named():
    running = source({"base": BASE, "shows": "running_month", "requests": [REQUEST]})
    assert default_month(running, TODAY) == date(2026, 11, 1)
    assert default_month(source({"base": BASE, "requests": [REQUEST]}), TODAY) == date(2026, 10, 1)


def test_the_same_question_has_the_same_fingerprint():
    assert planned(query={"a": 1}).fingerprint == planned(query={"a": 1}).fingerprint
    assert planned(query={"a": 1}).fingerprint != planned(query={"a": 2}).fingerprint
