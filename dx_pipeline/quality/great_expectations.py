"""Importing Great Expectations without what no rule here asks of it: plots and statistical distributions.

It takes more than twice as long to import with them. They are not left out: Python's own ``LazyLoader`` loads each
when it is first touched, so a version that needs them sooner is slower and nothing else.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType

_WHEN_TOUCHED = ("altair", "scipy.stats")


class _Postponing(MetaPathFinder):
    """Finds some modules as everybody does, and has them loaded when they are first touched."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in _WHEN_TOUCHED:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec and spec.loader and hasattr(spec.loader, "exec_module"):
            spec.loader = LazyLoader(spec.loader)
        return spec


@contextmanager
def _postponed() -> Iterator[None]:
    finder = _Postponing()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Nothing of what an import makes is garbage; looking for some takes a fifth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@cache
def great_expectations() -> ModuleType:
    """The module, imported at the first call; it sends nothing to anybody."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with _postponed(), _without_collecting():
        import great_expectations as gx
    return gx
