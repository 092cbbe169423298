"""The dossiers of the old provinces: those of the province they are in today, split so that each one's parts add up.

Channels sum to what was received, what is pending is carried into the next month, and communes stay a part of the
province, in every old province alone and in their sum, through the merger.
"""

from __future__ import annotations

from datetime import date

from dx_pipeline.periods import add_months
from dx_pipeline.samples.chance import apportion_within
from dx_pipeline.samples.dossiers import ALL, COMMUNES, DossierFigures, Dossiers
from dx_pipeline.samples.predecessors import NARROW, WIDE, Predecessors

Split = dict[str, int]


class OldDossiers:
    """The dossier figures of the old provinces.

    Args:
        dossiers: The figures to split, by the codes of the 34 provinces.
        predecessors: How they are split.
    """

    def __init__(self, dossiers: Dossiers, predecessors: Predecessors) -> None:
        self._dossiers = dossiers
        self._predecessors = predecessors

    def of(self, new: str, month: date, scope: str = ALL) -> dict[str, DossierFigures]:
        """The figures of every old province that is in ``new`` today."""
        part = self._predecessors.part
        whole = self._dossiers.of(new, month, scope)
        received, pending = self._received(new, month, scope), self._pending(new, month, scope)
        opening = self._pending(new, add_months(month, -1), scope)
        done = {old: received[old] + opening[old] - pending[old] for old in received}
        late = part(whole.done_late, done, "late", WIDE)
        online = self._online(new, month, scope)
        offline = {old: received[old] - online[old] for old in received}
        post = part(whole.post, offline, "post", WIDE)
        return {
            old: DossierFigures(
                received=received[old],
                online=online[old],
                direct=offline[old] - post[old],
                post=post[old],
                done_on_time=done[old] - late[old],
                done_late=late[old],
                pending=pending[old],
            )
            for old in received
        }

    def _received(self, new: str, month: date, scope: str) -> Split:
        everywhere = self._predecessors.share(new, self._dossiers.of(new, month).received)
        if scope == ALL:
            return everywhere
        whole = self._dossiers.of(new, month, scope)
        return self._predecessors.part(whole.received, everywhere, "commune share", NARROW)

    def _pending(self, new: str, month: date, scope: str) -> Split:
        whole = self._dossiers.of(new, month, scope)
        return self._predecessors.part(whole.pending, self._received(new, month, scope), "pending", WIDE)

    def _online(self, new: str, month: date, scope: str) -> Split:
        everywhere = self._received(new, month, ALL)
        online = self._predecessors.part(self._dossiers.of(new, month).online, everywhere, "online", NARROW)
        if scope == ALL:
            return online
        communes = self._received(new, month, COMMUNES)
        weights = {old: online[old] * communes[old] / max(everywhere[old], 1) for old in online}
        limits = {old: min(online[old], communes[old]) for old in online}
        return apportion_within(self._dossiers.of(new, month, scope).online, weights, limits)
