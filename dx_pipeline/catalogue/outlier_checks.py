"""Whether the limits for outliers speak of the catalogue's units, and of each unit that needs one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dx_pipeline.catalogue.models import Indicator
from dx_pipeline.catalogue.outlier_models import OutlierLimits
from dx_pipeline.catalogue.yaml_files import Location

_PLACE = ("smallest_departure", "units")


def outlier_faults(
    limits: OutlierLimits, indicators: Iterable[Indicator], units: set[str]
) -> Iterator[tuple[Location, str]]:
    """Each place of ``outliers.yaml`` that does not fit the rest of the catalogue, and why."""
    stated = limits.smallest_departure.units
    for unit, departure in stated.items():
        if unit not in units:
            yield (*_PLACE, unit), f"{unit!r} is no code of the catalogue's units"
        if departure <= 0:
            yield (*_PLACE, unit), "must be above 0: the last digit of a figure always moves"
    needed = {item.unit for item in indicators if item.can_be_unusual and not item.is_count}
    for unit in sorted(needed - set(stated)):
        yield _PLACE, f"indicators are measured in {unit!r}; say which departure is the smallest worth a look"
    if limits.history.minimum_changes_alone < limits.history.minimum_changes:
        yield (
            ("history", "minimum_changes_alone"),
            "is below minimum_changes; a series alone needs no fewer changes",
        )
    if limits.history.months <= limits.history.minimum_changes_alone:
        yield ("history", "months"), "is too short for minimum_changes_alone"
