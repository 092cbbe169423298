"""The sha256 that a server says its answer has, against the sha256 of what came."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping

_STRUCTURED = re.compile(r"sha-256\s*=\s*:([A-Za-z0-9+/=]+):", re.IGNORECASE)  # RFC 9530
_OLD = re.compile(r"(?:^|,)\s*sha-256\s*=\s*([A-Za-z0-9+/]+=*)", re.IGNORECASE)  # RFC 3230
_PREFIX = re.compile(r"^sha-?256\s*[:=]\s*:?", re.IGNORECASE)
_HEX_LENGTH, _BYTE_LENGTH = 64, 32


def announced(
    headers: Mapping[str, str], named: str | None, *, is_partial: bool
) -> Iterator[tuple[str, str]]:
    """The headers that carry a sha256 of the answer, with it in hexadecimal.

    Args:
        headers: Of the answer, case-insensitive.
        named: The header that the catalogue names, in hexadecimal or base64.
        is_partial: The answer is a part of the file, so Content-Digest speaks of the part only.
    """
    whole = [("Repr-Digest", _STRUCTURED), ("Digest", _OLD)]
    for header, pattern in whole if is_partial else [("Content-Digest", _STRUCTURED), *whole]:
        match = pattern.search(headers.get(header) or "")
        if match and (digest := _hexadecimal(match[1])):
            yield header, digest
    if named and headers.get(named):
        text = _PREFIX.sub("", headers[named].strip().strip('"')).rstrip(":")
        # An unreadable one is a mismatch: the catalogue says that a checksum stands there.
        yield named, _hexadecimal(text) or text


def _hexadecimal(text: str) -> str | None:
    if len(text) == _HEX_LENGTH and re.fullmatch(r"[0-9a-fA-F]+", text):
        return text.lower()
    try:
        digest = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return digest.hex() if len(digest) == _BYTE_LENGTH else None
