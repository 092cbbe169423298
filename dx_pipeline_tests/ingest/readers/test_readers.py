import pytest

from dx_pipeline.failures import CatalogueError, UnreadableFileError
from dx_pipeline.ingest.readers import no_surprises, reader_of


def test_what_a_reader_did_not_foresee_rejects_its_file_only():
    with (
        pytest.raises(UnreadableFileError, match=r"a\.csv was not read.*KeyError: 'x'") as caught,
        no_surprises("a.csv"),
    ):
        {}["x"]
    assert "a.csv" in caught.value.message_vi


def test_the_readers_own_words_pass_through():
    with pytest.raises(UnreadableFileError, match=r"^damaged$"), no_surprises("a.csv"):
        raise UnreadableFileError("damaged")


@pytest.mark.parametrize(
    "code", ["portal_evaluation", "provincial_submission", "signature_registry", "national_bulletin"]
)
def test_every_source_has_its_reader(catalogue, code):
    reader = reader_of(catalogue.sources[code])
    assert callable(reader.read)
    assert callable(reader.read_claim)


def test_a_reader_that_does_not_exist_is_the_catalogues_fault(catalogue):
    source = catalogue.sources["portal_evaluation"].model_copy(update={"reader": "pdf"})
    with pytest.raises(CatalogueError, match="names the reader 'pdf'"):
        reader_of(source)
