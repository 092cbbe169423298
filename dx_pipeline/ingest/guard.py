"""Files from outside are hostile until read: size and expansion limits, and no XML declarations of types."""

from __future__ import annotations

import zipfile
from pathlib import Path

from dx_pipeline.failures import UnreadableFileError

MAX_BYTES = 512 * 1024 * 1024
MAX_EXPANDED_BYTES = 1024 * 1024 * 1024
MAX_RATIO = 200
MAX_MEMBERS = 2_000
_XML_HEAD = 4_096


def check_file(path: Path, file_name: str) -> None:
    """Refuses a file that is too large, expands too far, or declares an XML document type.

    Raises:
        UnreadableFileError: With the limit that was passed.
    """
    size = path.stat().st_size
    if size == 0:
        raise _refused(file_name, "it is empty", "tệp rỗng")
    if size > MAX_BYTES:
        raise _refused(
            file_name,
            f"it has {size:,} bytes, more than {MAX_BYTES:,}",
            f"tệp có {size} byte, quá giới hạn {MAX_BYTES} byte",
        )
    if zipfile.is_zipfile(path):
        _check_zip(path, file_name)


def _check_zip(path: Path, file_name: str) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            expanded = sum(member.file_size for member in members)
            compressed = sum(member.compress_size for member in members)
            if len(members) > MAX_MEMBERS or expanded > MAX_EXPANDED_BYTES:
                raise _refused(
                    file_name,
                    f"it would expand to {expanded:,} bytes in {len(members)} parts",
                    f"tệp nén bung ra {expanded} byte trong {len(members)} phần, quá giới hạn",
                )
            if compressed and expanded / compressed > MAX_RATIO and expanded > MAX_BYTES // 8:
                raise _refused(
                    file_name,
                    f"it would expand {expanded // compressed} times",
                    f"tệp nén bung ra gấp {expanded // compressed} lần, quá giới hạn",
                )
            for member in members:
                if member.filename.endswith((".xml", ".rels")):
                    with archive.open(member) as stream:
                        if b"<!DOCTYPE" in stream.read(_XML_HEAD):
                            raise _refused(
                                file_name,
                                f"its part {member.filename} declares a document type",
                                f"phần {member.filename} có khai báo DOCTYPE không được phép",
                            )
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise _refused(file_name, f"its archive is damaged ({error})", "tệp nén bị hỏng") from error


def _refused(file_name: str, reason: str, reason_vi: str) -> UnreadableFileError:
    return UnreadableFileError(
        f"{file_name} was not read: {reason}; send the file again as saved by the office program",
        f"Không đọc tệp {file_name}: {reason_vi}. Đề nghị lưu lại bằng phần mềm văn phòng và gửi lại.",
    )
