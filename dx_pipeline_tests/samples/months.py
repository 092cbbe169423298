"""The sample months on both sides of the merger, as dates and as keys."""

from dx_pipeline.periods import MERGER_DATE
from dx_pipeline.samples.landing_files import SAMPLE_MONTHS

OLD_MONTHS = tuple(month for month in SAMPLE_MONTHS if month < MERGER_DATE)
NEW_MONTHS = tuple(month for month in SAMPLE_MONTHS if month >= MERGER_DATE)
OLD_KEYS = tuple(f"{month:%Y-%m}" for month in OLD_MONTHS)
NEW_KEYS = tuple(f"{month:%Y-%m}" for month in NEW_MONTHS)
