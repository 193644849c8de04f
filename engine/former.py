"""What a sentence tells of a former year: where a change set out from, what was reached before, what a plan's base is."""

import re

from engine.lexicon import either
from engine.measured import Figure
from engine.outline import Piece
from engine.wordlines import table

_CUES, _MERGES_WORDS = table("cues"), either(table("nouns")["verbs"]["merges"])
_LAST_YEAR = either(_CUES["sentences"]["last_year"])
LAST_YEAR = re.compile(_LAST_YEAR)
_BEFORE_YEAR = re.compile(
    rf"(?P<compared>(?:较|比|与|同|相比|是|为|占|相当于|[高低好优多少快慢]于|不足|不到|超过|恢复到|恢复至)于?)?{_LAST_YEAR}(?:同期|全年|末|底)?"
    r"(?:的|为|是|完成|实现|仅|达到?|有|共|新增|末|底|:|约|仅为|只有)*")
LOOKS_BACK = re.compile(f"{_LAST_YEAR}|由|从|将|把|基础上|基数上")
_LAST_YEAR_GROUP = re.compile(rf"{_LAST_YEAR}(?:全年|度)?,")
_BASIS = re.compile(r"在(?:去年|上年|上一年|上年度|20\d{2}年)[^,;。]*$")
_BASIS_AFTER = re.compile(r"[^,;。]{0,8}(?:基础上|基数上)")
SETS_OUT = re.compile(
    r"[由从](?:今年|去年|上年|上季度|上月|上期|上年同期|去年同期|年初|原来|上年末|原先|原有|过去|此前|之前|期初|现行|上一?个?[一-鿿]{2}(?:季|期|年度)|上一?(?:学年|年度)|“?十[一二三四]五”?(?:末|时期)?|(?P<now>目前|当前|现在|现有|现阶段|如今))?"
    r"(?:的|底的|末的|底|末)?(?:每[人户亩年月季天日次]){0,2}(?:不足|近|约|不到|超)?$")
_FROM_YEAR = re.compile(r"[由从]20\d{2}年(?:底|末)?的?$")
BECOMES = re.compile(
    r"(?:以上|左右)?(?:大幅|稳步|逐步|进一步|快速|提前)?(?:增加|增长|提高|提升|上升|下降|降低|减少|缩短|缩小|收窄|压缩|压减|扩大|扩|增|降|升|发展"
    r"|达|跃|增至|增|压降|压|控制|跃升|攀升|回升|回落|扩容|升级|拓展|变为)?(?:到|至|为)"
    rf"|(?:以上|左右)?{_MERGES_WORDS}(?:到|至|为)")
_MERGES = re.compile(f"[^,;。\\d]{{1,14}}?(?:{_MERGES_WORDS}|压减|扩大|提升|升级)+(?:为|成|到|至)")
_CHANGED = re.compile("增长|提高|下降|增加|减少|上升|压缩|压减|缩短|降低|精简|再|基础上")
THIS_YEAR = re.compile(rf"今年|本年|当年|新的一年|未来|今后|{either(_CUES['sentences']['next_year'])}|下一步|接下来")
# Last year as the time of a whole sentence, and of those behind it: 去年,全县建成道路5条。
_LOOKING_BACK = re.compile(
    rf"(?:(?:20\d\d年)?回顾|过去的?)?(?:{_LAST_YEAR})(?:以来|全年|一年)?,")
# In a report the past years are what it reports; in a plan they are what came before.
_PAST_YEARS = re.compile("(?:回顾)?过去的?[一二三四五两]年,")
# 去年实施救助1386人次,支出214万元
_FORMER_SENTENCE = re.compile(rf"{_LAST_YEAR}(?!同期|的|基础|水平|末|底)[一-鿿“”]{{0,30}}(?<!的)\d")
# 较上年(79.4%)提高2.6个百分点
_FORMER_OPENS = re.compile(rf"{_LAST_YEAR}(?:同期|末|底|水平)?\($")
# 基数:171亿元,增长6.8%。 where a plan lists its tasks with what they set out from.
_BASE_LABEL = re.compile(rf"(?:{_LAST_YEAR}|20\d\d年)?的?(?:基数|基期|基准)[值数]?(?::|(?:分别)?为)")
# 截至去年底,全乡共有监测对象58户
_AT_END = re.compile(rf"截至?止?到?{_LAST_YEAR}年?(?:底|末)")
# How long the words between last year and its figure may be, in the middle of a clause and where it opens one.
_SHORT, _CLAUSE = 12, 24
# How near behind a bracket a word that opens it must stand.
_NEAR_BRACKET = 12


def is_former(string: str, figure: Figure, before: str) -> bool:
    """True where the figure is last year's: 上年为78起, 由68家增加到79家, 在上年完成3.98亿元的基础上."""
    words, end = figure.words, figure.token.end
    if _FROM_YEAR.search(words):
        return False
    if not words and _FORMER_OPENS.search(before[-_NEAR_BRACKET:]):
        return True
    if words.endswith(("将", "把")) and _MERGES.match(string, end):  # 将86个网格优化调整为94个
        return True
    if SETS_OUT.search(words) and (BECOMES.match(string, end) or "增" in string[end:end + 8]):
        return True
    if _BASIS.search(before[-30:]) and _BASIS_AFTER.match(string, end):
        return True
    if _LAST_YEAR_GROUP.match(before, before.rfind(";") + 1) and "今年" not in before:
        return True
    return any(not found["compared"] and _leads_to(found, words) for found in _BEFORE_YEAR.finditer(words))


def _leads_to(found: re.Match[str], words: str) -> bool:
    """True where last year's words lead to the figure: nothing, a noun, or a change that 为 states (去年同期为增长9%)."""
    # 去年开工的12个项目 says which ones, whatever becomes of them.
    rest = words[found.end():]
    if rest.endswith("的") or len(rest) > (_SHORT if found.start() else _CLAUSE):
        return False
    return not rest or found.group().endswith(("为", "是")) or not _CHANGED.search(rest)


def told_until(string: str, piece: Piece, opening: str) -> int:
    """Where a sentence of a plan ends to tell of the year before; 0 where it does not begin so."""
    if ("基" in opening and _BASE_LABEL.match(opening)) or ("年" in opening and _AT_END.match(opening)):
        return piece.end
    stop = string.find(";", piece.start, piece.end) if _FORMER_SENTENCE.match(opening) else 0
    return stop if stop >= 0 else piece.end


def opens_former(opening: str, *, planned: bool) -> bool:
    """True for a sentence whose first words set all behind it in a former year: 去年,全县建成道路5条; 过去五年, in a plan."""
    return "年" in opening and bool(_LOOKING_BACK.match(opening) or (planned and _PAST_YEARS.match(opening)))
