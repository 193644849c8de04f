"""Loads the word lists of `engine/words/` once and checks them: words are data, rules are code."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "words"


class LexiconError(ValueError):
    """A word list is wrong: a doubled entry, named with file and line."""


@cache
def words(name: str) -> tuple[str, ...]:
    """The entries of `words/NAME.txt` in file order. Entries are parted by white space, `#` starts a comment."""
    path = FOLDER / f"{name}.txt"
    seen: dict[str, int] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        for word in line.partition("#")[0].split():
            if word in seen:
                raise LexiconError(f"{path.name}:{number}: {word} stands already on line {seen[word]}")
            seen[word] = number
    return tuple(seen)


def either(entries: Iterable[str]) -> str:
    """A regex group that matches any of the entries, the longest first, built as a trie so that long lists stay fast.

    >>> either(["万元", "万", "元"])
    '(?:万(?:元)?|元)'
    """
    trie: dict[str, dict] = {}  # type: ignore[type-arg]
    for entry in entries:
        node = trie
        for char in entry:
            node = node.setdefault(char, {})
        node[""] = {}
    return _branch(trie)


def _branch(trie: dict[str, dict]) -> str:  # type: ignore[type-arg]
    arms = [re.escape(char) + (_branch(rest) if rest.keys() != {""} else "") for char, rest in trie.items() if char]
    if "" in trie:
        return f"(?:{'|'.join(arms)})?" if arms else ""
    return arms[0] if len(arms) == 1 else f"(?:{'|'.join(arms)})"


def opens(entries: Iterable[str], *more: str) -> str:
    """A look-ahead for the first characters of the entries: a search passes quickly over places where none can begin.

    >>> opens(["万元", "元"], "0-9")
    '(?=[万元0-9])'
    """
    return f"(?=[{''.join(dict.fromkeys(re.escape(entry[0]) for entry in entries))}{''.join(more)}])"


def any_of(*names: str) -> str:
    """`either` over the entries of one or several word lists."""
    return either(dict.fromkeys(word for name in names for word in words(name)))


def begins(*names: str) -> str:
    """A regex group for look-aheads that asks whether an entry of one or several word lists begins there.

    An entry that begins with another one (组织开展 with 组织) tells a look-ahead nothing more, and is left out.
    """
    entries = {word for name in names for word in words(name)}
    return either(sorted(entry for entry in entries if not any(entry[:length] in entries for length in range(1, len(entry)))))
