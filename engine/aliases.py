"""口径库: one spelling for all the words that the trade uses for the same thing, before two indicators are compared."""

import re
from collections.abc import Callable, Iterable
from functools import cache, lru_cache

from engine.lexicon import LexiconError
from engine.text import fold
from engine.wordlines import lines

Pairs = tuple[tuple[str, str], ...]
_MARKS = re.compile(r"[\s“”‘’\"'「」『』《》〈〉*·]")
_ROUNDS = 3
# Words that say nothing about which thing is meant, wherever they stand.
_FILLERS = re.compile("(?<=.)(?:各类|各项)(?=.)")
# 20万元以上的村占总村数的比重: a share of all the things that are named right before it is a share and no more.
_SHARE_OF_ALL = re.compile(
    r"(?P<thing>[一-鿿]{1,6})占(?:全部|所有)?(?:总(?P=thing)数?|(?P=thing)的?(?:总数|总量|数)?)的?(?:占比|比重|比例|比)$")


def bare(text: str) -> str:
    """The text without quotes and blanks, half-width: what is compared, never what is shown.

    >>> bare("“专精特新” 企业")
    '专精特新企业'
    """
    return _MARKS.sub("", fold(text))


def _plain(text: str) -> str:
    return _FILLERS.sub("", bare(text))


@cache
def _shipped() -> dict[str, str]:
    table: dict[str, str] = {}
    for line in lines("aliases", parted_by="|"):
        for word in line.words:
            plain = _plain(word)
            name = plain if line.name == "!" else bare(line.name)
            if table.get(plain, name) != name:
                raise LexiconError(f"{line.file}:{line.number}: {word} stands for {table[plain]} already")
            table[plain] = name
    return table


@lru_cache(maxsize=32)
def canonical(own: Pairs = ()) -> Callable[[str], str]:
    """The function that brings a text to the one spelling, by the list that ships and an office's own pairs.

    >>> canonical()("规模以上工业企业总产值")
    '规上工业总产值'
    """
    table = {**_shipped(), **_own(own)}
    # The spelling itself is matched too, so that no shorter alias is found inside it (专精特新企业 in 省级专精特新企业).
    for name in list(table.values()):
        table.setdefault(name, name)
    pattern = re.compile(_branches(table))

    @lru_cache(maxsize=32768)
    def spell(text: str) -> str:
        plain = _plain(text)
        for _ in range(_ROUNDS):
            again = pattern.sub(lambda found: table[found.group()], plain)
            if again == plain:
                break
            plain = again
        return _SHARE_OF_ALL.sub(r"\g<thing>占比", plain)

    return spell


def _branches(found: Iterable[str]) -> str:
    """All words as one pattern, by their first character: the engine would try every word at every place, longest first."""
    by_first: dict[str, list[str]] = {}
    for word in found:
        by_first.setdefault(word[0], []).append(word[1:])
    return "|".join(f"{re.escape(first)}(?:{'|'.join(map(re.escape, sorted(rest, key=len, reverse=True)))})"
                    for first, rest in by_first.items())


def _own(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {_plain(right): bare(left) for left, right in pairs if bare(left) and bare(right)}
