import gzip
import io
import os
import zipfile
from datetime import date, timedelta

import pytest

from dx_pipeline.ingest.archive import archived_path, read_record, sha256_of
from dx_pipeline.ingest.landing import LandedFile, arrivals, claimed_months, contents, scan_landing
from dx_pipeline.ingest.receive import ReceivedFile, known_receipts, receive
from dx_pipeline.ingest.recognition import source_of_place
from dx_pipeline.warehouse.database import connect, create_schema, insert_frame
from dx_pipeline_tests.ingest.landing import AT, HEADER, NEXT_DAY, PLACE, land, land_bytes, line


@pytest.fixture
def take_in(data, catalogue):
    """Receives what is new in the landing folder, on top of what was received before."""
    history: list[ReceivedFile] = []

    def again(at=None):
        moment = at or AT + timedelta(days=len(history))
        new = receive(arrivals(scan_landing(data.landing, history), moment), history, data, catalogue)
        history.extend(new)
        return new

    return again


def test_a_file_is_archived_and_recorded_with_what_it_claims(data, take_in):
    path = land(data)
    [receipt] = take_in(AT)
    assert receipt == ReceivedFile(
        file_sha256=sha256_of(path),
        origin=PLACE,
        received_at=AT,
        batch_at=AT,
        size_bytes=path.stat().st_size,
        source_code="signature_registry",
        period_start=date(2025, 10, 1),
        period_end=date(2025, 10, 31),
        area_code="44",
        is_sample=False,
        status="received",
    )
    assert archived_path(data.archive, receipt.file_sha256).read_bytes() == path.read_bytes()


def test_the_landing_folder_is_left_as_it_was(data, take_in):
    paths = [land(data), land_bytes(data, b"?", "nowhere/letter.txt")]
    before = [(path.read_bytes(), path.stat().st_mtime_ns) for path in paths]
    take_in()
    assert [(path.read_bytes(), path.stat().st_mtime_ns) for path in paths] == before


def test_what_was_received_is_not_received_again(data, take_in):
    path = land(data)
    take_in()
    os.utime(path)
    assert take_in() == []


def test_files_are_received_in_the_order_they_were_written(data, take_in):
    land(data, line(count=3), place="signature_registry/a.csv", minutes=3)
    land(data, line(count=1), place="signature_registry/c.csv", minutes=1)
    land(data, line(count=2), place="signature_registry/b.csv", minutes=2)
    receipts = take_in(AT)
    assert [receipt.origin[-5] for receipt in receipts] == ["c", "b", "a"]
    assert [receipt.received_at for receipt in receipts] == [AT + timedelta(milliseconds=n) for n in range(3)]


def test_files_of_one_moment_are_received_in_the_order_of_their_names(data, take_in):
    for name in "bca":
        land(data, line(count=ord(name)), place=f"signature_registry/{name}.csv")
    assert [receipt.origin[-5] for receipt in take_in()] == ["a", "b", "c"]


def test_the_same_bytes_at_another_place_are_a_duplicate(data, take_in):
    land(data)
    land(data, place="signature_registry/copy.csv", minutes=1)
    first, second = take_in()
    assert (first.status, second.status) == ("received", "duplicate")
    assert (second.file_sha256, second.supersedes) == (first.file_sha256, None)


def test_a_changed_file_supersedes_what_came_from_its_place(data, take_in):
    land(data)
    [first] = take_in()
    land(data, line(count=1001))
    [second] = take_in()
    assert (second.status, second.supersedes) == ("received", first.file_sha256)


def test_a_file_for_the_same_province_and_month_supersedes_the_one_before(data, take_in):
    land(data)
    [first] = take_in()
    land(data, line(count=1001), place="signature_registry/2025-10/44 gửi lại.csv")
    [second] = take_in()
    assert second.supersedes == first.file_sha256


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(line(month="2025-09"), id="another month"),
        pytest.param(line(code="33", name="Hưng Yên"), id="another province"),
        pytest.param(line() + line(code="33", name="Hưng Yên"), id="several provinces"),
    ],
)
def test_a_file_that_speaks_of_something_else_supersedes_nothing(data, take_in, other):
    land(data)
    take_in()
    land(data, other, place="signature_registry/other.csv")
    assert [receipt.supersedes for receipt in take_in()] == [None]


def test_a_file_put_back_to_its_old_content_is_received_again(data, take_in):
    land(data)
    [first] = take_in()
    land(data, line(count=1001))
    [second] = take_in()
    land(data)
    [third] = take_in()
    assert third.file_sha256 == first.file_sha256
    assert (third.status, third.supersedes) == ("received", second.file_sha256)


def test_a_copy_of_content_that_was_put_back_is_a_duplicate(data, take_in):
    for count in (1000, 1001, 1000):
        land(data, line(count=count))
        take_in()
    land(data, place="signature_registry/copy.csv")
    assert [receipt.status for receipt in take_in()] == ["duplicate"]


def test_a_copy_of_content_that_was_replaced_is_not_a_duplicate(data, take_in):
    for count in (1000, 1001):
        land(data, line(count=count))
        take_in()
    land(data, place="signature_registry/copy.csv")
    assert [receipt.status for receipt in take_in()] == ["received"]


def test_one_line_of_a_month_to_come_is_told_as_such(data, take_in):
    land(data, line(), line(month="2026-12"))
    [receipt] = take_in(AT)
    assert (receipt.status, "2026-12" in receipt.reason_en) == ("rejected", True)


@pytest.mark.parametrize("month", ["2024-12", "2025-12"], ids=["before the first", "after the running one"])
def test_a_month_that_no_run_takes_up_is_rejected_with_what_to_do(data, take_in, month):
    land(data, line(month=month))
    [receipt] = take_in(AT)
    assert receipt.status == "rejected"
    assert f"speaks of {month}" in receipt.reason_en
    assert "sửa kỳ số liệu" in receipt.reason_vi


@pytest.mark.parametrize(
    "name",
    ["~$44.csv", ".44.csv", "44.csv.part", "44.csv.tmp", "44.csv.crdownload", "Thumbs.db", "desktop.ini"],
)
def test_what_other_programs_leave_lying_is_ignored(data, take_in, name):
    land(data, place=f"signature_registry/{name}")
    assert take_in() == []


def test_a_link_to_a_file_elsewhere_is_not_followed(data, take_in, tmp_path):
    outside = tmp_path / "outside.csv"
    outside.write_text("secret", encoding="utf-8")
    (data.landing / "signature_registry").mkdir()
    (data.landing / "signature_registry" / "44.csv").symlink_to(outside)
    assert take_in() == []


@pytest.mark.parametrize("place", ["letter.txt", "unknown_source/44.csv"])
def test_a_file_that_tells_no_source_is_kept_and_rejected_with_what_to_do(data, take_in, place):
    land_bytes(data, "Kính gửi: Sở Khoa học và Công nghệ;1\n".encode(), place)
    [receipt] = take_in()
    assert (receipt.status, receipt.source_code, receipt.period_start) == ("rejected", None, None)
    assert place in receipt.reason_en
    assert "signature_registry" in receipt.reason_en
    assert "đặt tệp vào" in receipt.reason_vi
    assert archived_path(data.archive, receipt.file_sha256).exists()


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"PK\x03\x04 damaged", "provincial_submission/44.xlsx"),
        (b"", "signature_registry/44.csv"),
        (b"a,b\n1,2\n", "signature_registry/44.csv"),
        (b"{", "portal_evaluation/details_H50_10102026.json"),
        (b"{}", "portal_evaluation/details.json"),
    ],
    ids=["damaged workbook", "empty", "other columns", "cut short", "no day in the name"],
)
def test_a_file_that_cannot_be_read_is_kept_and_rejected_whole(data, take_in, content, place):
    land_bytes(data, content, place)
    [receipt] = take_in()
    assert receipt.status == "rejected"
    assert receipt.source_code == place.split("/")[0]
    assert place.split("/")[1] in receipt.reason_en
    assert receipt.reason_vi
    assert receipt.reason_vi != receipt.reason_en
    assert archived_path(data.archive, receipt.file_sha256).read_bytes() == content


def test_an_unreadable_file_does_not_hold_back_the_next(data, take_in):
    land_bytes(data, b"PK\x03\x04 damaged", "provincial_submission/44.xlsx")
    land(data, minutes=1)
    assert [receipt.status for receipt in take_in()] == ["rejected", "received"]


def test_a_readable_file_takes_the_place_of_the_unreadable_one(data, take_in):
    land_bytes(data, b"", PLACE)
    [damaged] = take_in()
    land(data)
    [receipt] = take_in()
    assert (receipt.status, receipt.supersedes) == ("received", damaged.file_sha256)


def test_a_sample_is_not_taken_in_by_a_real_office(data, take_in):
    land(data, line(label="DỮ LIỆU MẪU"))
    [receipt] = take_in()
    assert receipt.status == "rejected"
    assert "labelled as sample data" in receipt.reason_en
    assert "CHÍNH THỨC" in receipt.reason_vi


@pytest.mark.parametrize(("label", "is_sample"), [("DỮ LIỆU MẪU", True), ("", False)], ids=["sample", "real"])
def test_the_sample_world_takes_in_both_and_tells_them_apart(data, take_in, label, is_sample):
    (data.root / "office.yaml").write_text("is_sample_world: true\n", encoding="utf-8")
    land(data, line(label=label))
    [receipt] = take_in()
    assert (receipt.status, receipt.is_sample) == ("received", is_sample)


def test_the_claim_of_a_file_over_several_months(data, take_in):
    land(data, line(month="2025-08"), line(month="2025-10"))
    [receipt] = take_in()
    assert (receipt.period_start, receipt.period_end) == (date(2025, 8, 1), date(2025, 10, 31))
    months = [date(2025, month, 1) for month in (7, 8, 9, 10, 11)]
    assert [receipt.speaks_of([month]) for month in months] == [False, True, True, True, False]


def test_a_rejected_file_speaks_of_no_month(data, take_in):
    land_bytes(data, b"", PLACE)
    [receipt] = take_in()
    assert not receipt.speaks_of([date(2025, 10, 1)])


@pytest.mark.parametrize(
    ("origin", "source"),
    [
        ("signature_registry/44.csv", "signature_registry"),
        ("signature_registry/2025/10/44.csv", "signature_registry"),
        ("provincial_submission/2025-10/báo cáo.xlsx", "provincial_submission"),
        ("portal_evaluation/2026-10/scores.json", "portal_evaluation"),
        ("national_bulletin/x.csv", "national_bulletin"),
        ("signature_registry/44.xlsx", "signature_registry"),
        ("other/signature_registry/44.csv", None),
        ("44.csv", None),
    ],
)
def test_the_source_follows_from_the_place(catalogue, origin, source):
    found = source_of_place(origin, catalogue.sources)
    assert (found.code if found else None) == source


@pytest.mark.parametrize(
    ("content", "place", "months"),
    [
        (None, PLACE, [date(2025, 10, 1)]),
        (b"", PLACE, []),
        (b"x", "letter.txt", []),
    ],
    ids=["readable", "unreadable", "no source"],
)
def test_the_months_a_landed_file_claims(data, catalogue, content, place, months):
    path = land(data) if content is None else land_bytes(data, content, place)
    assert list(claimed_months([LandedFile(path, place, "-")], catalogue)) == months


def test_receipts_come_back_from_the_working_file_oldest_first(data, catalogue):
    import pandas as pd

    land(data)
    land_bytes(data, b"", "signature_registry/b.csv", minutes=-5)
    receipts = receive(arrivals(scan_landing(data.landing, []), NEXT_DAY), [], data, catalogue)
    rows = [{name: getattr(item, name) for name in ReceivedFile.__slots__} for item in reversed(receipts)]
    with connect(data.warehouse) as connection:
        create_schema(connection)
        insert_frame(connection, "raw.received_file", pd.DataFrame(rows))
        assert known_receipts(connection) == receipts


def zipped(*files: tuple[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files:
            archive.writestr(name, content)
    return stream.getvalue()


def registry(*lines: str) -> bytes:
    return (HEADER + "".join(lines or (line(),))).encode()


class TestArchivesOfFiles:
    """A zip or gzip is kept as it came, and each file in it is a file received."""

    PLACE = "signature_registry/2025-10/gui.zip"

    def test_each_file_in_it_has_a_receipt_of_its_own(self, data, take_in):
        other = registry(line(code="33", name="Hưng Yên"))
        content = zipped(("44.csv", registry()), ("Hưng Yên/33.csv", other))
        path = land_bytes(data, content, self.PLACE)
        container, first, second = take_in(AT)
        assert (container.status, container.file_sha256) == ("unpacked", sha256_of(path))
        assert [item.origin for item in (first, second)] == [
            f"{self.PLACE}!/44.csv",
            f"{self.PLACE}!/Hưng Yên/33.csv",
        ]
        assert [item.area_code for item in (first, second)] == ["44", "33"]
        assert {item.container_sha256 for item in (first, second)} == {container.file_sha256}
        assert container.received_at < first.received_at < second.received_at
        assert archived_path(data.archive, second.file_sha256).read_bytes() == other

    def test_a_gzip_is_the_file_inside(self, data, take_in):
        land_bytes(data, gzip.compress(registry()), "signature_registry/44.csv.gz")
        container, receipt = take_in(AT)
        assert (container.status, receipt.status) == ("unpacked", "received")
        assert receipt.area_code == "44"

    def test_the_same_file_alone_and_in_an_archive_is_one_file_received_twice(self, data, take_in):
        land(data)
        land_bytes(data, zipped(("44.csv", registry())), self.PLACE, minutes=1)
        first, _, second = take_in(AT)
        assert (second.status, second.file_sha256) == ("duplicate", first.file_sha256)

    def test_it_is_received_once(self, data, take_in):
        land_bytes(data, zipped(("44.csv", registry())), self.PLACE)
        assert len(take_in(AT)) == 2
        assert take_in() == []

    def test_a_corrected_archive_supersedes_file_by_file(self, data, take_in):
        land_bytes(data, zipped(("44.csv", registry())), self.PLACE)
        _, first = take_in(AT)
        land_bytes(data, zipped(("44.csv", registry(line(count=1001)))), self.PLACE)
        _, second = take_in()
        assert second.supersedes == first.file_sha256

    def test_a_damaged_one_is_kept_and_rejected_whole(self, data, take_in):
        content = zipped(("44.csv", registry()))[:-30]
        land_bytes(data, content, self.PLACE)
        [receipt] = take_in(AT)
        assert receipt.status == "rejected"
        assert "gui.zip" in receipt.reason_en
        assert archived_path(data.archive, receipt.file_sha256).read_bytes() == content

    def test_its_months_are_those_of_its_files(self, data, catalogue):
        content = zipped(
            ("8.csv", registry(line(month="2025-08"))), ("9.csv", registry(line(month="2025-09")))
        )
        path = land_bytes(data, content, self.PLACE)
        found = set(claimed_months([LandedFile(path, self.PLACE, "-")], catalogue))
        assert found == {date(2025, 8, 1), date(2025, 9, 1)}


class TestLargeRegisters:
    """The files of a register of records stay compressed as they came; nowhere else are they taken."""

    PLACE = "portal_dossiers/2025-10/ho-so"
    ZSTD = b"\x28\xb5\x2f\xfd\x04\x00\x01\x00\x00\x99\xe9\xd8\x51"

    @pytest.mark.parametrize(
        ("ending", "content"),
        [
            pytest.param("csv.gz", gzip.compress(b"MA_HO_SO,MA_TINH\n"), id="gzip"),
            pytest.param("csv.zst", ZSTD, id="zstd"),
            pytest.param("parquet", b"PAR1PAR1", id="parquet"),
            pytest.param("csv", b"MA_HO_SO,MA_TINH\n", id="csv"),
        ],
    )
    def test_they_are_kept_as_they_came(self, data, take_in, ending, content):
        land_bytes(data, content, f"{self.PLACE}.{ending}")
        [receipt] = take_in(AT)
        assert (receipt.source_code, receipt.container_sha256) == ("portal_dossiers", None)
        assert archived_path(data.archive, receipt.file_sha256).read_bytes() == content

    def test_a_zip_is_unpacked_and_what_is_compressed_in_it_is_not(self, data, take_in):
        packed = gzip.compress(b"MA_HO_SO,MA_TINH\n")
        land_bytes(data, zipped(("10.csv.gz", packed)), f"{self.PLACE}.zip")
        container, inside = take_in(AT)
        assert (container.status, inside.origin) == ("unpacked", f"{self.PLACE}.zip!/10.csv.gz")
        assert archived_path(data.archive, inside.file_sha256).read_bytes() == packed

    @pytest.mark.parametrize("place", ["ho-so", "signature_registry/2025-10/ho-so"])
    @pytest.mark.parametrize(
        ("ending", "content", "reason"),
        [("csv.zst", ZSTD, "Zstandard"), ("parquet", b"PAR1PAR1", "Parquet")],
        ids=["zstd", "parquet"],
    )
    def test_elsewhere_they_are_refused_with_what_they_are(  # noqa: PLR0917
        self, data, take_in, place, ending, content, reason
    ):
        land_bytes(data, content, f"{place}.{ending}")
        [receipt] = take_in(AT)
        assert receipt.status == "rejected"
        assert reason in receipt.reason_en
        assert "thư mục của nguồn" in receipt.reason_vi

    def test_their_contents_are_the_file_itself(self, data, catalogue, tmp_path):
        path = land_bytes(data, gzip.compress(b"a"), f"{self.PLACE}.csv.gz")
        place = f"{self.PLACE}.csv.gz"
        assert list(contents(path, place, tmp_path / "a", catalogue.sources)) == [(path, place)]
        assert [name for _, name in contents(path, "a.csv.gz", tmp_path / "b", catalogue.sources)] == [
            "a.csv.gz!/a.csv"
        ]


@pytest.mark.parametrize("place", ["44.csv", "gửi nhầm/44.dat"])
def test_a_file_outside_the_folders_is_told_by_its_content(data, take_in, place):
    land(data, place=place)
    [receipt] = take_in(AT)
    assert (receipt.status, receipt.source_code) == ("received", "signature_registry")


def test_a_file_in_another_source_s_folder_is_told_where_it_belongs(data, take_in):
    land(data, place="provincial_submission/44.csv")
    [receipt] = take_in(AT)
    assert receipt.status == "rejected"
    assert "signature_registry" in receipt.reason_en
    assert "Sổ đăng ký" in receipt.reason_vi


def test_the_archive_record_says_what_became_of_the_file(data, take_in):
    land(data)
    [receipt] = take_in(AT)
    [noted] = read_record(data.archive, receipt.file_sha256)["receipts"]
    assert noted == {
        "origin": PLACE,
        "received_at": AT.isoformat(),
        "batch": AT.isoformat(),
        "source_code": "signature_registry",
        "period_start": "2025-10-01",
        "period_end": "2025-10-31",
        "area_code": "44",
        "status": "received",
    }
