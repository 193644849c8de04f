"""How units are written: counters, measures, shares and their compounds (万元/亩, 微克每立方米), as regexes."""

from engine.lexicon import any_of, words

# A counter is no counter where a longer word begins with it; the words stand in tests/cases/nothing-words.jsonl.
_NOT_BEFORE = {
    "个": "月年", "路": "面线口灯网径", "页": "岩", "卷": "入烟", "节": "气能约假", "封": "闭堵", "具": "有体备", "对": "口接标照外于应象", "组": "织建", "包": "括含", "方": "面案式法向", "升": "级", "分": "别类布析解管散", "面": "向积临对貌",
    "单": "位项", "本": "级地年市县区省科", "安": "全置排", "班": "子", "段": "落", "层": "面次", "岗": "位", "门": "户", "类": "似",
    "种": "植子养", "院": "士", "度": "假", "元": "旦", "台": "账风", "期": "间末初望", "条": "例", "名": "录单优", "起": "步来到草",
    "口": "岸径碑", "头": "部", "船": "舶", "克": "服", "角": "度", "米": "面粉", "户": "籍外", "支": "持撑付援", "队": "伍",
    "店": "铺", "届": "时", "把": "握", "份": "额", "套": "餐", "批": "准示评", "列": "入为", "站": "位", "村": "委", "镇": "区",
}
_PLAIN = any_of("counters", "measures", "times", "shares")

COUNTERS = frozenset(words("counters"))
TIMES = frozenset(words("times"))
SHARES = frozenset(words("shares"))
UNIT = rf"(?:{_PLAIN})(?:(?:/|每)(?:\d*[百千万亿]*(?:{_PLAIN})|人|日|年|月|天|次|床|户))?"
COUNTER = any_of("counters")


def is_counter(unit: str) -> bool:
    """True for a unit that counts pieces, with or without a scale (`家`, `万人次`)."""
    return unit.lstrip("十百千万亿") in COUNTERS


def broken_by(unit: str, after: str) -> bool:
    """True where `unit` with the following character is the start of another word (项 + 目, 本 + 级)."""
    if unit == "项":
        return after.startswith("目") and after != "目标"
    return after != "" and after[0] in _NOT_BEFORE.get(unit, "")
