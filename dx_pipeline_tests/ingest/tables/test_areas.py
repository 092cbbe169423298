from datetime import date

from dx_pipeline.catalogue.geography import AreaNotFoundError
from dx_pipeline.ingest.tables.areas import AreaReader

OCTOBER = date(2025, 10, 31)


def test_a_commune_below_words_that_are_no_province_is_not_looked_for_elsewhere(catalogue):
    problem = AreaNotFoundError("Quảng Bình is part of Quảng Trị", "Quảng Bình thuộc Quảng Trị")
    reader = AreaReader(catalogue.geography, "commune", OCTOBER)
    found = reader.read(["19138", "", ""], ["Xã Phong Nha"] * 3, [problem, problem, None])
    assert found.codes == [None, None, "19138"]
    assert found.problems == {0: problem, 1: problem}
