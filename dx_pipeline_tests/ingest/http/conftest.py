"""Sources that are fetched from a server in this process."""

from dataclasses import dataclass, replace
from datetime import date

import pytest

from dx_pipeline.catalogue.source_models import Source
from dx_pipeline.ingest.http import Fetched, fetch_source, plan
from dx_pipeline.ingest.http.retries import Patience
from dx_pipeline.settings import Office
from dx_pipeline_tests.ingest.http.server import Server

TODAY = date(2026, 11, 22)
MONTH = date(2026, 10, 1)


def source(fetch: dict, **changes) -> Source:
    return Source.model_validate(
        {
            "code": "test_source",
            "name_vi": "Nguồn thử",
            "name_en": "Test source",
            "publisher": "x",
            "cadence": "monthly",
            "period_basis": "calendar",
            "shape": "report",
            "reader": "csv_report",
            "formats": ["json"],
            "landing": "test_source/**/*",
            "method_version": "1",
            "expects_provinces": False,
            "fetch": fetch,
            **changes,
        }
    )


@dataclass
class Client:
    """Fetches one request from the test's server into the test's folder; never really waits."""

    landing: object
    waits: list[float]

    def __call__(
        self,
        server: Server,
        *,
        attempts: int = 3,
        deadline: float = 900,
        fetch: dict | None = None,
        **request,
    ) -> Fetched:
        described = {
            "base": server.url,
            **(fetch or {}),
            "requests": [
                {"name": "one", "url": "{base}/data", "file_name": "data_{month:02}.json", **request}
            ],
        }
        patience = Patience(
            attempts=attempts,
            read_timeout=0.3,
            connect_timeout=2,
            sleep=self.waits.append,
            draw=lambda _low, high: high,
        )
        (planned,) = plan(source(described), MONTH, Office(), today=TODAY)
        planned = replace(planned, deadline_seconds=deadline)
        (fetched,) = fetch_source([planned], self.landing, patience=patience)
        return fetched

    @property
    def files(self) -> list[str]:
        """What lies in the landing folder, hidden files too, but for the lock and the records."""
        kept = (path for path in self.landing.rglob("*") if path.is_file())
        return sorted(path.name for path in kept if not path.name.endswith((".lock", ".fetch.json")))


@pytest.fixture
def client(tmp_path):
    return Client(tmp_path / "landing", [])


@pytest.fixture
def serve():
    """Starts a server that plays the given steps."""
    servers = []

    def start(*steps):
        servers.append(Server(list(steps)))
        return servers[-1]

    yield start
    for server in servers:
        server.close()
