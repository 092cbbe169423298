from dx_pipeline_tests.ingest.tables.sheets import CIVIL, LAND, figures, form, read, said


def test_place_and_date_below_figures_end_the_table(catalogue):
    signed = ("", "", "Quảng Trị, ngày 16 tháng 9 năm 2025")
    result = read(form((LAND, CIVIL, (), signed, ("", "NGƯỜI LẬP BIỂU"))), "form_ii06a", catalogue)
    assert said(result) == []
    assert figures(result) == figures(read(form((LAND, CIVIL)), "form_ii06a", catalogue))
