"""What the title of an item, or the paragraph before, names of a figure whose own words leave it open."""

import re
from collections.abc import Iterator

from engine.counted import ends_with_work
from engine.holders import is_office
from engine.indicators import is_bare_verb, is_stage, open_verb
from engine.kinds import FORECAST
from engine.measured import Figure
from engine.spoken import names_field, names_thing, thing_of
from engine.values import Statement
from engine.wordlines import table

_TITLE_LENGTH, _SHORT_THING = 16, 3
_EARNINGS = frozenset(table("nouns")["heads"]["earnings"])
# The sides of an account, and the titles that name it.
_ACCOUNTS, _ACCOUNT_TITLES = ("收入", "支出", "总收入", "总支出", "结余", "当年结余", "滚存结余"), ("预算", "基金", "资金")
_INCOME = re.compile("(?:预算|基金|本级)收入$")
_PROJECT_TITLE = re.compile(
    "(?:加快|推进|推动|实施|抓好|建设|启动|加强|统筹|持续|全面|有序|扎实|稳步|全力)*(?P<name>[一-鿿A-Za-z“”]{3,}(?P<kind>工程|项目))$")
_SUMS = frozenset(table("nouns")["heads"]["invested"]) | {"总投资", "概算", "批复概算"}
# Rules that name a figure by the one before it.
_LEANS = frozenset(("elided", "benefit"))
# So many statements back a name may have been told.
_LAST = 40
_POINTERS = frozenset("该此")
_POINTED = re.compile("[该此](?:项目|工程)")
_PROJECT = re.compile("(?<![一-鿿])(?![该此])[一-鿿“”A-Za-z]{3,24}?(?:项目|工程)(?=[:,(位总建占])")


# 关于2024年1-9月市级重点项目推进情况的通报, 2025年民生实事完成情况
_TOPIC = re.compile(
    r"(?:.*?20\d{2}年度?(?:第?[一二三四]季度|上半年|前三季度|\d{1,2}[-—~至到]\d{1,2}月份?|\d{1,2}月份?)?的?|关于|.*?[市县区镇乡])(?:[市县区]?《[^》]*》)?"
    r"(?P<topic>[一-鿿“”]{3,12}?)(?:上半年|下半年|前三季度|第?[一二三四]季度|截至\d{1,2}月[底末]?|\d{1,2}(?:[-—~至到]\d{1,2})?月份?|建设|推进|办理|落实|实施|进展|完成|执行)*(?:情况|进展|进度)")
_ONE_THING = re.compile("(?:项目|工程|实事|改造|整治|整改|债券|专项债|资金|试点|小镇|园区)$")
# 重点任务 by itself names what is counted by items and nothing else.
_TASKS = re.compile("(?:重点|主要|目标|督办|督查|民生|改革|攻坚)*(?:任务|事项)")
_ITEMS = ("项", "件")
# What names nothing by itself in a document about one thing.
_OF_TOPIC = frozenset(table("nouns")["heads"]["invested"]) | frozenset(table("nouns")["heads"]["of_topic"])


def topic_of(title: str) -> str:
    """The one thing that a report is about by its title; '' where it is about all that an office does."""
    found = _TOPIC.match(title)
    topic = found["topic"] if found else ""
    return topic if topic and (_TASKS.fullmatch(topic) or (_ONE_THING.search(topic) and names_thing(topic))) else ""


def _of_topic(figure: Figure, topic: str) -> Figure:
    """The figure with the one thing that the report is about, where its own words name none: 已完成11项 of 重点任务."""
    own = figure.indicator
    items = figure.token.unit in _ITEMS and (is_bare_verb(own) or is_stage(own))
    if not (items or (own in _OF_TOPIC and not _TASKS.fullmatch(topic))):
        return figure
    return figure._replace(indicator=topic if own in topic else own + topic if items else topic + own, rules=(*figure.rules, "topic"))


def spelled_out(string: str, figures: list[Figure], title: str, known: list[Statement], topic: str) -> Iterator[Figure]:
    """The figures of a sentence with what the title of their item, the statements before (`known`) and the `topic` name of them."""
    whole: dict[str, str] = {}
    for figure in figures:
        own = figure.indicator
        bare = next((each for each in whole if own.startswith(each)), "") if _LEANS.intersection(figure.rules) else ""
        if bare:  # 标准厂房。新建28万㎡;入驻率68%
            named = figure._replace(indicator=whole[bare] + own[len(bare):])
        else:
            named = _titled(figure, title)
            if own and named.indicator != own:
                whole[own] = named.indicator
        yield _pointed_at(string, _fuller(_of_topic(named, topic) if topic else named, known))


def _titled(figure: Figure, title: str) -> Figure:
    """The figure with what the title of its item names, where its own words leave that open: the first rule that fits."""
    if not title or len(title) > _TITLE_LENGTH:
        return figure
    whole = next((found for rule in _TITLE_RULES if (found := rule(figure.indicator, title))), "")
    return figure._replace(indicator=whole, rules=(*figure.rules, "title")) if whole else figure


def _staged(own: str, title: str) -> str:
    """7.加装电梯。开工20部; (五)加快既有住宅加装电梯。年内建成投用30台."""
    thing = thing_of(title) or _improved(title) if is_stage(own) else ""
    return own + thing if thing else ""


def _side_of_account(own: str, title: str) -> str:
    """(二)政府性基金预算。收入6亿元,支出5亿元."""
    return title + own if own in _ACCOUNTS and title.endswith(_ACCOUNT_TITLES) else ""


def _done_to(own: str, title: str) -> str:
    """17.低效用地。盘活1200亩; a title that names a field of work has nothing that is counted by its name."""
    thing = title if names_thing(title) else _improved(title)
    if not open_verb(own) or not thing or names_field(thing):
        return ""
    return thing if own in thing or len(own) == 1 else own + thing


# 农村公路提升, 管网改造: what is built, and that something is done about it.
_IMPROVED = re.compile("(?P<thing>[一-鿿]{2,8}?)(?:提升|提质|改造|新建|建设|更新|扩容|升级|整治|维修|养护)+(?:工程|项目|行动)?")


def _improved(title: str) -> str:
    """What a title says is to be bettered; '' for any other title, and for one that names no work that stands there."""
    found = _IMPROVED.fullmatch(title)
    return found["thing"] if found and ends_with_work(found["thing"]) and names_thing(found["thing"]) else ""


def _fuller_in_title(own: str, title: str) -> str:
    """(一)老旧小区改造。全年任务36个小区: the same things, by the name that the title has for them."""
    place = title.find(own) if 2 <= len(own) <= _SHORT_THING else -1
    return title[:place + len(own)] if place > 0 and ends_with_work(own) and names_thing(title[:place + len(own)]) else ""


def _of_project(own: str, title: str) -> str:
    """2.推进二期治理工程。工程概算2.3亿元,完成投资9200万元."""
    project = _PROJECT_TITLE.search(title)
    if not project or not (own in _SUMS or own.startswith(project["kind"])):
        return ""
    return project["name"] + own.removeprefix(project["kind"])


def _left_open(own: str, title: str) -> str:
    """(一)固定资产投资。全市完成620亿元,南岭区增长0.6%."""
    open_ended = not own or is_bare_verb(own)
    if not (open_ended or is_office(own)) or not (thing := thing_of(title) or _improved(title)):
        return ""
    return thing if open_ended else own + thing


_TITLE_RULES = (_staged, _side_of_account, _done_to, _fuller_in_title, _of_project, _left_open)


def _fuller(figure: Figure, known: list[Statement]) -> Figure:
    """预计全年营业收入118亿元 behind 规上文化企业营业收入76亿元: by the name it has in the paragraph."""
    own = figure.indicator
    if own == "支出":  # 一般公共预算收入拟安排89亿元。支出拟安排321亿元
        account = (each.indicator[:-2] for each in reversed(known[-_LAST:]) if _INCOME.search(each.indicator))
        return figure._replace(indicator=next(account, "") + own)
    if own not in _EARNINGS or not FORECAST.search(figure.words):
        return figure
    alike = (each.indicator for each in reversed(known[-_LAST:]) if each.unit == figure.token.unit and each.indicator.endswith(own))
    return figure._replace(indicator=next(alike, own))


def _pointed_at(string: str, figure: Figure) -> Figure:
    """该项目总投资300万元 behind 蔬菜保鲜库项目:…: the project named last in the paragraph, in place of the word that points to it."""
    pointer = _POINTED.match(figure.indicator) if figure.indicator[:1] in _POINTERS else None
    named = pointer and _PROJECT.findall(string, 0, figure.head)
    return figure._replace(indicator=named[-1] + figure.indicator[pointer.end():]) if pointer and named else figure
