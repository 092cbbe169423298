"""Tables as people make them: found on a sheet by their headings, their rows told apart, their sums checked.

Works on a ``Sheet`` of any format and on what the catalogue says of a source's columns. Knows no source by name;
what a table's figures are, and whose, is the readers' business.
"""

from dx_pipeline.ingest.tables.finding import Table, find_tables, looks_like_figure
from dx_pipeline.ingest.tables.headings import Heading

__all__ = ["Heading", "Table", "find_tables", "looks_like_figure"]
