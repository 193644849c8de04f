"""What each figure of a sentence measures: indicator, measure, sign and comparator.

Offsets are into the compact string of a paragraph. Every Figure names the rules that made it.
"""

import re

from engine import indicators
from engine.amounts import amount
from engine.contexts import AFTER, context
from engine.lexicon import either
from engine.measured import LOOK_BACK, PARTS, REACH, Figure, Place, signed
from engine.rows import dealt_out, from_behind
from engine.shares import points, share
from engine.subjects import going_on, taken_up, with_subject
from engine.tokens import Token
from engine.units import SHARES, is_counter, same_unit
from engine.wordlines import table

_STRETCH = re.compile(
    r"^[,、;。(]*(?:[^,;。]{0,14}更好结果、)?(?:在?实际工作中)?(?:并|且|努力|全力|同时)?"
    rf"{either(table('around')['between']['stretch'])}(?:目标)?(?:实现|完成|达到|突破|冲刺|达|为|超过|超|到|(?:同比)?(?:增长|下降|降低|减少|提高|提升|压降)|在|降到|降至|压降到|提高到|提升到|增加到|增至)*$")
# What a sentence that begins so tells goes by the names of the one before: 预计全年新登记6600户.
_TAKES_UP = ("其中", "预计", "全年预计")
# 其中10亿元以上项目3个、外资项目2个;
_PART_ROW = re.compile("其中[,:]?[^,;。]*$")
_UP_TO_MARK = re.compile(".*[,;:。!?]", re.DOTALL)
# The thing counted behind a figure, up to the mark that opens the next one: 开工29个小区、完工21个小区.
_COUNTED_REACH = 9
_COUNTED = re.compile(r"[一-鿿“”]{2,8}、")


def figures(string: str, found: list[Token], start: int, end: int, former: list[Figure]) -> list[Figure]:
    """What the tokens of one sentence (`start` to `end` of the paragraph) measure, in order.

    `former` are the figures of the sentence before: one that names nothing of its own goes on from the last of them.
    """
    done: list[Figure] = []
    limit = start
    takes_up = bool(former) and string.startswith(_TAKES_UP, start)
    for number, token in enumerate(found):
        stop = found[number + 1].start if number + 1 < len(found) else end
        figure = with_subject(string, start, limit, _figure(string, token, limit, stop, done))
        if takes_up and (taken := taken_up(figure, former)):
            figure = figure._replace(indicator=taken, rules=(*figure.rules, "taken-up"))
        elif former and not done:
            figure = going_on(figure, former, part=bool(PARTS.search(string, start, token.start)), gap=string[start:figure.head])
        done.append(figure)
        limit = _words_end(string, figure)
    return dealt_out(string, from_behind(string, done), former)


def _words_end(string: str, figure: Figure) -> int:
    """Where the words of the next figure may begin: behind the comparator, and behind the thing that follows this one."""
    found = AFTER.match(string, figure.token.end)
    end = found.end() if found else figure.token.end
    if "tail" in figure.rules and (place := string.find(figure.indicator[-2:], end, end + 24)) >= 0:
        return place + len(figure.indicator[-2:])
    counted = _COUNTED.match(string, end) if string.find("、", end, end + _COUNTED_REACH) > 0 else None
    return counted.end() if counted else end


def _head_start(string: str, limit: int, position: int) -> int:
    """The words about a figure begin after the last mark or bracket, or after the figure before."""
    marked = _UP_TO_MARK.match(string, limit, position)
    begin = marked.end() if marked else limit
    opened = string.rfind("(", begin, position)
    return opened + 1 if opened >= 0 and ")" not in string[opened:position] else begin


def _figure(string: str, token: Token, limit: int, stop: int, done: list[Figure]) -> Figure:
    begin = _head_start(string, limit, token.start)
    head = _over_bracket(string, begin, token, done)
    after = string[token.end:stop if stop > token.end else token.end + 40]
    previous = _leans_on(string, done, token, begin)
    place = Place(string, token, begin, head, context(head), after, AFTER.match(after), previous.indicator if previous else "", done)
    if previous and previous.measure == "growth" and token.unit not in SHARES and len(done) > 1 and done[-2].token.unit == token.unit:
        previous = done[-2] if _is_stretch(place, done[-2]) else previous  # 营业收入50亿元,增长8%,力争52亿元
    if previous and _is_stretch(place, previous):
        value = signed(token.value, previous.value)
        return place.figure(previous.indicator, previous.measure, value, "stretch", own=False, stretch=True)
    if token.rule == "zero":
        return _zero(place)
    if token.unit in ("%", "‰", "倍"):
        return share(place)
    return points(place) if token.unit in SHARES else amount(place)


def _over_bracket(string: str, begin: int, token: Token, done: list[Figure]) -> str:
    """公办中心(含4个分园)达到16所: the words about a figure, joined over a bracket with figures of its own."""
    head = string[begin:token.start]
    if head.startswith("("):
        head = head.rpartition(")")[2] if ")" in head else head
    closed = head.find(")") + token.start - len(head)
    if ")" not in head or "(" in head or (opened := string.rfind("(", 0, closed)) < 0:
        return head
    start = _head_start(string, max((each.token.end for each in done if each.token.start < opened), default=0), opened)
    joined = string[start:opened] + string[closed + 1:token.start]
    return joined if any(each.token.start > opened for each in done) and opened - start > 1 else head


def _leans_on(string: str, done: list[Figure], token: Token, begin: int) -> Figure | None:
    """The figure that an elided head leans on: the one before, or the nearest that also counts pieces.

    Parts of a whole (in brackets, or behind 其中 up to the semicolon) are passed over once their row is closed.
    """
    done = done[-LOOK_BACK:]
    while len(done) > 1 and _is_closed_part(string, done[-1], token.start, begin):
        done.pop()
    if done and is_counter(token.unit) and not is_counter(done[-1].token.unit) and done[-1].token.unit not in SHARES:
        return next((each for each in reversed(done) if is_counter(each.token.unit)), done[-1])
    return done[-1] if done else None


def _is_closed_part(string: str, figure: Figure, position: int, begin: int) -> bool:
    between = string[figure.token.end:position]
    opened = string.rfind("(", figure.head - 1, figure.token.start)
    in_bracket = opened >= 0 or string[max(0, figure.head - 1):figure.head] == "("
    if ")" in between and (in_bracket or "(" not in between):
        return True
    return ";" in string[figure.token.end:begin] and bool(_PART_ROW.search(string, max(0, figure.token.start - REACH), figure.token.start))


def _is_stretch(place: Place, previous: Figure) -> bool:
    """达到25%以上,力争27%以上: the second figure of a pair, with no thing of its own."""
    return bool(_STRETCH.match(place.words) and not re.match("[一-鿿“]", place.following)
                and same_unit(previous.token.unit, place.token.unit))


def _zero(place: Place) -> Figure:
    head = re.sub(r"(?:动态|全部|基本|保持|实现|确保|清|[“\"‘])+$", "", place.words)
    return place.figure(indicators.noun(head) or place.before, "amount", place.token.value)
