"""The code location as the tests of this room ask it."""

import pytest

from dx_pipeline.orchestration.build import build_definitions


@pytest.fixture(scope="session")
def definitions(tmp_path_factory):
    return build_definitions(tmp_path_factory.mktemp("definitions"))


@pytest.fixture(scope="session")
def graph(definitions):
    return definitions.resolve_asset_graph()


@pytest.fixture(scope="session")
def repository(definitions):
    return definitions.get_repository_def()
