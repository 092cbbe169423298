import pytest

from dx_pipeline.failures import PermanentError
from dx_pipeline.samples import world
from dx_pipeline.samples.world import make_sample_world
from dx_pipeline.settings import OFFICE_FILE, DataDirectory


@pytest.fixture
def data(tmp_path):
    return DataDirectory(tmp_path / "data")


@pytest.fixture(autouse=True)
def _small_samples(monkeypatch):
    """One file instead of all: what the samples are is tested elsewhere."""

    def write(landing, **_):
        (landing / "one.txt").write_text("sample", encoding="utf-8")
        return [landing / "one.txt"]

    monkeypatch.setattr(world, "write_samples", write)


def make(data, published, catalogue):
    return make_sample_world(data, published=published, catalogue=catalogue)


def test_an_empty_directory_becomes_the_sample_world(data, published, catalogue):
    assert make(data, published, catalogue) == [data.landing / "one.txt"]
    assert data.office().is_sample_world
    assert "không phải số liệu chính thức" in data.office().name
    assert data.published.is_dir()


def test_the_sample_world_can_be_built_again_and_keeps_its_settings(data, published, catalogue):
    make(data, published, catalogue)
    office = data.root / OFFICE_FILE
    office.write_text("name: mine\nis_sample_world: true\n", encoding="utf-8")
    make(data, published, catalogue)
    assert data.office().name == "mine"


@pytest.mark.parametrize(
    "text", ["name: Sở KH&CN\n", "", "is_sample_world: false\n"], ids=["named", "empty", "false"]
)
def test_a_real_offices_directory_is_refused(data, published, catalogue, text):
    data.root.mkdir(parents=True)
    (data.root / OFFICE_FILE).write_text(text, encoding="utf-8")
    with pytest.raises(PermanentError, match="DX_DATA_DIR") as refused:
        make(data, published, catalogue)
    assert "đơn vị thật" in refused.value.message_vi
    assert [path.name for path in data.root.iterdir()] == [OFFICE_FILE]
    assert (data.root / OFFICE_FILE).read_text(encoding="utf-8") == text


@pytest.mark.parametrize("place", ["landing", "warehouse"])
def test_received_files_without_settings_are_a_real_offices_too(data, published, catalogue, place):
    file = data.landing / "provincial_submission" / "44.xlsx" if place == "landing" else data.warehouse
    file.parent.mkdir(parents=True)
    file.write_bytes(b"real")
    with pytest.raises(PermanentError, match="real office"):
        make(data, published, catalogue)
    assert not (data.root / OFFICE_FILE).exists()
