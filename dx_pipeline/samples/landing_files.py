"""Writes the files of the sample world: the published ones as they are, the made-up ones labelled.

A file that is already there is left alone, so that building the samples again changes nothing, not even
what somebody has edited to see a check fail. What the figures are is decided in ``figures.py``.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from dx_pipeline.failures import PermanentError
from dx_pipeline.ingest.template import write_template
from dx_pipeline.periods import FIRST_MONTH, month_key, months_between
from dx_pipeline.samples.figures import SUBMISSION, SampleFigures
from dx_pipeline.samples.published import PublishedFigures
from dx_pipeline.samples.signatures import SignatureFigures

if TYPE_CHECKING:
    from dx_pipeline.catalogue.geography import Province
    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.source_models import Source

REGISTRY = "signature_registry"
SAMPLE_STATUS = "DỮ LIỆU MẪU"
DEFAULT_SEED = 2025
SAMPLE_MONTHS = tuple(months_between(FIRST_MONTH, date(2025, 12, 1)))

Progress = Callable[[str, int, int], None]


def write_samples(  # noqa: PLR0913 - where from, where to, and what to make
    landing: Path,
    *,
    published: Path,
    catalogue: Catalogue,
    months: Iterable[date] = SAMPLE_MONTHS,
    seed: int = DEFAULT_SEED,
    progress: Progress | None = None,
) -> list[Path]:
    """Fills a landing folder with the published files and labelled samples for everybody else.

    Args:
        landing: The landing folder to write to.
        published: The folder of published figures (``data/samples``).
        catalogue: The loaded catalogue.
        months: First days of the months to make submissions for, none before the pipeline's first.
        seed: The same seed gives the same bytes.
        progress: Called with a message, the number of files done and the number of all.

    Returns:
        Every file of the sample world, whether it had to be written or was there already.

    Raises:
        PermanentError: ``published`` holds no published figures or a month lies before the first.
    """
    months = list(months)
    _refuse_too_early(months)
    figures = SampleFigures(catalogue, PublishedFigures.read(published), seed)
    originals = list(_published_files(published, catalogue))
    total = len(originals) + 2 * sum(len(figures.provinces_in(month)) for month in months)
    written: list[Path] = []

    def done(path: Path, message: str) -> None:
        written.append(path)
        if progress:
            progress(message, len(written), total)

    for original in originals:
        target = landing / original.relative_to(published)
        _put(target, original.read_bytes())
        done(target, "published figures")
    with tempfile.TemporaryDirectory() as scratch:
        for month in months:
            for target, content in _month_files(figures, month, catalogue, Path(scratch)):
                _put(landing / target, content)
                done(landing / target, f"sample files {month_key(month)}")
    return written


def _refuse_too_early(months: list[date]) -> None:
    first = month_key(FIRST_MONTH)
    early = ", ".join(month_key(month) for month in months if month < FIRST_MONTH)
    if early:
        raise PermanentError(
            f"samples exist from {first}, the first month that is taken in; leave out {early}",
            f"Dữ liệu mẫu chỉ có từ {first}, tháng đầu tiên được tiếp nhận; hãy bỏ {early}.",
        )


def _published_files(published: Path, catalogue: Catalogue) -> Iterator[Path]:
    """The files of ``published`` that a source of the catalogue waits for."""
    found = {
        path
        for source in catalogue.sources.values()
        for path in published.glob(source.landing)
        if path.is_file()
    }
    yield from sorted(found)


def _month_files(
    figures: SampleFigures, month: date, catalogue: Catalogue, scratch: Path
) -> Iterator[tuple[Path, bytes]]:
    """Place below the landing folder and bytes of every made-up file of one month."""
    key = month_key(month)
    signatures = figures.signatures(month)
    for province in figures.provinces_in(month):
        workbook = scratch / "workbook.xlsx"
        values = figures.submitted(province.code, month)
        write_template(
            workbook, province=province, month=month, catalogue=catalogue, values=values, is_sample=True
        )
        name = f"{province.code}_{_slug(province)}_{key}.xlsx"
        yield Path(SUBMISSION) / key / name, workbook.read_bytes()
        line = _registry_line(province, month, signatures[province.code])
        yield (
            Path(REGISTRY) / key / f"{province.code}_{key}.csv",
            _registry_csv(catalogue.sources[REGISTRY], line),
        )


def _slug(province: Province) -> str:
    return re.sub("[^a-z]+", "_", province.name_en.lower())  # Ba Ria - Vung Tau


def _registry_line(province: Province, month: date, item: SignatureFigures) -> dict[str, object]:
    """What each column of the registry means, as its source names it."""
    return {
        "period": month_key(month),
        "area_code": province.code,
        "area_name": province.name_vi,
        "DSIG_CERT_CNT:value": item.certificates,
        "DSIG_ADULT_RATE:numerator": item.adults_with_signature,
        "DSIG_ADULT_RATE:denominator": item.adult_population,
        "data_status": SAMPLE_STATUS,
    }


def _registry_csv(source: Source, line: dict[str, object]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(source.fields)
    writer.writerow(line.get(meaning, "") for meaning in source.fields.values())
    return text.getvalue().encode()


def _put(target: Path, content: bytes) -> None:
    """Writes a whole file or none; one that is there stays as it is: somebody may be trying something out."""
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f"{target.name}.part")
    unfinished.write_bytes(content)
    unfinished.replace(target)
