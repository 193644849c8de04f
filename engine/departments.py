"""Who answers for a target: the units that a text names, the first one in the lead.

Ways of naming, as work plans use them: (责任单位:甲局、乙局), (甲局牵头,乙局配合), (甲局、乙局负责), and without brackets
牵头单位:甲局;配合单位:乙局 at the end of an item or on a line of its own.
"""

import re
from collections.abc import Iterator

from engine.lexicon import either
from engine.values import Department
from engine.wordlines import table

_WORDS = table("departments")["units"]
_ENDS = "".join(word for word in _WORDS["ends"] if len(word) == 1)
_AFTER_UNIT = "|".join([
    f"(?<=[{_ENDS}])", *(f"(?<={word})" for word in _WORDS["ends"] if len(word) > 1),
    "(?<=镇)(?<!城镇)(?<!乡镇)(?<!村镇)",  # 城镇和乡村建设局 is one unit
])
# 和 joins two units only behind the end of one: 发改委和财政局 are two, 发展和改革局 is one.
_BETWEEN = re.compile(rf"[、,;\s]+|(?:{_AFTER_UNIT})(?:以及|和|及|与)")
_ROLE = rf"(?P<role>{either(_WORDS['leads'])}|{either(_WORDS['supports'])})"
_SUPPORTS = re.compile(either(_WORDS["supports"]))
_LABEL = re.compile(rf"(?:{_ROLE}|(?P<other>{either(_WORDS['others'])})):")
_BRACKET = re.compile(rf"\((?:{_ROLE}:?|(?:{either(_WORDS['others'])}):)(?P<names>[^)]{{2,120}})\)")
_LED = re.compile(r"\((?P<lead>[^(),;。:]{2,20}?)牵头(?:[,、;](?P<support>[^()]{2,40}?)配合)?\)")
_CHARGED = re.compile(
    rf"\((?:由)?(?P<names>[^(),;。:\d]{{2,40}}?(?:{_AFTER_UNIT}))(?:按(?:照)?(?:各自)?职责(?:分工)?)?(?:牵头|分别|共同)?负责(?:落实|实施)?\)")
_OPEN = re.compile(rf"(?:^|(?<=[。;!,\s\t)])){_ROLE}:(?P<names>[^。!()]{{2,160}})")
BEHIND = re.compile(
    rf"[。;!](?P<named>\({_ROLE}[^)]{{2,120}}\)|\([^(),;。:]{{2,20}}牵头(?:[,、;][^()]{{2,40}}配合)?\)"
    rf"|{_CHARGED.pattern.replace('?P<names>', '?:')}|(?={either(_WORDS['leads'])}:)[^。!()]{{4,160}})")
"""Names that stand behind the full stop of what they answer for."""


def departments(sentence: str) -> tuple[Department, ...]:
    """The units that a sentence (folded) names as responsible: the first one leads, the others support; each once."""
    if "(" not in sentence and ":" not in sentence:
        return ()
    found = list(_named(sentence))
    led = next((name for name, role in found if role == "lead"), None)
    return tuple(Department(name, "lead" if name == led else "support") for name in dict.fromkeys(name for name, _ in found))


def names(text: str) -> list[str]:
    """The units of an enumeration: 财政局、发展和改革局和各镇街 are three."""
    return [name for each in _BETWEEN.split(text) if (name := each.strip("。: "))]


def stand_alone(paragraph: str) -> bool:
    """True where a line names units and nothing else: it speaks of the item above it."""
    label = _LABEL.match(paragraph)
    return label is not None and label["other"] is None and "。" not in paragraph.rstrip("。")


def _named(sentence: str) -> Iterator[tuple[str, str]]:
    if "(" in sentence:
        for match in _LED.finditer(sentence) if "牵头" in sentence else ():
            yield from ((name, "lead") for name in names(match["lead"])[:1])
            yield from ((name, "support") for name in [*names(match["lead"])[1:], *names(match["support"] or "")])
        for match in _BRACKET.finditer(sentence):
            yield from _in_roles(match["role"] or "", match["names"])
        for match in _CHARGED.finditer(sentence) if "负责" in sentence else ():
            yield from ((name, "lead") for name in names(match["names"]))
    if ":" in sentence:
        for match in _OPEN.finditer(sentence):
            yield from _in_roles(match["role"], match["names"])


def _in_roles(role: str, said: str) -> Iterator[tuple[str, str]]:
    """Units with the label before them; another label among them changes the role."""
    begin = 0
    for match in [*_LABEL.finditer(said), None]:
        end = match.start() if match else len(said)
        if role:
            yield from ((name, "support" if _SUPPORTS.match(role) else "lead") for name in names(said[begin:end]))
        if match:
            role, begin = match["role"] or "", match.end()
