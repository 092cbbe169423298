"""From bytes to sheets and text: formats told by content, archives unpacked, legacy encodings converted."""

from dx_pipeline.ingest.formats.archives import Member, unpack
from dx_pipeline.ingest.formats.reading import read_sheets
from dx_pipeline.ingest.formats.sheet import Format, Percentage, Sheet
from dx_pipeline.ingest.formats.sniffing import sniff

__all__ = ["Format", "Member", "Percentage", "Sheet", "read_sheets", "sniff", "unpack"]
