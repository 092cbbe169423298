"""The words for a file that is not read, and what the reader libraries raise put into those words.

Nothing here decides what a file is: that is ``sniffing``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dx_pipeline.failures import DxError, UnreadableFileError


def refused(file_name: str, reason: str, reason_vi: str) -> UnreadableFileError:
    """The error for a file that is not read; each reason says what it is and what to do."""
    return UnreadableFileError(
        f"{file_name} was not read: {reason}", f"Không đọc được tệp {file_name}: {reason_vi}"
    )


def has_password(file_name: str) -> UnreadableFileError:
    """The error for a file that only opens with a password."""
    return refused(
        file_name,
        "it is protected by a password; send it without one",
        "tệp có mật khẩu. Đề nghị bỏ mật khẩu và gửi lại.",
    )


@contextmanager
def reading(file_name: str, what: str, what_vi: str) -> Iterator[None]:
    """Whatever a reader library raises meanwhile becomes an ``UnreadableFileError``.

    Hostile bytes make the libraries raise nearly anything, python-calamine even a panic that is no
    ``Exception``; a stop asked for by the user or the system goes through.
    """
    try:
        yield
    except (DxError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except MemoryError as error:
        raise refused(
            file_name,
            f"it needs more memory than a {what} may take; send it in smaller parts",
            f"{what_vi} quá lớn so với bộ nhớ cho phép. Đề nghị chia nhỏ và gửi lại.",
        ) from error
    except BaseException as error:
        raise refused(
            file_name,
            f"it is damaged or not a {what} ({_words(error)}); save it as .xlsx and send it again",
            f"tệp bị hỏng hoặc không phải {what_vi}. Đề nghị lưu lại dạng .xlsx và gửi lại.",
        ) from error


def _words(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
