"""Qualifiers that must agree between a target and a result: 省级 and 市级, 签约 and 开工, 城镇 and 农村 (words/contrasts.lines)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Literal, get_args

from engine.lexicon import LexiconError, either
from engine.numerals import number
from engine.quantities import SCALES
from engine.wordlines import Line, lines

Mode = Literal["ask", "mild", "free"]
Members = frozenset[str]
_HIDES = "-"
_NOBODY: Members = frozenset()
_LEVEL = re.compile("(?:国家|省|市|县|区)(?!.?级)")


@dataclass(frozen=True, slots=True)
class Group:
    """Members of which a figure has one: two of them never answer one another.

    `weaker` are stages below having the thing: found in the report alone they refuse (申报 for 认定).
    `kin` are pairs for a person to decide; `firsts` are the characters that its words begin with: most texts hold none of them.
    """

    name: str
    mode: Mode
    flags: frozenset[str]
    pattern: re.Pattern[str]
    member_of: Mapping[str, str]
    weaker: Members
    kin: frozenset[Members]
    firsts: frozenset[str]

    def found(self, text: str) -> Members:
        """The members that a text names."""
        if self.firsts.isdisjoint(text):
            return _NOBODY
        return frozenset(self.member_of[each] for each in self.pattern.findall(text)) - {_HIDES}

    def last(self, text: str) -> Members:
        """The member named last before a figure: an enumeration hands its verb on to the next."""
        if self.firsts.isdisjoint(text):
            return _NOBODY
        named = [member for each in self.pattern.findall(text) if (member := self.member_of[each]) != _HIDES]
        return frozenset(named[-1:])

    def without(self, text: str) -> str:
        """The text without the words of this group; of 省专精 only 省 goes, which is what names the member."""
        return text if self.firsts.isdisjoint(text) else self.pattern.sub(lambda hit: self._rest(hit.group()), text)

    def _rest(self, word: str) -> str:
        if self.member_of[word] == _HIDES:
            return word
        level = _LEVEL.match(word) if "prefix" in self.flags else None
        return word[level.end():] if level else ""


@cache
def groups() -> tuple[Group, ...]:
    """The groups of words/contrasts.lines, checked."""
    under: dict[str, list[Line]] = {}
    for line in lines("contrasts"):
        under.setdefault(line.heading, []).append(line)
    return tuple(_group(heading, found) for heading, found in under.items())


def _group(heading: str, found: list[Line]) -> Group:
    name, mode, *flags = heading.split()
    if mode not in get_args(Mode):
        found[0].wrong(f"{mode} is no mode")
    words: dict[str, str] = {}
    for line in found:
        if line.name.startswith("~"):
            continue
        for word in line.words:
            if word in words:
                line.wrong(f"{word} is a member of {words[word]} already")
            words[word] = line.name.removeprefix("!")
    kin = frozenset(frozenset({line.name[1:], word}) for line in found if line.name.startswith("~") for word in line.words)
    weaker = frozenset(line.name[1:] for line in found if line.name.startswith("!"))
    return Group(name, mode, frozenset(flags), re.compile(either(words)), words, weaker, kin,  # type: ignore[arg-type]
                 frozenset(word[0] for word in words))


@cache
def group(name: str) -> Group:
    for each in groups():
        if each.name == name:
            return each
    raise LexiconError(f"contrasts.lines: no group {name}")


_SIZE = re.compile(r"""
    (?: (?:计划)?总?投资额? (?=[\d一二三四五六七八九十百千万亿]) )?
    (?: 超过? | 不低于 | 大于 | 高于 | 达到? )?
    (?P<number> \d+(?:\.\d+)? | [一二两三四五六七八九十]+ )?
    (?P<scale> 十亿 | 百亿 | 千亿 | 万亿 | 百万 | 千万 | 十万 | 万 | 亿 | 百 | 千 )?
    (?: (?P<unit> 美元 | 元 | 平方米 | 亩 | 公里 | 吨 | 千瓦 | 人 | 张 | 周?岁 ) (?P<below> 以下 | 及以下 | 以内 )? (?: 及?以上 )?
      | (?P<band> 级 ) )
    """, re.VERBOSE)
_CODE = re.compile(r"[A-Za-z&]*\d+(?:\.\d+)?[A-Za-z]*|[A-Za-z]{2,}")


def sizes(text: str) -> tuple[frozenset[str], str]:
    """The size classes inside an indicator, brought to one form, and the text without them.

    >>> sizes("千万元以上技改项目") == sizes("1000万元以上技改项目")
    True
    """
    found: set[str] = set()

    def take(hit: re.Match[str]) -> str:
        if not hit["number"] and not hit["scale"]:
            return hit.group()
        value = (number(hit["number"]) if hit["number"] else Decimal(1)) or Decimal(0)
        value *= SCALES[hit["scale"]] if hit["scale"] else 1
        found.add(f"{value.normalize():f}{'元' if hit['band'] else hit['unit']}{'以下' if hit['below'] else ''}")
        return ""

    rest = _SIZE.sub(take, text)
    return frozenset(found), rest


def codes(text: str) -> frozenset[str]:
    """Letters and digits that name something (PM2.5, 3A, 5G): names that differ are different things."""
    return frozenset(each.upper() for each in _CODE.findall(text))
