"""Lines that are neither rows nor rejected: the file is read once more, and refused only when that does not help."""

from __future__ import annotations

from dx_pipeline.ingest.records import staging
from dx_pipeline_tests.ingest.records.register_files import good_row, load, rejects, write


def test_a_rejected_line_that_was_lost_is_found_by_reading_again(tmp_path, monkeypatch) -> None:
    path = tmp_path / "ho_so.csv"
    write(path, [*(good_row(number) for number in range(20)), good_row(20, channel="không rõ kênh")])
    copy, calls = staging._copy, []

    def losing(engine, *arguments):
        found = copy(engine, *arguments)
        if not calls:
            engine.run("DELETE FROM reject_errors")
        calls.append(arguments)
        return found

    monkeypatch.setattr(staging, "_copy", losing)
    loaded = load(path)
    assert len(calls) == 2
    assert (loaded.row_count, loaded.rejected_count) == (20, 1)
    assert [reject.line for reject in rejects(loaded)] == [22]
