"""Published figures beside our own: every comparison that can be made of each, its outcome, and why, in words.

One ``.sql`` file per step and per comparison; ``compilation.py`` runs them in their order, ``words.py`` says in both
languages what came out. What a comparison needs to know of the catalogue is in ``facts.py``.
"""

from dx_pipeline.statistics.reconciliation.compilation import compile_reconciliation

__all__ = ["compile_reconciliation"]
