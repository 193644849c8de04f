"""What the title of an item, or the paragraph before, names of a figure whose own words leave it open."""

import re
from collections.abc import Iterator

from engine.indicators import is_bare_verb, is_office, is_stage, names_thing, open_verb
from engine.kinds import FORECAST
from engine.measured import Figure
from engine.values import Statement
from engine.wordlines import table

_TITLE_LENGTH = 12
_EARNINGS = frozenset(table("nouns")["heads"]["earnings"])
# Titles that name a field of work: nothing in it is counted by its name.
_FIELD = re.compile("(?:管理|治理|发展|建设|服务|改革|创新|安全|环境|振兴|保护|保障|生产|民生|文化|教育|卫生|党建|培育)$")
# (二)政府性基金预算。收入6亿元,支出5亿元: the sides of an account, and the titles that name it.
_ACCOUNTS, _ACCOUNT_TITLES = ("收入", "支出", "总收入", "总支出", "结余", "当年结余", "滚存结余"), ("预算", "基金", "资金")
_POINTERS = frozenset("该此")
_POINTED = re.compile("[该此](?:项目|工程)")
_PROJECT = re.compile("(?<![一-鿿])(?![该此])[一-鿿“”A-Za-z]{3,24}?(?:项目|工程)(?=[:,(位总建占])")


def spelled_out(string: str, figures: list[Figure], title: str, known: list[Statement]) -> Iterator[Figure]:
    """The figures of a sentence with what the title of their item and the statements before (`known`) name of them."""
    bare, full = "", ""
    for figure in figures:
        own = figure.indicator
        if bare and own.startswith(bare) and "elided" in figure.rules:  # 标准厂房。新建28万㎡;入驻率68%
            named = figure._replace(indicator=full + own[len(bare):])
        else:
            named = _titled(figure, title)
            if own and named.indicator != own:
                bare, full = own, named.indicator
        yield _pointed_at(string, _fuller(named, known))


def _titled(figure: Figure, title: str) -> Figure:
    """The figure with what the title of its item names, where its own words leave that open.

    7.加装电梯。开工20部 · (一)固定资产投资。全市完成620亿元,南岭区增长0.6% · (二)政府性基金预算。收入6亿元,支出5亿元.
    """
    own = figure.indicator
    if not title or len(title) > _TITLE_LENGTH:
        return figure
    if is_stage(own):
        return figure._replace(indicator=own + title)
    if own in _ACCOUNTS and title.endswith(_ACCOUNT_TITLES):
        return figure._replace(indicator=title + own, rules=(*figure.rules, "title"))
    if open_verb(own) and names_thing(title) and not _FIELD.search(title):  # 17.低效用地。盘活1200亩
        return figure._replace(indicator=title if own in title else own + title, rules=(*figure.rules, "title"))
    open_ended = not own or is_bare_verb(own)
    if (open_ended or is_office(own)) and names_thing(title):
        return figure._replace(indicator=title if open_ended else own + title, rules=(*figure.rules, "title"))
    return figure


def _fuller(figure: Figure, known: list[Statement]) -> Figure:
    """预计全年营业收入118亿元 behind 规上文化企业营业收入76亿元: by the name it has in the paragraph."""
    own = figure.indicator
    if own not in _EARNINGS or not FORECAST.search(figure.words):
        return figure
    alike = (each.indicator for each in reversed(known) if each.unit == figure.token.unit and each.indicator.endswith(own))
    return figure._replace(indicator=next(alike, own))


def _pointed_at(string: str, figure: Figure) -> Figure:
    """该项目总投资300万元 behind 蔬菜保鲜库项目:…: the project named last in the paragraph, in place of the word that points to it."""
    pointer = _POINTED.match(figure.indicator) if figure.indicator[:1] in _POINTERS else None
    named = pointer and _PROJECT.findall(string, 0, figure.head)
    return figure._replace(indicator=named[-1] + figure.indicator[pointer.end():]) if pointer and named else figure
