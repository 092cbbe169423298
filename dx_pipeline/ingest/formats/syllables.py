"""Whether a word can be Vietnamese, and how well a text is spelt.

A syllable is an onset, a rime and at most one tone, which stands on a certain vowel. Nothing else looks like
that by chance: text read in a wrong encoding does not, and neither does text with scrambled accents. Words
without accents say nothing. What is done about a bad spelling is decided in ``decoding`` and ``legacy_fonts``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

_TONES = "\u0300\u0301\u0303\u0309\u0323"  # huyền, sắc, ngã, hỏi, nặng
_STOPPED_TONES = "\u0301\u0323"  # before c, ch, p, t only sắc and nặng are spoken
_FREE_PAIRS = ("oa", "oe", "uy")  # hòa and hoà are both written

# Runs of anything but white space, digits and ASCII signs: Qu¶ng stays one word, and a bad one.
_WORD = re.compile(r"[^\s\x00-@\[-`{-\x7f]+")
_PUNCTUATION = "‘’‚“”„–—…•°²³½¼¾×→«»‹›\u00a0\u200b\ufeff"
# Accented Latin letters and signs of legacy fonts; or letters of two scripts in one word.
_SAYS_SOMETHING = re.compile(
    "[\u0080-\u024f\u0300-\u036f\u1e00-\u1eff\ufffd]|[A-Za-z][^\x00-\x7f]|[^\x00-\x7f][A-Za-z]"
)
_ACRONYM = re.compile("[A-ZĂÂĐÊÔƠƯ]+")


@dataclass(frozen=True, slots=True)
class Spelling:
    """How the distinct accented words of a text are spelt.

    Attributes:
        possible: Words that can be Vietnamese syllables.
        impossible: Words that cannot.
        common: Those of the possible ones that are common in names of places and in reports.
    """

    possible: int
    impossible: int
    common: int

    @property
    def words(self) -> int:
        """Words that say something: those with accents."""
        return self.possible + self.impossible

    @property
    def quality(self) -> float:
        """The share, lowered by words that are possible but not common; 1.0 where nothing is said."""
        return (self.possible + self.common) / (2 * self.words) if self.words else 1.0

    @property
    def share(self) -> float:
        """Possible words among those that say something; 1.0 where none does."""
        return self.possible / self.words if self.words else 1.0


def is_syllable(word: str) -> bool:
    """Whether a word, in any case and Unicode form, can be a Vietnamese syllable, or is a known name."""
    plain = unicodedata.normalize("NFC", word).lower()
    return plain in _common_syllables() or any(
        plain[:cut] in _onsets() and plain[cut:] in _rimes() for cut in range(min(4, len(plain)))
    )


def is_common(word: str) -> bool:
    """Whether a syllable is common in names of places and in administrative reports."""
    return unicodedata.normalize("NFC", word).lower() in _common_syllables()


def spelling(texts: Iterable[str]) -> Spelling:
    """Judges the distinct accented words of texts in NFC."""
    return judged(accented_words("\n".join(texts)))


def judged(words: Iterable[str]) -> Spelling:
    """Judges distinct accented words."""
    possible = impossible = common = 0
    for word in words:
        if is_syllable(word):
            possible += 1
            common += is_common(word)
        else:
            impossible += 1
    return Spelling(possible, impossible, common)


def accented_words(text: str) -> frozenset[str]:
    """The distinct words that say something of the spelling. Acronyms (HĐND) and a bare đ say nothing."""
    words = (run.strip(_PUNCTUATION) for run in set(_WORD.findall(text)))
    return frozenset(
        word
        for word in words
        if _SAYS_SOMETHING.search(word)
        and word not in ("đ", "Đ")
        and not (_ACRONYM.fullmatch(word) and not is_syllable(word))
    )


@cache
def _common_syllables() -> frozenset[str]:
    path = Path(__file__).with_name("common_syllables.txt")
    return frozenset(path.read_text(encoding="utf-8").split())


@cache
def _parts() -> dict[str, list[str]]:
    path = Path(__file__).with_suffix(".yaml")
    return {name: text.split() for name, text in yaml.safe_load(path.read_text(encoding="utf-8")).items()}


@cache
def _onsets() -> frozenset[str]:
    return frozenset(["", *_parts()["onsets"], *_parts()["minority_onsets"]])


@cache
def _rimes() -> frozenset[str]:
    """Every rime with every tone it can carry."""
    parts = _parts()
    minority = [vowel + coda for vowel in parts["minority_vowels"] for coda in parts["minority_codas"]]
    return frozenset(toned for rime in (*parts["rimes"], *minority) for toned in _with_tones(rime))


def _with_tones(rime: str) -> Iterator[str]:
    vowels = rime.rstrip("chgklmnprt")
    is_stopped = rime.endswith(("c", "ch", "p", "t"))
    if not is_stopped or rime.isascii():  # without any accent a word is neutral anyway: đat, Đac
        yield rime
    for tone in _STOPPED_TONES if is_stopped else _TONES:
        for place in _tone_places(vowels, has_coda=vowels != rime):
            yield unicodedata.normalize("NFC", rime[: place + 1] + tone + rime[place + 1 :])


def _tone_places(vowels: str, *, has_coda: bool) -> tuple[int, ...]:
    """Where the tone may stand, as positions in the rime."""
    marked = [place for place, vowel in enumerate(vowels) if vowel in "ăâêôơư"]
    if marked:
        return (marked[-1],)  # tiếng, người, muộn; mưa has one marked vowel
    if vowels[:2] in _FREE_PAIRS and len(vowels) == 2:
        return (0, 1)
    if len(vowels) == 3:
        return (1,)
    return (len(vowels) - 1,) if has_coda else (0,)
