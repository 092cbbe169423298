from pathlib import Path

import pytest

from dx_pipeline.failures import PermanentError
from dx_pipeline.settings import DataDirectory


def test_the_environment_names_the_data_directory(monkeypatch, tmp_path):
    monkeypatch.setenv("DX_DATA_DIR", str(tmp_path / "office"))
    data = DataDirectory.from_environment()
    assert data.root == tmp_path / "office"
    assert data.published_file == tmp_path / "office" / "published" / "dx.duckdb"


def test_without_the_environment_it_is_data_below_here(monkeypatch):
    monkeypatch.delenv("DX_DATA_DIR", raising=False)
    assert DataDirectory.from_environment().root == Path("data").resolve()


def test_an_office_without_a_file_waits_for_all_provinces_and_takes_no_samples(tmp_path):
    office = DataDirectory(tmp_path).office()
    assert office.expected_provinces == ()
    assert not office.is_sample_world


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("expectd_provinces: ['44']", id="misspelt key"),
        pytest.param("limits: {max_missing_share: 3}", id="share above one"),
        pytest.param("name: [", id="not yaml"),
        pytest.param("publication: {hold: {rate_points: -1}}", id="negative limit"),
        pytest.param("publication: {hold: {rate_point: 1}}", id="misspelt limit"),
    ],
)
def test_a_wrong_office_file_is_an_error_that_names_it(tmp_path, text):
    (tmp_path / "office.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PermanentError, match=r"office\.yaml is not valid"):
        DataDirectory(tmp_path).office()


def test_an_office_may_set_limits_of_its_own_for_published_changes(tmp_path):
    (tmp_path / "office.yaml").write_text(
        "publication: {hold: {count_percent: .inf}, indicators: {DIG_RATE: {rate_points: 3}}}",
        encoding="utf-8",
    )
    choices = DataDirectory(tmp_path).office().publication
    assert choices.hold.count_percent == float("inf")
    assert choices.hold.rate_points is None
    assert choices.indicators["DIG_RATE"].rate_points == 3
