"""The thing counted behind a figure (5个村党组织), up to its verb or mark."""

import re

from engine.indicators import ADVERB, BARE_VERBS, KEPT_STAGE, NOUN_TAIL, STAGE, STAGES, VERB, VERBS, begins_with_verb, open_verb, trimmed
from engine.lexicon import any_of, either
from engine.spoken import EFFORT
from engine.wordlines import table

_NOUNS = table("nouns")

_MARKS = "→,;:。!?、()\t\n"
_MARK = r"[→,;:。!?、(\t]"
# 为民办实事, 为老服务: for whom a thing is done.
_SERVED = frozenset("民农老侨企医教")
# 中介机构建立合作: 构建 is no word there.
_ACROSS = "(?<=[机结架])构建"
_TAIL_STOP = re.compile(
    rf"(?P<aside>\([^()0-9]{{1,6}}\)|(?<=小)\([12]\)(?=型)|“[^”]{{1,20}}”|《[^》]{{1,24}}》|(?:国家|国|省|市|县|区)[级控定属]?(?:[和及、](?:国家|国|省|市|县|区)[级控定属])+"
    rf"|[超过达]\d+[百千万亿]*元的?(?=[一-鿿])|\d+(?:\.\d+)?[百千万亿]*(?:元|人|亩|平方米|吨|千瓦|岁|公里|户)?(?:\(含\))?及?以[上下](?:的|(?=[一-鿿]))|\d+(?:\.\d+)?[百千万亿]*(?:吨|伏|千伏|kV|兆瓦|千瓦|元)级(?=[一-鿿]))|{_MARK}|\d|(?<=..)[年月日]?平均|[上下]半年|[一二三四]季度|年底前|年内|逐一|全部|共计|累计|全面|按期|顺利|均已|(?<![亩人户年月日场单平])均|已(?!婚)|(?<=.)基本(?!公共|医疗|养老|农田|草原|药物|建设|面)|正在|正(?=[大加有积全抓按])|(?<=..)(?<![报签迟])到(?![位账期户岗达场会])|以[上下](?!的?(?!占)[一-鿿])"
    r"|(?<=..)(?<![方意面定走导风趋志])向(?![导日阳])|(?<=.)可(?=提供|以|实现|享受|办理|满足|容纳|使用)|(?<=..)(?:优化|调整)?(?:整合|合并|调整|撤并|精简|优化)[为成]"
    rf"|(?<=.)(?P<predicate>{any_of('tail_predicates')})|(?<=.)(?<!^[新未拟续])(?!{_ACROSS})(?:{any_of('tail_stops')})|(?<=..)(?!组织|{_ACROSS}|{any_of('compounds')})(?:{any_of('strong_verbs')})")
_STATES = frozenset(
    "台阶 大关 关口 门槛 到位 完毕 完成 结束 见效 落地 达标 在建 合格 完好 归零 销号 略多 略少 稍多 稍少 偏多 偏少 不等".split())
# 完成全年5万人目标的84%, 4条总长36公里的产业路: what was set, or how long it is, is that of another thing.
_OF_ANOTHER = re.compile(
    f"(?:年度|总|预期|控制|考核|规划|约束性|建设|改造|招商|投资|开工|收储|整治|拆除)*(?:{either(_NOUNS['heads']['set'])})+[数值]?|{either(_NOUNS['heads']['extents'])}")
_DIRECTIONS = table("changes")["direction"]
_CHANGE = re.compile(rf"(?:稳步|逐步|大幅|进一步)?(?:{either([*_DIRECTIONS['up'], *_DIRECTIONS['down']])}|发展|优化|调整)(?:到|至|为)?")
# 10个众创空间和科技企业孵化器: the things counted may be several, up to the next mark.
_JOINS = frozenset("、和及与")
_JOINED = re.compile(r"(?P<next>[^,;。:!?、\d\t()]{2,16})(?=[,;。:!?]|、$)")


def _is_clause(text: str) -> bool:
    """True where a part of an enumeration has a verb of its own."""
    begun = any(pattern.match(text) for pattern in (EFFORT, ADVERB)) or begins_with_verb(text)
    return begun or bool(_TAIL_STOP.search(text) or STAGE.match(text)) or text in BARE_VERBS or open_verb(text[:2])


_CLAUSE_END = re.compile(r"[,;:。!?\t]|\((?![^()0-9]{1,6}\))|\d|并|且")
_SHORT_THING, _LONGEST_CLAUSE = 7, 28
# 90户约300米, 60处和接口45个: what follows is of the next figure.
_LINKED = re.compile(r"(?:和(?![谐睦美平])|及(?!时)|与(?!会)|以及)|(?:约|近|超|超过|达|共|共计|计|合计|折合)+(?=\d|$)")
# 总投资8亿元的水库大坝填筑有序推进
_ORDERLY = re.compile("(?<=..)(?:有序|顺利|稳步|扎实|加快|持续|如期|快速)$")
_BUILT_BY = re.compile(r"^\d{4}年[底末]?(?:之?前|以前)?[一-鿿]{2}的")
_TASKS_DONE = ("任务已", "任务均", "任务全部")
_MODAL_TAILS = ("将于", "将在", "拟于", "力争", "确保", "争取", "预计", "计划于", "务必", "有望")


def tail_noun(after: str) -> str:
    """The thing counted in the text after a figure (5个*村党组织*), up to its verb or mark; '' where there is none.

    A short thing keeps its predicate, which says which ones are counted (8个*村达到“先锋”标准*).
    """
    after = after.removeprefix("的")
    if after[:1].isdigit():  # 剩余165个2000年底前建成的老旧小区
        after = _BUILT_BY.sub("", after)
    if after[:1] in ("为", "是", "属") and len(after) > 2 and after[1] not in _SERVED:
        after = after[1:]
    if not after or after[0] in _MARKS or _LINKED.match(after):
        return ""
    stop = next((found for found in _TAIL_STOP.finditer(after) if not found["aside"]), None)
    phrase = after[:stop.start()] if stop else after
    if stop and stop.group() in _JOINS and (joined := _JOINED.match(after, stop.end())) and not _is_clause(joined["next"]):
        phrase = after[:joined.end("next")]
    if stop and stop["predicate"] and len(phrase) <= _SHORT_THING:
        clause = _CLAUSE_END.split(after, maxsplit=1)[0]
        # What leads on to the next figure is that one's own: 28个重点项目完成投资38亿元.
        phrase = clause if len(clause) <= _LONGEST_CLAUSE and len(clause) < len(after) else phrase
    phrase = phrase.removesuffix("的基础上").removesuffix("的基础")
    if phrase == "于" or phrase.startswith(("因", "由于", "主要", "基础上", "基数上", *_MODAL_TAILS)):
        return ""
    if _CHANGE.fullmatch(phrase) or (len(phrase) == 2 and open_verb(phrase)):
        return ""
    found = None if KEPT_STAGE.match(phrase) else VERB.match(phrase)
    if found and not NOUN_TAIL.match(phrase[found.end():]) and found.end() < len(phrase):
        phrase = phrase[found.end():]
    thing = trimmed(_ORDERLY.sub("", phrase) if stop else phrase)
    if after.startswith(_TASKS_DONE):  # 62项任务已完成59项
        return thing
    return "" if phrase in _STATES or _OF_ANOTHER.fullmatch(thing) or thing in STAGES else thing


_THINGS = either(_NOUNS["heads"]["counted"])
_THING_END = re.compile(f"{_THINGS}$")
_COUNTED_OF = re.compile(f"(?P<thing>[^的]*{_THINGS})(?:的|[中里内]$)")
# 38个行政村污水治理率, 6个园区亩均税收: how the things counted stand, told right behind them.
_COUNTED_MEASURED = re.compile(f"(?P<thing>[^的]{{0,10}}?{_THINGS})(?:[一-鿿]{{2,12}}率$|(?:平均|[人户亩校村床]均)[一-鿿]{{2,}})")
# 12个项目未落实用地: what is still to be done to them says which ones are counted.
_COUNTED_NOT = re.compile(f"(?P<thing>[^的]{{0,10}}?{_THINGS})(?:至今|迄今|目前|尚|仍|还|均|都)*(?P<not>未[一-鿿]{{2,8}})$")
# 30件民生实事中,已完成18件
_AMONG_END = re.compile("(?<=..)(?<![集其高初空水途])[中内]$")
_BARE_DEED = 3  # a verb alone may be the end of a noun; with its object it is none
_COUNTED_WHO = re.compile(f"[^的]{{0,12}}?(?:{_THINGS}|{either(_NOUNS['heads']['people'])})")


def ends_with_thing(phrase: str) -> bool:
    """True for a phrase that ends with what is counted by pieces (规上企业, 商务楼宇)."""
    return bool(_THING_END.search(phrase))


_WORK_END = re.compile(f"(?:{_THINGS}|{either(_NOUNS['heads']['built'])})$")


def ends_with_work(phrase: str) -> bool:
    """True for a phrase that ends with what is built or stands somewhere (农村公路, 老旧小区)."""
    return bool(_WORK_END.search(phrase))


def _who(tail: str) -> str:
    """What stands before the verb of those who are helped; '' where no verb follows."""
    found = _COUNTED_WHO.match(tail)
    rest = tail[found.end():] if found else ""
    acts = len(rest) > _BARE_DEED and (ADVERB.match(rest) or rest[:2] in VERBS or rest[:2] in BARE_VERBS)
    return found.group() if found and acts else ""


def counted_in(tail: str, *, helped: bool) -> str:
    """The thing itself in the text behind a counter: 7个项目的前期工作 counts 项目; so does, where others are `helped`, what stands
    before their verb (19个村申报示范村).

    >>> counted_in("项目的前期工作", helped=False), counted_in("符合条件的项目", helped=False), counted_in("企业申领补贴", helped=True)
    ('项目', '符合条件的项目', '企业')
    """
    if found := _COUNTED_NOT.match(tail):
        return found["not"] + found["thing"]
    if found := _COUNTED_OF.match(tail) or _COUNTED_MEASURED.match(tail):
        return found["thing"]
    return (_who(tail) if helped else "") or _AMONG_END.sub("", tail)
