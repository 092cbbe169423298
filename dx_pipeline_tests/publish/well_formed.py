"""Whether a page closes every element that it opens, in order."""

from __future__ import annotations

from collections.abc import Collection
from html.parser import HTMLParser


class _Balance(HTMLParser):
    def __init__(self, void: Collection[str]) -> None:
        super().__init__()
        self.void = void
        self.stack: list[str] = []

    def handle_starttag(self, tag, attrs):  # noqa: ARG002
        if tag not in self.void:
            self.stack.append(tag)

    def handle_endtag(self, tag):
        if tag not in self.void:
            assert self.stack.pop() == tag


def assert_well_formed(page: str, *, void: Collection[str]) -> None:
    """``void`` elements have no end."""
    parser = _Balance(void)
    parser.feed(page)
    assert parser.stack == []
