"""Why a figure of a report may be something else than what this office reached in this year: a promise that is repeated, another place
or time, what is still open.

Rules look at the words around the figure (wording.py) and name closed classes of them (words/caveats.lines). Each gives a reason in
Chinese; `void` figures are no result at all, `doubt` leaves them to a person.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from engine import progress
from engine.aliases import bare
from engine.lexicon import any_of, either
from engine.quantities import counts_pieces, quantity
from engine.values import Reading, Statement
from engine.wording import Around
from engine.wordlines import table

RANKS = ("村", "镇", "县", "市", "省", "国")
"""Places from the smallest to the widest; an office is known by the last one in its name."""
_PARKS = ("园区", "开发区", "高新区", "经开区", "新区")
_RANK_OF = {"社区": 0, "村": 0, "镇": 1, "乡": 1, "街道": 1, **dict.fromkeys(_PARKS, 1), "区": 2, "县": 2, "旗": 2, "州": 3, "市": 3,
            "省": 4, "国": 5}
# A word of a bureau's name is no place: 农业农村局, 住房和城乡建设局, 商务和市场监管局. A park stands below its county.
_OFFICE = re.compile(
    r"[一-鿿]{2,}?(社区|街道|(?<![乡农])村|(?<![城乡])镇|(?<!城)乡(?![村镇])|县|旗|州|(?<![城都])市(?![场政容民])|(?:园|开发|高新|经开|新)区"
    r"|(?<!自治)(?<![小社校景辖地灌库林])区|省)")
_NAMELESS = re.compile("(县|区|市|省|镇|街道)[一-鿿]{1,14}?(?:局|委|办|政府)")
_YEAR = re.compile(r"^20\d\d年?")
_REACH = 10


@dataclass(frozen=True, slots=True)
class Frame:
    """Whose report it is: how wide its place is (in RANKS), its year and its last month; None where nobody knows.

    `office` is its name or the head of its title, `park` is true where it calls itself 全区 without being a 区 of the state.
    """

    rank: int | None = None
    year: int | None = None
    last: int | None = None
    office: str = ""
    park: bool = False


NOBODY = Frame()


@dataclass(frozen=True, slots=True)
class Caveat:
    """Why a figure is no result by itself (`void`), or must be looked at first (`doubt`); both empty where nothing speaks against it."""

    void: str = ""
    doubt: str = ""


def frame_of(reading: Reading) -> Frame:
    """The frame of a document, from its office or title.

    >>> frame_of(Reading(doc="", text="", office="云溪街道")).rank, frame_of(Reading(doc="", text="", title="澄江县2031年工作总结")).rank
    (1, 2)
    >>> frame_of(Reading(doc="", text="", office="澄江县农业农村局")).rank, frame_of(Reading(doc="", text="", office="澄江开发区")).rank
    (2, 1)
    """
    office = reading.office or _YEAR.sub("", reading.title).partition("20")[0]
    found = _OFFICE.findall(office) or _NAMELESS.findall(office)[:1]
    last = found[-1] if found else ""
    year, month = reading.cutoff or (reading.year, None)
    return Frame(_RANK_OF.get(last), year, month, office, park=last in _PARKS)


def caveat(statement: Statement, around: Around, frame: Frame = NOBODY) -> Caveat:
    """What the words around a reported figure hold against it; `frame` says whose report it is."""
    if statement.kind == "target" or not (around.own or around.after or around.lead):
        return Caveat()
    void = next((said for rule in _VOIDS if (said := rule(statement, around))), "")
    if not void and statement.year == frame.year:
        void = _other_time(statement, around)
    doubt = next((said for rule in _DOUBTS if (said := rule(statement, around))), "") or _one_month(statement, around, frame) \
        or _wider_place(around, frame)
    return Caveat(void, doubt)


# — a promise that is repeated —

@cache
def _promise() -> tuple[re.Pattern[str], ...]:
    words = table("caveats")["promise"]
    nouns, hides, kept = either(words["nouns"]), either(words["hides"]), either(words["kept"])
    # A name may hold such a word (抽查任务完结率): it must end what is said, or a whole year or somebody above must stand before it.
    set_by = "(?:全年|年度|今年|年初|本年度?|上级|[省市县区]里?|考核)(?:下达|确定|分解|承担|要求)?[^,]{0,4}?"
    before = re.compile(rf"(?:(?!{hides}){nouns}(?:为|是|:|要求|下达|共)*$|{set_by}(?!{hides}){nouns}(?:为|是|:|要求)*(?P<rest>.*)$)")
    after = re.compile(rf"(?:以上|以内|左右)?的?(?:年度|全年|年初|既定|预定|全部|各项)?(?!{hides}|计划){nouns}(?!.{{0,6}}[率数量])")
    return before, after, re.compile(kept), re.compile(either(words["missed"]))


_SHARE_OF_IT = re.compile("的|的?(?:仅|只)?(?:完成|实现|达成)(?:了|率|率为|率达)?|中?,?")


def _repeated(statement: Statement, around: Around) -> str:
    before, after, kept, missed = _promise()
    own, said = bare(around.own), "只是目标任务数,不是完成数"
    if after.match(bare(around.after)):
        done = kept.search(own) and not missed.search(own) and around.next_unit is None and not missed.search(bare(around.rest)[:_REACH])
        return "" if done else said
    if _SHARE_OF_IT.fullmatch(bare(around.after)) and around.next_unit in {"%", "成"} and statement.measure == "amount" and "目标" in own:
        return said
    hit = before.search(own)
    if hit is None or statement.measure == "completion":
        return ""
    if kept.search(own[:hit.start()]) or kept.search(hit["rest"] or ""):
        return ""
    return said


# — what is still open —

@cache
def _open() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = table("caveats")["not done"]
    return re.compile(either(words["open"])), re.compile(either(words["left"]))


def _left_over(statement: Statement, around: Around) -> str:
    if statement.measure == "completion":
        return ""
    hit = _open()[1].search(bare(around.own))
    return f"前文为“{hit.group()}”" if hit else ""


def _still_open(statement: Statement, around: Around) -> str:
    """新建幼儿园4所尚未完工; 新建幼儿园4所,均未投用."""
    if statement.measure != "amount":
        return ""
    here, then = bare(around.after), bare(around.rest[len(around.after):]).lstrip(",")
    hit = _open()[0].search(here)
    if hit and hit.start() <= _REACH:
        return f"数字之后为“{here[:2 * _REACH]}”,可能尚未完成"
    return f"随后说“{then[:_REACH]}”,可能尚未完成" if _NOT_YET.match(then) else ""


_NOT_YET = re.compile("(?:但|目前|现|均|都|仍|尚){1,3}(?:未|没有|无一)")
# 批而未供, 供而未建 are kinds of land.
_NEVER = re.compile("(?<![批供征用建储转]而)未(?!来|成年|婚|检|央|利用|使用)|没有")


def _denied(statement: Statement, around: Around) -> str:
    """危房未改造55户."""
    hit = _NEVER.search(bare(around.own)) if statement.measure == "amount" and statement.value else None
    return f"前文为“{bare(around.own)[max(hit.start() - 4, 0):]}”" if hit else ""


_LISTED = re.compile(
    "(?:列入|纳入|进入|录入)[^,]{0,8}?(?:计划|规划|名单|项目库|储备库|培育库|清单|公示)|(?:中|其中)(?:已)?有$|(?:之中|当中),?$")


def _only_listed(statement: Statement, around: Around) -> str:
    """列入新建计划的幼儿园4所; 规上企业中有8家产值过亿元."""
    hit = _LISTED.search(bare(around.own)) if statement.measure == "amount" else None
    return f"前文为“{hit.group()}”" if hit else ""


# What may follow a figure without saying anything else of the things that it counts.
_PLAIN_AFTER = re.compile(
    "同比|较|比|占|居|位|增|超|达|完成(?:年度|全年|目标|任务|率|投资)|为|以上|左右|余|多|(?:左右)?(?:和|与|及)|[(]|等|$")


def _said_of_it(statement: Statement, around: Around) -> str:
    """规上企业8家实现增长: without a verb before it, a count is of what stands behind it."""
    own, after, indicator = bare(around.own), bare(around.after), bare(statement.indicator)
    counted = statement.measure == "amount" and counts_pieces(statement.unit)
    if not counted or not own.endswith(indicator) or _PLAIN_AFTER.match(after):
        return ""
    done = (progress.stage(after) or 0) >= progress.DONE and not _deeds()[0].search(after)
    if done or _verbs().search(own):
        return ""
    return f"数字之后为“{after[:2 * _REACH]}”,未见完成表述"


def _of_a_class(statement: Statement, around: Around) -> str:
    """完成率102%的项目占五成: the figure tells a class of things apart, nothing else."""
    of_a_class = re.match("(?:以上|以下)?的(?!目标|任务|计划)[^,。]{1,6}(?:占|有|共)", around.after)
    if statement.measure in {"completion", "growth"} and of_a_class:
        return "只用来区分一类对象"
    return ""


# — another time —

@cache
def _time() -> tuple[re.Pattern[str], ...]:
    words = table("caveats")["other time"]
    earlier = rf"(?:^|[,;。])(?:在)?(?:{either(words['earlier'])}|20\d\d年同期)(?!.*(?:{either(words['compares'])})$)"
    month = r"(?<![\d至到\-—~–])(?:1[0-2]|[1-9])月份?(?![\d底末初至到\-—~–以前])"
    quarter = r"(?<![前至到])(?:[一二三四]季度|第[一二三四]季度|上半年|下半年|上旬|下旬)"
    since, this_year = rf"[^,;。]{{0,8}}{either(words['since'])}", either(words["this_year"])
    return tuple(map(re.compile, (either(words["spans"]), since, this_year, earlier, month, quarter)))


def _other_time(statement: Statement, around: Around) -> str:
    spans, since, this_year, earlier, *_ = _time()
    clause = bare(around.clause)
    hit = spans.search(bare(around.own))
    if hit and (statement.measure in {"growth", "change"} or "均" not in hit.group()):
        return f"只是“{hit.group()}”的数"
    hit = earlier.search(clause)
    if hit and not re.search("比|较|同比", clause[hit.end():]):
        return f"前文为“{hit.group().strip(',;。')}”"
    hit = since.search(clause)
    return f"只是“{hit.group()}”的数" if hit and not this_year.search(hit.group()) else ""


# What a report up to this month may call its own span.
_OWN_SPAN = {"一季度": 3, "第一季度": 3, "上半年": 6}


def _one_month(statement: Statement, around: Around, frame: Frame) -> str:
    """12月新增5家: a month alone, where the reader took it for a date."""
    if statement.months is not None:
        return ""
    *_, month, quarter = _time()
    clause = bare(around.clause)
    hit = next((hit for pattern in (month, quarter) for hit in pattern.finditer(clause) if hit.start() <= 2), None)
    return f"可能只是{hit.group()}的数" if hit and _OWN_SPAN.get(hit.group()) != frame.last else ""


# — another place —

_WIDE = re.compile(r"全(?P<rank>国|省|市|县|区|旗|州|镇|乡|街道)(?!域|内|面|村)")
_NAMED = re.compile(
    r"^(?:其中)?(?!全|各|每|所|我|本|城|乡|美丽|重点|中心|示范|智慧|农|和美|文明|宜居|部|多|若干|建|新|老|有|在|对|向|为|以|辖|占)"
    r"(?P<place>[一-鿿]{1,5}?(?:(?<![农乡城山渔林旧])村|社区|(?<![城乡集重小])镇|街道))(?![级民委企办部所庄校居的集镇群])")
_SOME = re.compile(
    "部分(?:村|镇|乡镇|社区|街道|企业|单位|地区|学校|部门|区域|小区)|个别(?:村|镇|乡镇|社区|单位|企业)|各(?:村|镇|乡镇|街道|社区)[^,]{0,12}平均")


@cache
def _place_words() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = table("caveats")["places"]
    return re.compile(f"{either(words['among'])}$"), re.compile(either(words["praise"]))


def _wider_place(around: Around, frame: Frame) -> str:
    """全市新增80家 in the report of a 街道: the figure of a place above it."""
    if frame.rank is None:
        return ""
    among, praise = _place_words()
    clause = bare(around.clause)
    for hit in _WIDE.finditer(clause):
        if hit["rank"] == "区" and frame.park:
            continue
        if _RANK_OF[hit["rank"]] > frame.rank and not among.search(clause[:hit.start()]) and not praise.match(clause[hit.end():]):
            return f"可能是{hit.group()}的数"
    return ""


def without_own_place(text: str, frame: Frame) -> str:
    """A text without the words for the place of the office itself (全县 in the report of a county), which say nothing more."""
    rank = 2 if frame.park else frame.rank
    return text if rank is None else _WIDE.sub(lambda hit: "" if _RANK_OF[hit["rank"]] <= rank else hit.group(), text)


_WITHOUT = re.compile("(?:剔除|扣除|不含|不包括|不计)[^,]{1,10}?(?:后|外|因素)?|除[^,]{1,8}外")


def _part_of_it(statement: Statement, around: Around) -> str:
    clause = bare(around.clause)
    if without := _WITHOUT.search(bare(around.own)):
        return f"口径为“{without.group()}”"
    hit = _SOME.search(clause) or _SOME.search(statement.indicator)
    return f"只说{hit.group()}" if hit else ""


@cache
def _verbs() -> re.Pattern[str]:
    return re.compile(any_of("verbs", "end_verbs", "effort_verbs", "strong_verbs", "count_verbs"))


def named_place(around: Around) -> str:
    """The one village, town or street that a clause begins with: 龙门村建成3个; '' where there is none.

    >>> named_place(Around(own="龙门村建成文化广场")), named_place(Around(own="全村建成文化广场"))
    ('龙门村', '')
    """
    hit = _NAMED.match(bare(around.clause))
    return hit["place"] if hit and not _verbs().match(hit["place"]) else ""


# — deeds —

def _kinds() -> dict[str, tuple[str, ...]]:
    return table("caveats")["deeds"]


@cache
def _deeds() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    between = f"{either(_kinds()['between'])}*"
    kinds = {name: entries for name, entries in _kinds().items() if name not in {"between", "things"}}
    lesser = f"(?<![新已])(?P<deed>{either([word for entries in kinds.values() for word in entries])})"
    needing = f"(?P<deed>{either(kinds['finding'])})(?:出|了)?(?:需|应|待|拟)|^(?P<first>规划|拟|谋划|策划|筹划)"
    return re.compile(lesser), re.compile(f"{lesser}{between}$"), re.compile(needing)


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done with a thing, in the words of the text; `serves` where it may well have furthered it (走访, 帮扶)."""

    words: str
    serves: bool


def lesser_deed(statement: Statement, around: Around) -> Deed | None:
    """What was done with the thing counted, where that neither brings it about nor does away with it; None where nothing of the kind.

    >>> from engine.values import Statement
    >>> said = Statement(doc="", start=0, end=0, figure="", kind="result", indicator="规上工业企业", measure="amount")
    >>> lesser_deed(said, Around(own="走访规上工业企业")), lesser_deed(said, Around(own="新增规上工业企业"))
    (Deed(words='走访', serves=True), None)
    """
    if statement.measure != "amount":
        return None
    begins, ends, needing = _deeds()
    own, indicator = bare(around.own), bare(statement.indicator)
    at = own.find(indicator)
    before = own[:at] if at >= 0 else own
    # 排查整改隐患 names two deeds, and the later one counts; 排查需改造小区 only the first.
    first = begins.match(indicator) if at >= 0 or not own else None
    hit = first or ends.search(before) or needing.search(before)
    if hit is None and at >= 0:
        hit = ends.search(own)
        if hit and hit["deed"] in _kinds()["things"]:
            return None
    if hit is None:
        return None
    words = hit["deed"] or hit["first"]
    found = quantity(statement.unit)
    # 安排资金2亿元 is money that was given, 安排演出120场 is a plan; a contract is registered for its sum.
    return None if words in {"安排", "登记"} and found is not None and found.money else Deed(words, words in _kinds()["serving"])


_VOIDS: tuple[Callable[[Statement, Around], str], ...] = (_repeated, _left_over, _of_a_class)
_DOUBTS: tuple[Callable[[Statement, Around], str], ...] = (_still_open, _denied, _only_listed, _said_of_it, _part_of_it)
