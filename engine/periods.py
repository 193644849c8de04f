"""The time a sentence speaks of: years, parts of a year, cut-offs and due dates."""

import re
from bisect import bisect_right
from typing import NamedTuple

from engine.values import Month

_QUARTERS = {"一": (1, 3), "二": (4, 6), "三": (7, 9), "四": (10, 12), "1": (1, 3), "2": (4, 6), "3": (7, 9), "4": (10, 12)}
_UNTIL = {"前三季度": 9, "前二季度": 6, "前两季度": 6, "上半年": 6, "前三个季度": 9}
_NAMED = {**{name: (1, last) for name, last in _UNTIL.items()}, "下半年": (7, 12)}
PARTS_OF_YEAR = {**_NAMED, **{f"{name}季度": months for name, months in _QUARTERS.items()}}
_HAN_MONTHS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10, "十一": 11, "十二": 12}

# The first look-ahead of the long patterns lets a search pass quickly over all places where none of their arms can begin.
PERIOD = re.compile(
    r"(?=[\d前截上下第一二三四])(?:(?P<first>\d{1,2})(?:月份?)?[-—~至到](?P<last>\d{1,2})月份?"
    r"|(?<!提)前(?P<count>\d{1,2}|十[一二]?|[二两三四五六七八九])个?月"
    r"|截至?止?到?至?(?:今年|本年|当年|目前|\d{4}年)?(?P<until>\d{1,2})月(?:\d{1,2}日|份|底|末|上旬|中旬|下旬)?"
    r"|(?P<named>前三季度|前三个季度|前二季度|前两季度|上半年|下半年)"
    r"|(?P<ended>\d{1,2})月(?:底|末)(?!前|之前|以前)"
    r"|第?(?P<quarter>[一二三四1-4])季度(?:(?P<close>末|底)|(?P<onward>起))?(?![末底]?前)"
    r"|(?<![\d.至到-])(?P<only>\d{1,2})月(?:份|当月)?(?:(?P<sum>,?累计)|(?<=[份月])(?<!\d月)(?!开始|起|以来)))", re.ASCII
)
# 以来 and 起 open a span of several years; a year inside a name or a document number is none.
YEAR = re.compile(
    r"(?=[12二一])(?<![\d较比与])(?<!相比)(20\d{2}|19\d{2}|(?:二[〇零]|一九)[〇零一二三四五六七八九]{2})年"
    r"(?![一-鿿]{2,8}以来|以来|来|起|至今|以后|后|(?:度|末|底)?的?(?:基础|基数|水平|同期)"
    r"|前(?![一二三四五六七八九十两\d]+个?[季月])|版)(?:度)?", re.ASCII)
_STOOD_BY = re.compile(
    r"[底末]?(?:以|之)?前(?:[一-鿿]{2,4}的|(?:建成|竣工|交付|投用)(?=[一-鿿]{2}))|度?(?:结转|续建|接续|跨年|未完成|未完工|未竣工|遗留|剩余)"
    r"|度?(?:签约|开工|引进|立项|入库|排查出?|交办|招收|录取|入学)的?[一-鿿]{0,4}?(?:项目|企业|问题|隐患|学生|任务|小区)(?:中|[一-鿿]{2,4}率)")
_DUE = re.compile(
    r"(?=[\d一二三四五六七八九十上年])(?:(?:(?P<year>20\d{2})年)?(?P<month>\d{1,2}|[一二三四五六七八九十]{1,2})月(?:份|底|末|\d{1,2}日|上旬|中旬|下旬)?(?:之?前|以前|底|末)"
    r"|(?P<quarter>[一二三四1-4])季度(?:末|底|前|内|完成|开工|启动|竣工|投用|建成)"
    r"|(?P<half>上半年)(?:前|内|末|完成|建成|开工|启动|竣工|投用|投产)?"
    r"|(?P<end>年底|年末)(?:前|之前)?|(?P<within>年内))", re.ASCII
)


# 国庆中秋假期接待游客18万人次: of those days alone. A feast of the moon's calendar goes by the month that it falls in most often.
_HOLIDAYS = {"元旦": 1, "春节": 2, "清明": 4, "五一": 5, "劳动": 5, "端午": 6, "中秋": 9, "国庆": 10, "十一": 10}
_DAY_OFF = f"“?({'|'.join(_HOLIDAYS)})节?”?"
_HOLIDAY = re.compile(
    rf"{_DAY_OFF}(?:[、和及]?{_DAY_OFF})?(?:假期|假日|小长假|长假|黄金周)|(?P<days>1[0-2]|[1-9])月\d{{1,2}}日[-—~至到]\d{{1,2}}日")


def holiday_before(string: str, position: int, since: int) -> tuple[int, tuple[int, int]] | None:
    """Where the last holiday, or days of one month (10月1日至8日), named between `since` and `position` ends, and its month."""
    found = next(reversed(list(_HOLIDAY.finditer(string, since, position))), None)
    if found and found["days"]:
        return found.end(), (int(found["days"]), int(found["days"]))
    month = max(_HOLIDAYS[each] for each in found.groups() if each) if found else 0
    return (found.end(), (month, month)) if found else None


def months_of(found: re.Match[str]) -> tuple[int, int] | None:
    """First and last month of a PERIOD match; None where they are no months."""
    if found["first"]:
        return _checked(int(found["first"]), int(found["last"]))
    if found["count"]:
        return _checked(1, _month(found["count"]) or 0)
    if found["until"]:
        return _checked(1, int(found["until"]))
    if found["named"]:
        return _NAMED[found["named"]]
    if found["ended"]:
        return _checked(1, int(found["ended"]))
    if found["quarter"]:
        first, last = _QUARTERS[found["quarter"]]
        last = 12 if found["onward"] else last
        return (1, last) if found["close"] else (first, last)
    return _checked(1 if found["sum"] else int(found["only"]), int(found["only"]))


def _month(written: str) -> int | None:
    return int(written) if written.isdecimal() else _HAN_MONTHS.get(written)


def _checked(first: int, last: int) -> tuple[int, int] | None:
    return (first, last) if 1 <= first <= last <= 12 else None


def year_of(written: str) -> int:
    """The number of a year written in digits or characters (2025, 二〇二五)."""
    if written.isdecimal() and written.isascii():
        return int(written)
    return int("".join(str("〇一二三四五六七八九".find(char.replace("零", "〇"))) for char in written))


def due_of(string: str, year: int | None) -> str | None:
    """`YYYY-MM` of the first due date that a clause names (6月底前, 三季度完成, 年底前); None without one."""
    found = _DUE.search(string)
    if not found:
        return None
    year = int(found["year"]) if found["year"] else year
    if year is None:
        return None
    month = _due_month(found)
    return f"{year}-{month:02d}" if month else None


_UNTIL_MONTH = re.compile(
    r"(?:(?<!\d)(?P<month>1[01]|0?[1-9])月(?:底|末|份|\d{1,2}日)?|第?(?P<quarter>[一二三])季度[末底]?)(?:之|以)?前"
    r"(?![一二两三四]个?季)", re.ASCII)


def until_month(before: str, behind: str) -> int | None:
    """The last month of what a clause promises before one of this year: 6月底前交付12万平方米, 三季度末前. December ends the year.

    `before` are the words of the clause up to the figure, whose last such month holds, `behind` those that follow it.
    """
    found = next(reversed(list(_UNTIL_MONTH.finditer(before))), None) if "前" in before else None
    found = found or (_UNTIL_MONTH.search(behind) if "前" in behind else None)
    return (int(found["month"]) if found["month"] else _QUARTERS[found["quarter"]][1]) if found else None


_TIME_LIMIT = re.compile(r"(?:(?:完成|办结|整改|落实)时[限间]|时限要求|时间节点|时限):(?P<when>[^;。,)]{2,20})")
_BARE_MONTH = re.compile(r"(?:(?P<year>20\d{2})年)?(?P<month>1[0-2]|0?[1-9])月(?!\d)", re.ASCII)


def time_limits(string: str) -> list[tuple[int, str]]:
    """Where a paragraph says by when its items are to be done (完成时限:6月底前), and that time in words."""
    return [(found.start(), found["when"]) for found in _TIME_LIMIT.finditer(string)] if "时" in string and ":" in string else []


def limit_of(when: str, year: int | None) -> str | None:
    """`YYYY-MM` of a time limit in words; a month alone (完成时限:2026年6月) is its end."""
    if due := due_of(when, year):
        return due
    found = _BARE_MONTH.search(when)
    year = int(found["year"]) if found and found["year"] else year
    return f"{year}-{int(found['month']):02d}" if found and year else None


def _due_month(found: re.Match[str]) -> int | None:
    if found["month"]:
        month = _month(found["month"])
        return month if month and 1 <= month <= 12 else None
    if found["quarter"]:
        return _QUARTERS[found["quarter"]][1]
    return 6 if found["half"] else 12


# 增速较上半年加快 does not speak of that half-year.
_STANDS_BESIDE = re.compile("[较比](?:去年|上年|今年)?$")
FIVE_YEARS = re.compile(r"“?十([一二三四五六])(?:五|个五年)”?")
_PLAN_SPAN = re.compile(r"(?=[“十])(?<![较比与是为])“?(?<![较比与是为]“)十([一二三四五六])五”?(?:规划)?(?:(?:时?期)?末|时期|期间|以来)")


def last_year(plan: str) -> int:
    """The year in which a five-year plan ends: “十一五” is over in 2010, and each lasts five years."""
    return 2010 + 5 * "一二三四五六".index(plan)


# 锚定二〇三五年远景目标,今后五年…: what is aimed at from afar is not the time spoken of.
_AIMED = re.compile(
    r"(?:锚定|对标|围绕|对照|瞄准|着眼|面向|紧扣|朝着|聚焦|衔接)(?:20\d\d|二[〇零][〇零一二三四五六七八九]{2})年远景(?:目标)?")


def year_named(string: str) -> int | None:
    """The year that a title or heading names; None where it names none, or a five-year plan first.

    第十四个五年规划和二〇三五年远景目标纲要 is a plan of its five years, whatever it sees beyond them.
    """
    string = _AIMED.sub("", string) if "远景" in string else string
    found, plan = YEAR.search(string), FIVE_YEARS.search(string)
    return year_of(found[1]) if found and not (plan and plan.start() < found.start()) else None


def part_named(heading: str) -> tuple[int, int] | None:
    """The months of the one quarter that a heading names, and no other part of the year."""
    found = list(PERIOD.finditer(heading)) if "季度" in heading else []
    return _QUARTERS[found[0]["quarter"]] if len(found) == 1 and found[0]["quarter"] and not found[0]["close"] else None


def part_ahead(heading: str, cutoff: int | None) -> tuple[int, int] | None:
    """The months of the year still to come that a heading of a report up to `cutoff` names: 三、11—12月重点工作."""
    found = list(PERIOD.finditer(heading)) if cutoff and "月" in heading else []
    months = months_of(found[0]) if len(found) == 1 else None
    return months if months and cutoff and months[0] > cutoff else None


_PART_OPENS = re.compile("(?:进入)?(?:下半年|第?(?P<quarter>[二三四])季度)(?![^,]{0,2}以来|末|各)")


def part_opened_ahead(opening: str, cutoff: int | None) -> bool:
    """True where a sentence of a report up to `cutoff` opens with a part of the year still to come: 下半年,再发展党员6名."""
    found = _PART_OPENS.match(opening) if cutoff else None
    return bool(found and cutoff and (_QUARTERS[found["quarter"]][0] if found["quarter"] else _NAMED["下半年"][0]) > cutoff)


_AGAINST = ("是", "为", "相当于", "恢复到", "恢复至", "恢复了")


def _measured_against(string: str, found: re.Match[str]) -> bool:
    """True for 是2020年的1.4倍, 恢复到2019年的96%, which compare with that year and do not speak of it."""
    return string.endswith(_AGAINST, 0, found.start()) and string[found.end():found.end() + 1] == "的"


def describes(string: str, found: re.Match[str], current: int | None) -> bool:
    """True for 2000年底前建成的小区 in a text of a later year (`current`): which ones are meant. 2027年底前建成的 says when."""
    return bool(current and year_of(found[1]) < current and _STOOD_BY.match(string, found.end()))


_LONGEST_NAME = 60


def _entitled(string: str, found: re.Match[str]) -> bool:
    """True inside 《…三年行动方案(2024-2026年)》: the year belongs to the name of a document."""
    since = max(0, found.start() - _LONGEST_NAME)
    return string.rfind("《", since, found.start()) > string.rfind("》", since, found.start())


class Timeline(NamedTuple):
    """Where in a paragraph which year and which months begin to hold, found once a paragraph."""

    years: tuple[tuple[int, int], ...]
    periods: tuple[tuple[int, int, tuple[int, int]], ...]

    @classmethod
    def of(cls, string: str, current: int | None = None) -> "Timeline":
        """What a paragraph of a document of the year `current` names."""
        named = YEAR.finditer(string) if "年" in string else iter(())
        years = [(found.end(), year_of(found[1])) for found in named
                 if not (_measured_against(string, found) or _entitled(string, found) or describes(string, found, current))]
        if "五" in string:
            years += [(found.end(), last_year(found[1])) for found in _PLAN_SPAN.finditer(string)]
            years.sort()
        parts = PERIOD.finditer(string) if "月" in string or "季" in string or "半年" in string else iter(())
        told = (found for found in parts if not _STANDS_BESIDE.search(string, max(0, found.start() - 4), found.start()))
        periods = [(found.start(), found.end(), months) for found in told if (months := months_of(found))]
        return cls(tuple(years), tuple(periods))

    def year_before(self, position: int, since: int) -> int | None:
        """The last year named between `since` and `position`."""
        index = bisect_right(self.years, (position, 9999))
        return self.years[index - 1][1] if index and self.years[index - 1][0] > since else None

    def last_named(self, position: int, since: int) -> int | None:
        """Where the mention of the year that `year_before` gives ends."""
        index = bisect_right(self.years, (position, 9999))
        return self.years[index - 1][0] if index and self.years[index - 1][0] > since else None

    def period_before(self, position: int, since: int) -> tuple[int, tuple[int, int]] | None:
        """Place and months of the last part of a year named between `since` and `position`."""
        index = bisect_right(self.periods, (position,))
        while index and self.periods[index - 1][0] >= since:
            start, end, months = self.periods[index - 1]
            if end <= position:
                return start, months
            index -= 1
        return None


_WHOLE_YEAR = re.compile(r"年(?:度|终)?(?:工作)?(?:总结|回顾|完成情况)|政府工作报告|计划执行情况[和与及暨、]")
# The sheet of a month (2025年6月主要经济指标) counts from January on.
_MONTHLY = re.compile(r"(?P<year>20\d{2})年(?P<month>1[0-2]|0?[1-9])月(?!\d|以来|起)")
_HALF_YEAR = re.compile("(?<![上下])半年|年中")  # 半年经济形势分析会, 年中工作会
_WHOLE_YEAR_TEXT = re.compile(r"工作总结|年度?总结|全年|工作报告|总结和|总结及|完成情况|工作回顾|一年来|过去一?年|过去的一年")


def cutoff_in(title: str, opening: str, year: int | None) -> Month | None:
    """The last month a report covers, from its title or opening: 上半年 6, 前三季度 9, 1-10月 10, 全年总结 12, 截至…."""
    if (monthly := _MONTHLY.search(title)) and not PERIOD.search(title):
        return year_of(monthly["year"]), int(monthly["month"])
    if year and _WHOLE_YEAR.search(title) and not PERIOD.search(title):
        return year, 12
    if year and _HALF_YEAR.search(title):
        return year, 6
    for string in (title, opening):
        for found in PERIOD.finditer(string):
            months = months_of(found)
            named = YEAR.search(string)
            own = year_of(named[1]) if named else year
            if months and months[0] == 1 and own:
                return own, months[1]
            if months and own and found["quarter"] and "季度" in title:
                return own, months[1]
    if year and _WHOLE_YEAR_TEXT.search(title + opening):
        return year, 12
    return None


# How far tasks of the year have come is counted from January on, whatever quarter a report is of.
_CUMULATED = re.compile("落实|进展|推进|完成|任务|目标|项目|督查|经济|总结|建设")


def quarter_since(title: str, opening: str) -> int | None:
    """The first month of the one quarter that a report is about (二季度热线通报); None for any other report."""
    if "季度" not in title or _CUMULATED.search(title):
        return None
    found = next((each for string in (title, opening) for each in PERIOD.finditer(string)), None)
    return _QUARTERS[found["quarter"]][0] if found and found["quarter"] and not found["close"] else None
