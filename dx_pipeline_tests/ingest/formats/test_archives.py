import gzip
import struct
import zipfile

import pytest

from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest import guard
from dx_pipeline.ingest.formats import archives, unpack


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "unpacked"
    path.mkdir()
    return path


def contents(path, folder, name="a.zip"):
    return {member.name: member.path.read_bytes() for member in unpack(path, name, folder)}


def zip_bytes(tmp_path, members):
    path = tmp_path / "inner"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path.read_bytes()


def test_members_come_with_their_names_and_never_use_them_as_paths(zipped, folder, tmp_path):
    members = {
        "../../outside.csv": "1",
        "/etc/passwd.csv": "2",
        "C:\\thư mục\\Hà Nội.csv": "3",
        "__MACOSX/._a.csv": "junk",
        "thư mục/.DS_Store": "junk",
        "thư mục/": "",
        "~$a.xlsx": "lock",
    }
    found = contents(zipped(members), folder)
    assert found == {"../../outside.csv": b"1", "/etc/passwd.csv": b"2", "C:/thư mục/Hà Nội.csv": b"3"}
    assert sorted(path.name for path in folder.iterdir()) == ["member-0001", "member-0002", "member-0003"]
    assert not (tmp_path.parent / "outside.csv").exists()


@pytest.mark.parametrize(("keep_gzip", "name"), [(True, "a.csv.gz"), (False, "a.csv.gz/a.csv")])
def test_a_gzip_inside_stays_as_it_is_where_that_is_asked(zipped, folder, keep_gzip, name):
    path = zipped({"a.csv.gz": gzip.compress(b"1")})
    assert [member.name for member in unpack(path, "a.zip", folder, keep_gzip=keep_gzip)] == [name]


@pytest.mark.parametrize(
    ("raw", "flags", "expected"),
    [
        pytest.param("Hà Nội.csv".encode(), 0x800, "Hà Nội.csv", id="flagged UTF-8"),
        pytest.param("Hà Nội.csv".encode(), 0, "Hà Nội.csv", id="UTF-8 without the flag"),
        pytest.param("Ha\u0300.csv".encode(), 0x800, "Hà.csv", id="decomposed, as macOS writes"),
        pytest.param(b"H\x85.csv", 0, "Hà.csv", id="cp437"),
    ],
)
def test_names_are_decoded(written, folder, raw, flags, expected):
    head = struct.pack("<HHHHHIIIHH", 20, flags, 0, 0, 33, zipfile.crc32(b"1"), 1, 1, len(raw), 0)
    local = b"PK\x03\x04" + head + raw + b"1"
    central = b"PK\x01\x02" + struct.pack("<H", 20) + head + struct.pack("<HHHII", 0, 0, 0, 0, 0) + raw
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)
    assert list(contents(written(local + central + end), folder)) == [expected]


@pytest.mark.parametrize(
    ("name_inside", "file_name", "expected"),
    [
        pytest.param("", "Hà Nội.csv.gz", "Hà Nội.csv", id="from the file name"),
        pytest.param("", "Hà Nội", "Hà Nội", id="without an extension"),
        pytest.param("/tmp/thang10.csv", "x.gz", "thang10.csv", id="from the header"),
    ],
)
def test_a_gzip_holds_one_file(tmp_path, folder, name_inside, file_name, expected):
    path = tmp_path / "received"
    with path.open("wb") as raw, gzip.GzipFile(name_inside, "wb", fileobj=raw) as stream:
        stream.write(b"a;b\n")
    assert contents(path, folder, file_name) == {expected: b"a;b\n"}


def test_archives_inside_are_unpacked_two_deep(zipped, tmp_path, folder):
    inner = zip_bytes(tmp_path, {"Huế.csv": "1"})
    assert contents(zipped({"bo.zip": inner, "b.csv.gz": gzip.compress(b"2", mtime=0)}), folder) == {
        "bo.zip/Huế.csv": b"1",
        "b.csv.gz/b.csv": b"2",
    }


def test_archives_three_deep_are_refused(zipped, tmp_path, folder):
    innermost = zip_bytes(tmp_path, {"1.zip": zip_bytes(tmp_path, {"a": "1"})})
    with pytest.raises(UnreadableFileError, match="more than 2 archives deep"):
        contents(zipped({"0.zip": innermost}), folder)


def test_workbooks_in_an_archive_stay_whole(zipped, report_parts, folder, tmp_path):
    workbook = zip_bytes(tmp_path, report_parts)
    assert contents(zipped({"a.xlsx": workbook}), folder) == {"a.xlsx": workbook}


def test_a_member_that_is_no_table_does_not_stop_its_neighbours(zipped, folder):
    assert len(contents(zipped({"a.pdf": "%PDF-1.7", "b.csv": "1"}), folder)) == 2


def encrypted(path):
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    path.write_bytes(content)
    return path


def test_a_zip_with_a_password_says_so(zipped, folder):
    with pytest.raises(
        UnreadableFileError, match=r"a\.zip/a\.csv was not read: it is protected by a password"
    ):
        contents(encrypted(zipped({"a.csv": "1"})), folder)


def test_a_zip_without_files_is_refused(zipped, folder):
    with pytest.raises(UnreadableFileError, match="holds no file"):
        contents(zipped({"__MACOSX/a": "1"}), folder)


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.95])
def test_a_gzip_that_is_cut_off_is_refused_whole(written, folder, kept):
    whole = gzip.compress(bytes(range(256)) * 50)
    with pytest.raises(UnreadableFileError, match="complete, readable archive"):
        contents(written(whole[: int(len(whole) * kept)]), folder)


def test_a_size_that_is_not_the_declared_one_is_refused(zipped, folder):
    path = zipped({"a.csv": "1" * 5000})
    content = path.read_bytes()
    assert content.count(struct.pack("<I", 5000)) == 2
    path.write_bytes(content.replace(struct.pack("<I", 5000), struct.pack("<I", 50)))
    with pytest.raises(UnreadableFileError, match="another size than the archive declares"):
        contents(path, folder)


@pytest.mark.parametrize(
    ("limit", "reason"),
    [
        pytest.param({"MAX_EXPANDED_BYTES": 1000}, "expands to more than 1,000", id="size"),
        pytest.param({"MAX_BYTES": 80}, "would expand [0-9]+ times", id="ratio"),
    ],
)
def test_a_gzip_bomb_stops_at_the_limit(written, folder, monkeypatch, limit, reason):
    for name, value in limit.items():
        monkeypatch.setattr(guard, name, value)
    with pytest.raises(UnreadableFileError, match=reason):
        contents(written(gzip.compress(b"0" * 1_000_000)), folder)


def test_many_small_archives_share_the_limits(zipped, tmp_path, folder, monkeypatch):
    monkeypatch.setattr(archives, "MAX_MEMBERS", 3)
    inner = zip_bytes(tmp_path, {"1": "a", "2": "b"})
    with pytest.raises(UnreadableFileError, match="in 4 files; send fewer"):
        contents(zipped({"x.zip": inner, "y.zip": inner}), folder)
