"""Word lists with a structure (`words/*.lines`): `name: word word`, under headings in square brackets, checked with file and line.

The plain lists beside them (`words/*.txt`) are lexicon.py's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NoReturn

from engine.lexicon import FOLDER, LexiconError


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a word list: the heading above it, its name before the colon, and its words."""

    file: str
    number: int
    heading: str
    name: str
    words: tuple[str, ...]

    def wrong(self, why: str) -> NoReturn:
        raise LexiconError(f"{self.file}:{self.number}: {why}")


def lines(name: str, *, parted_by: str | None = None) -> Iterator[Line]:
    """The lines of `words/NAME.lines`, comments left out. Words are parted by white space, or by `parted_by` where they hold some."""
    heading = ""
    path = FOLDER / f"{name}.lines"
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        text = raw.partition("#")[0].strip()
        if text.startswith("["):
            heading = text.strip("[]").strip()
        elif text:
            label, _, rest = text.partition(":")
            words = tuple(word.strip() for word in rest.split(parted_by))
            line = Line(path.name, number, heading, label.strip(), tuple(word for word in words if word))
            if not line.words:
                line.wrong(f"{label} names no word")
            yield line


def single(found: Iterator[Line]) -> Iterator[tuple[Line, str]]:
    """Each word with its line; a word that stands twice under one heading is an error."""
    seen: dict[tuple[str, str], int] = {}
    for line in found:
        for word in line.words:
            if (line.heading, word) in seen:
                line.wrong(f"{word} stands already on line {seen[line.heading, word]}")
            seen[line.heading, word] = line.number
            yield line, word


@cache
def table(name: str) -> dict[str, dict[str, tuple[str, ...]]]:
    """The words of `words/NAME.lines` by heading and by name; a word doubled under one name is an error."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for line in lines(name):
        if len(set(line.words)) < len(line.words) or line.name in found.get(line.heading, {}):
            line.wrong(f"{line.name} or one of its words stands twice")
        found.setdefault(line.heading, {})[line.name] = line.words
    return found
