"""Automatic numbers of a Word file (一、 （一） 1. ①): they stand in numbering.xml, not in the text, so they are counted here."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVELS = 9
_DIGITS = "〇一二三四五六七八九"
_LEGAL = str.maketrans("〇一二三四五六七八九十百千零", "零壹贰叁肆伍陆柒捌玖拾佰仟零")
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"),
          (5, "v"), (4, "iv"), (1, "i"))
_PLACEHOLDER = re.compile(r"%(?P<level>[1-9])")
_INTEGER = re.compile(r"-?[0-9]{1,9}")


def attribute(element: etree._Element | None, name: str = "val") -> str:
    """The attribute `w:name` as text, empty where element or attribute is missing."""
    return "" if element is None else str(element.get(W + name) or "")


def number(element: etree._Element | None, default: int = 0) -> int:
    """The whole number in `w:val`, or the default where none is written."""
    written = attribute(element)
    return int(written) if _INTEGER.fullmatch(written) else default


def found(element: etree._Element | None, *path: str) -> etree._Element | None:
    """The first grandchild along a path of `w:` names, or None."""
    for name in path:
        if element is None:
            return None
        element = element.find(W + name)
    return element


def is_on(element: etree._Element | None) -> bool:
    """A switch such as `<w:vanish/>`: there, and not written off."""
    return element is not None and attribute(element) not in ("0", "false", "off")


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: how its number looks, e.g. format `chineseCounting` in the pattern `（%1）`."""

    start: int
    format: str
    pattern: str
    legal: bool
    restart: int
    style: str

    @classmethod
    def of(cls, element: etree._Element, level: int) -> "Level":
        return cls(start=number(found(element, "start"), 1), format=attribute(found(element, "numFmt")) or "decimal",
                   pattern=attribute(found(element, "lvlText")), legal=is_on(found(element, "isLgl")),
                   restart=number(found(element, "lvlRestart"), level), style=attribute(found(element, "pStyle")))


@dataclass(frozen=True, slots=True)
class List:
    """A `w:num`: which abstract list it counts in, its levels, and the levels it starts anew."""

    abstract: str
    levels: Mapping[int, Level]
    starts: Mapping[int, int]


class Numbering:
    """Counts through one document: `label(paragraph)` must be asked once for each paragraph, in reading order."""

    def __init__(self, numbering: etree._Element | None, styles: etree._Element | None) -> None:
        self._lists = {} if numbering is None else dict(_lists(numbering))
        self._styles = {} if styles is None else {attribute(each, "styleId"): each for each in styles.findall(W + "style")}
        self._default = next((name for name, each in self._styles.items() if _is_default(each)), "")
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._started: set[tuple[str, int]] = set()

    def chain(self, paragraph: etree._Element) -> Iterator[etree._Element]:
        """The style of the paragraph and those it is based on, nearest first."""
        name, seen = attribute(found(paragraph, "pPr", "pStyle")) or self._default, set[str]()
        while name in self._styles and name not in seen:
            seen.add(name)
            yield self._styles[name]
            name = attribute(found(self._styles[name], "basedOn"))

    def label(self, paragraph: etree._Element) -> str:
        """The number that Word would show before the paragraph, with a space after it where it would run into a digit."""
        name, level = self._place(paragraph)
        counted = self._lists.get(name)
        if counted is None or level not in counted.levels:
            return ""
        self._count(name, counted, level)
        return _spaced(_written(counted.levels, self._counts[counted.abstract], level))

    def _place(self, paragraph: etree._Element) -> tuple[str, int]:
        """The list the paragraph belongs to and its level there; `("", 0)` where it is in none."""
        own = found(paragraph, "pPr", "numPr")
        if name := attribute(found(own, "numId")):
            return name, number(found(own, "ilvl"))
        for style in self.chain(paragraph):
            settings = found(style, "pPr", "numPr")
            if name := attribute(found(settings, "numId")):
                return name, number(found(own, "ilvl"), self._level(name, settings, attribute(style, "styleId")))
        return "", 0

    def _level(self, name: str, settings: etree._Element | None, style: str) -> int:
        """A style that names no level stands at the one that names the style."""
        levels = self._lists[name].levels if name in self._lists else {}
        linked = next((level for level, each in levels.items() if each.style == style), 0)
        return number(found(settings, "ilvl"), linked)

    def _count(self, name: str, counted: List, level: int) -> None:
        counts = self._counts[counted.abstract]
        if level in counted.starts and (name, level) not in self._started:
            counts[level] = counted.starts[level]
        else:
            counts[level] = counts.get(level, counted.levels[level].start - 1) + 1
        self._started.add((name, level))
        for above in range(level):
            if above in counted.levels:
                counts.setdefault(above, counted.levels[above].start)
        for below in range(level + 1, _LEVELS):
            if below in counted.levels and level < counted.levels[below].restart:
                counts.pop(below, None)


def _is_default(style: etree._Element) -> bool:
    return attribute(style, "type") == "paragraph" and attribute(style, "default") in ("1", "true", "on")


def _lists(numbering: etree._Element) -> Iterator[tuple[str, List]]:
    abstracts = {attribute(each, "abstractNumId"): each for each in numbering.findall(W + "abstractNum")}
    linked = {attribute(style): each for each in abstracts.values() if (style := found(each, "styleLink")) is not None}
    for num in numbering.findall(W + "num"):
        name = attribute(found(num, "abstractNumId"))
        if (abstract := abstracts.get(name)) is not None:
            # A list that only points at a list style has its levels where the style is defined.
            abstract = linked.get(attribute(found(abstract, "numStyleLink")), abstract)
            yield attribute(num, "numId"), _list(num, abstract)


def _list(num: etree._Element, abstract: etree._Element) -> List:
    levels = {level: Level.of(each, level) for each, level in _levels(abstract, "lvl")}
    starts: dict[int, int] = {}
    for override, level in _levels(num, "lvlOverride"):
        if (own := found(override, "lvl")) is not None:
            levels[level] = Level.of(own, level)
        if (start := found(override, "startOverride")) is not None:
            starts[level] = number(start, 1)
    return List(attribute(abstract, "abstractNumId"), levels, starts)


def _levels(parent: etree._Element, name: str) -> Iterator[tuple[etree._Element, int]]:
    for each in parent.findall(W + name):
        written = attribute(each, "ilvl")
        if written.isdecimal() and int(written) < _LEVELS:
            yield each, int(written)


def _written(levels: Mapping[int, Level], counts: Mapping[int, int], level: int) -> str:
    own = levels[level]
    if own.format == "bullet":
        return ""

    def counted(match: re.Match[str]) -> str:
        place = int(match["level"]) - 1
        if place not in levels:
            return ""
        return numeral(counts.get(place, levels[place].start), "decimal" if own.legal else levels[place].format)

    return _PLACEHOLDER.sub(counted, own.pattern)


def _spaced(label: str) -> str:
    return label + " " if label[-1:].isascii() and label.strip() else label


def numeral(value: int, style: str) -> str:
    """A number as the list format `style` (a value of `w:numFmt`) writes it; an unknown style counts 1, 2, 3."""
    return _STYLES.get(style, str)(value)


def chinese(value: int) -> str:
    """一 to 九千九百九十九, as Word counts headings; digits beyond.

    >>> chinese(10), chinese(12), chinese(20), chinese(105)
    ('十', '十二', '二十', '一百零五')
    """
    if not 0 < value < 10_000:
        return str(value)
    said = ""
    for place, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // place % 10
        if digit:
            said += _DIGITS[digit] + name
        elif said and value % place and not said.endswith("零"):
            said += "零"
    return said.removeprefix("一") if said.startswith("一十") else said


def _digits(value: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(max(value, 0)))


def _legal(value: int) -> str:
    return ("一" * (9 < value < 20) + chinese(value)).translate(_LEGAL)


def _roman(value: int) -> str:
    said = ""
    for worth, letters in _ROMAN:
        count, value = divmod(max(value, 0), worth)
        said += letters * min(count, 9)
    return said


def _letters(value: int) -> str:
    """a to z, then aa, bb: Word repeats the letter."""
    return chr(ord("a") + (value - 1) % 26) * min((value - 1) // 26 + 1, 30) if value > 0 else str(value)


def _from_block(first: str, last: str) -> Callable[[int], str]:
    """Characters that stand in a row in Unicode, such as ① to ⑳; beyond the last, plain digits."""
    return lambda value: chr(ord(first) + value - 1) if 0 < value <= ord(last) - ord(first) + 1 else str(value)


def _from_row(characters: str) -> Callable[[int], str]:
    return lambda value: characters[value - 1] if 0 < value <= len(characters) else str(value)


_circle = _from_block("①", "⑳")
_STYLES: Mapping[str, Callable[[int], str]] = {
    **dict.fromkeys(("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting", "taiwaneseCountingThousand",
                     "koreanCounting"), chinese),
    **dict.fromkeys(("ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital"), _digits),
    **dict.fromkeys(("chineseLegalSimplified", "ideographLegalTraditional", "japaneseLegal"), _legal),
    **dict.fromkeys(("decimalEnclosedCircle", "decimalEnclosedCircleChinese"), _circle),
    **dict.fromkeys(("decimalFullWidth", "decimalFullWidth2"), lambda value: "".join(chr(ord(each) + 0xFEE0) for each in str(abs(value)))),
    "decimalEnclosedParen": _from_block("⑴", "⒇"), "decimalEnclosedFullstop": _from_block("⒈", "⒛"),
    "ideographEnclosedCircle": _from_block("㊀", "㊉"),
    "ideographTraditional": _from_row(_STEMS), "ideographZodiac": _from_row(_BRANCHES),
    "decimalZero": lambda value: f"{value:02}", "none": lambda value: "",
    "upperRoman": lambda value: _roman(value).upper(), "lowerRoman": _roman,
    "upperLetter": lambda value: _letters(value).upper(), "lowerLetter": _letters,
}
