"""Whether a file lies where its content says: the month and province in its path against those it claims.

A path decides nothing; a disagreement is shown, because a workbook filed under another month is often one
whose first sheet was not updated.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from dx_pipeline.ingest.receive import ReceivedFile
from dx_pipeline.periods import month_key, parse_month

if TYPE_CHECKING:
    from dx_pipeline.catalogue.loading import Catalogue

_MONTH = re.compile(r"(?<!\d)(20\d\d-(?:0[1-9]|1[0-2]))(?!\d)")
_PROVINCE = re.compile(r"^(\d{2})[_ -]")
_PORTAL_CODE = re.compile(r"(?<![A-Za-z0-9])(H\d{2})(?![0-9.])")


def contradictions(receipt: ReceivedFile, catalogue: Catalogue) -> list[str]:
    """What the path says otherwise than the file; empty where they agree or one is silent."""
    if receipt.period_start is None:
        return []
    found = [
        f"the path says {key}, the file {month_key(receipt.period_start)}"
        for key in sorted(set(_MONTH.findall(receipt.origin)))
        if not receipt.speaks_of([parse_month(key)])
    ]
    named = _province_in(PurePosixPath(receipt.origin).name, receipt, catalogue)
    if named and receipt.area_code and named != receipt.area_code:
        found.append(f"the name says province {named}, the file {receipt.area_code}")
    return found


def _province_in(name: str, receipt: ReceivedFile, catalogue: Catalogue) -> str | None:
    day = receipt.period_end
    if day is None:
        return None
    if match := _PROVINCE.match(name):
        province = catalogue.geography.province(match[1], day)
    elif match := _PORTAL_CODE.search(name):
        province = catalogue.geography.by_portal_code(match[1], day)
    else:
        province = None
    return province.code if province else None
