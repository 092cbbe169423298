"""Vietnamese figures as people write them: separators, percent signs, qualifiers, words for multiples.

A figure is read by its unit and plausible range, never by pattern alone. Which cell means what is the
reader's business; whether a value can be true is the checks'.
"""

from dx_pipeline.ingest.numbers.cells import read_number
from dx_pipeline.ingest.numbers.columns import ColumnReading, NumberLimits, read_column
from dx_pipeline.ingest.numbers.reading import (
    AMBIGUOUS_VALUE,
    BLANK,
    READABLE_VALUE,
    NumberError,
    Reading,
    plausible,
    vietnamese_figure,
    words_of_unit,
)

__all__ = [
    "AMBIGUOUS_VALUE",
    "BLANK",
    "READABLE_VALUE",
    "ColumnReading",
    "NumberError",
    "NumberLimits",
    "Reading",
    "plausible",
    "read_column",
    "read_number",
    "vietnamese_figure",
    "words_of_unit",
]
