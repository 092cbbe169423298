"""Any file that holds tables as its sheets: one entry, the format told by content."""

from __future__ import annotations

from pathlib import Path

from dx_pipeline.ingest.formats.refusals import refused
from dx_pipeline.ingest.formats.sheet import Format, Sheet
from dx_pipeline.ingest.formats.sniffing import sniff


def read_sheets(path: Path, file_name: str) -> list[Sheet]:
    """The sheets of a file that ``guard.check_file`` let through, in the file's order.

    Args:
        path: The file.
        file_name: Its name, for messages only.

    Raises:
        UnreadableFileError: It is of another kind, damaged or too large; the message says what to do.
    """
    kind = sniff(path, file_name)
    # Each format's library is loaded when the first file of the format is read.
    if kind is Format.XLSX:
        from dx_pipeline.ingest.formats.xlsx import read_xlsx

        return read_xlsx(path, file_name)
    if kind is Format.XLS:
        from dx_pipeline.ingest.formats.xls import read_xls

        return read_xls(path, file_name)
    if kind is Format.ODS:
        from dx_pipeline.ingest.formats.ods import read_ods

        return read_ods(path, file_name)
    if kind is Format.HTML:
        from dx_pipeline.ingest.formats.html_tables import read_html

        return read_html(path, file_name)
    if kind is Format.CSV:
        from dx_pipeline.ingest.formats.delimited import read_delimited

        return [read_delimited(path, file_name)]
    raise refused(
        file_name,
        f"it is {kind.value}, not a table; send the table as .xlsx, .xls, .ods or .csv",
        f"tệp là {kind.value}, không phải bảng. Đề nghị gửi bảng dạng .xlsx, .xls, .ods hoặc .csv.",
    )
