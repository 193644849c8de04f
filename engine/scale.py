"""How far two phrases speak of one thing: their characters and pairs of characters, weighed by how rare they are.

`Scale.alike` says it as one number, `Scale.apart` says what words of each side the other does not have.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from engine.lexicon import LexiconError, either
from engine.wordlines import lines, single

SIZED = "\x1f"
"""Stands before each size class behind a content."""
# A size class that both sides name is as good as a word of three characters.
_SIZE_WEIGHT = 3.0
LEAST_COMMON = 2
"""With fewer weighty characters in common it makes no sense to ask what else two contents say."""
# How many indicators of the documents share a pair of characters that only names their field; the weight of nouns that name a kind.
_FIELD, _KIND = 4, 0.3
_RATES = "率比度"
_SWAPPED, _LEFT_OUT, _ADDED, _OTHER_HEAD = 1.3, 0.3, 0.6, 0.8


@cache
def _light() -> tuple[re.Pattern[str], Mapping[str, float]]:
    weights: dict[str, float] = {}
    for line, word in single(lines("light_words")):
        try:
            weights[word] = float(line.name)
        except ValueError as error:
            raise LexiconError(f"{line.file}:{line.number}: {line.name} is no weight") from error
    return re.compile(either(weights)), weights


@lru_cache(maxsize=32768)
def _char_weights(content: str) -> tuple[float, ...]:
    pattern, light = _light()
    weights = [1.0] * len(content)
    for hit in pattern.finditer(content):
        weights[hit.start():hit.end()] = [light[hit.group()]] * len(hit.group())
    # Where nothing but light words is left, they are all there is to compare.
    return tuple(weights) if sum(weights) >= 0.5 else (1.0,) * len(content)


@lru_cache(maxsize=32768)
def _head(content: str) -> str:
    """The last two characters that weigh something: what the thing is, in a language that says it last."""
    plain = content.partition(SIZED)[0]
    weights = _char_weights(plain)
    heavy = [at for at, weight in enumerate(weights) if weight >= 1]
    return plain[heavy[-1] - 1:heavy[-1] + 1] if heavy and heavy[-1] else ""


def same_head(one: str, other: str) -> bool:
    """True where two contents are one kind of thing: the head of either stands in the other.

    >>> same_head("公办幼儿园", "公办幼儿园学位"), same_head("二次供水设施", "小区二次供水设施")
    (False, True)
    """
    return _head(one) in other and _head(other) in one


def grams(content: str) -> Iterable[str]:
    """Single characters and pairs: what blocks and compares. Pairs give the order, characters survive a changed one."""
    content = content.partition(SIZED)[0]
    return [*content, *(content[at:at + 2] for at in range(len(content) - 1))]


def pairs(content: str) -> set[str]:
    """What blocks: the pairs of characters of a content, or the one character that there is."""
    return {gram for gram in grams(content) if len(gram) == 2} or set(grams(content))


@dataclass(frozen=True, slots=True)
class Apart:
    """How many weighty characters two contents share, and the words that only the target (`missing`) or the result (`added`) has.

    A single character that one side has too many (医疗服务性收入, 项目扩) is no word; where each side has one (上转, 下转), or where
    they end with another kind of thing (企业, 中心), or a weighty word of one stands against a light noun of the other (移民, 农村居民),
    the one is `swapped` for the other. Nothing is told where fewer than LEAST_COMMON characters are shared.
    """

    common: int
    missing: tuple[str, ...]
    added: tuple[str, ...]
    swapped: bool = False


class Scale:
    """Weighs the characters and pairs of indicators by how rare they are among all indicators of the documents compared."""

    def __init__(self, contents: Iterable[str]) -> None:
        distinct = set(contents)
        self._total = len(distinct) + 1
        self._counts = Counter(gram for content in distinct for gram in set(grams(content)))
        self._known: dict[str, tuple[dict[str, float], float]] = {}

    def rarity(self, gram: str) -> float:
        """1 for what stands in one indicator only, near 0.5 for what stands in all of them."""
        return 0.5 + 0.5 * math.log(self._total / (self._counts[gram] or 1)) / math.log(self._total + 1)

    def count(self, gram: str) -> int:
        return self._counts[gram]

    def weigh(self, content: str) -> tuple[dict[str, float], float]:
        """The weight of each gram of a content, and their sum."""
        known = self._known.get(content)
        if known is None:
            known = self._known[content] = self._weigh(content)
        return known

    def _weigh(self, content: str) -> tuple[dict[str, float], float]:
        content, *classes = content.split(SIZED)
        chars = _char_weights(content)
        weights: dict[str, float] = dict.fromkeys(classes, _SIZE_WEIGHT)
        for at, char in enumerate(content):
            weights[char] = weights.get(char, 0) + 0.5 * chars[at] * self.rarity(char)
            if at:
                pair = content[at - 1:at + 1]
                weights[pair] = weights.get(pair, 0) + 0.5 * (chars[at - 1] + chars[at]) * self.rarity(pair)
        return weights, sum(weights.values())

    def alike(self, target: str, result: str) -> float:
        """How far two contents speak of one thing, from 0 to 1; nothing in common, or an empty side, is 0.

        Words swapped for others count most against it, words that only the result has more than words it leaves out.
        """
        if not target or not result:
            return 0.0
        if target == result:
            return 1.0
        (wanted, all_wanted), (given, all_given) = self.weigh(target), self.weigh(result)
        if len(given) < len(wanted):
            common = sum(min(weight, wanted[gram]) for gram, weight in given.items() if gram in wanted)
        else:
            common = sum(min(weight, given[gram]) for gram, weight in wanted.items() if gram in given)
        if common < 0.3:
            return 0.0
        missing, extra = all_wanted - common, all_given - common
        swapped = min(missing, extra)
        fit = common / (common + _SWAPPED * swapped + _LEFT_OUT * (missing - swapped) + _ADDED * (extra - swapped))
        return fit if _head(result) in target else fit * _OTHER_HEAD

    def apart(self, target: str, result: str) -> Apart:
        """The weighty words that two contents share, in any order, and those that only one of them has."""
        target, result = target.partition(SIZED)[0], result.partition(SIZED)[0]
        common, missing, without = _uncovered(target, result)
        if common < LEAST_COMMON:
            return Apart(common, (), ())
        _, added, beyond = _uncovered(result, target)
        swapped = bool(missing and added) and min(map(len, missing)) == min(map(len, added)) == 1
        return Apart(common, _long(missing), _long(added), swapped or bool(missing and beyond) or bool(added and without)
                     or _other_kind(target, result))

    def commonplace(self, run: str) -> bool:
        """True where the words stand in so many indicators of these documents that they name its field, not the thing."""
        found = [self._counts[run[at:at + 2]] >= _FIELD for at in range(len(run) - 1)]
        return 2 * sum(found) > len(found)


def _uncovered(text: str, other: str) -> tuple[int, list[str], tuple[str, ...]]:
    """How many weighty characters of a text stand in pairs that the other has too; the runs of those that do not, and of light nouns."""
    shared = [text[at:at + 2] in other for at in range(len(text) - 1)]
    common, words, nouns = 0, [" "] * len(text), [" "] * len(text)
    before = False
    for at, (char, weight, after) in enumerate(zip(text, _char_weights(text), [*shared, False], strict=True)):
        if before or after:
            common += weight >= 1
        elif weight >= 1:
            words[at] = char
        elif weight >= _KIND and char not in _RATES:
            nouns[at] = char
        before = after
    return common, "".join(words).split(), _long("".join(nouns).split())


def other_words(text: str, other: str) -> tuple[str, ...]:
    """The weighty words of a text that another does not have.

    >>> other_words("园区企业实现产值", "加工业产值"), other_words("加工企业实现产值", "加工业产值")
    (('园区',), ())
    """
    return _long(_uncovered(text, other)[1])


def _long(runs: list[str]) -> tuple[str, ...]:
    return tuple(run for run in runs if len(run) > 1)


def _other_kind(one: str, other: str) -> bool:
    """True where both end with a light noun, and not with the same: 高新技术企业, 企业技术中心."""
    here, there = one[-2:], other[-2:]
    kinds = [_KIND <= _char_weights(each)[-1] < 1 for each in (one, other) if each]
    return len(kinds) == 2 and all(kinds) and here != there and one[-1] not in _RATES and other[-1] not in _RATES
