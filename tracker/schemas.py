"""What the API says and how a row is said: public ids only, decimals as strings, every figure with the place where it stands."""

import datetime
import uuid
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Greatest, Substr
from ninja import Field, Schema

from documents.models import Document
from offices.models import Office
from reports.models import Flag, Match, Result
from targets.models import FigureRow, Target, as_written

Rows = TypeVar("Rows", bound=QuerySet[Any])


class Said(Schema):
    """An error: one sentence that says what to do."""

    error: str = Field(description="一句话说明问题和办法")


class OfficeOut(Schema):
    id: uuid.UUID
    name: str
    parent: uuid.UUID | None = Field(description="上级单位;不在令牌所见范围内时为空")


class Place(Schema):
    """Where a figure stands in the text of its document: offsets count characters from 0, the end is not included."""

    document: uuid.UUID = Field(description="来源文件的公开编号")
    figure: str = Field(description="原文数字,等于文件全文[start:end]的前500字")
    start: int
    end: int
    sentence_start: int
    sentence_end: int
    sentence: str = Field(description="所在句子原文,等于文件全文[sentence_start:sentence_end]")


class FigureOut(Schema):
    """What targets and results share."""

    id: uuid.UUID
    office: uuid.UUID
    indicator: str = Field(description="指标名称")
    measure: str = Field(description="计量方式:amount 总量、growth 增速、change 增减量、ratio 比率、completion 完成率、milestone 节点任务")
    comparator: str = Field(description="比较:=、>=、>、<=、<、~(左右)")
    value: str | None = Field(description="数值,十进制字符串;节点任务为空")
    high: str | None = Field(description="区间的上限")
    unit: str = Field(description="计量单位")
    year: int | None
    months: list[int] | None = Field(description="起止月份,如 [1, 10]")
    section: str = Field(description="所在标题")
    place: Place
    version: int
    updated_at: datetime.datetime


class ResultOut(FigureOut):
    kind: str = Field(description="result 完成、forecast 预计")


class TargetOut(FigureOut):
    number: str = Field(description="序号,如 3-①")
    text: str = Field(description="任务项原文")
    tier: str = Field(description="考核目标或奋斗目标")
    ambition: bool = Field(description="力争")
    state: str = Field(description="节点任务约定达到的状态")
    due: datetime.date | None = Field(description="完成时限")
    lead: str | None = Field(description="牵头单位")
    support: list[str] = Field(description="配合单位")
    leader: str = Field(description="牵头领导")
    status: str = Field(description="研判:met、on_track、lagging、missed、unreported、unclear、not_due;未研判时为空串")
    word: str = Field(description="研判用语")
    light: str = Field(description="亮灯:green、yellow、red、grey")
    actual: str | None = Field(description="完成数")
    actual_text: str
    percent: str | None = Field(description="完成率(%)")
    expected: str | None = Field(description="序时进度(%)")
    behind: str | None = Field(description="较序时(百分点)")
    gap: str | None = Field(description="较目标")
    rule: str = Field(description="所用研判口径")
    evidence_date: datetime.date | None = Field(description="数据截至")
    has_candidates: bool = Field(description="有待人工确认的佐证")
    confirmed: bool = Field(description="目标已由人工确认")
    withdrawn: bool = Field(description="已撤销,不计数")
    judged_at: datetime.datetime | None


class EvidenceOut(Schema):
    """A result and the target it answers, may answer, or gives a base for."""

    id: uuid.UUID
    target: uuid.UUID
    role: str = Field(description="evidence 佐证、candidate 待确认、base 基数")
    decision: str = Field(description="taken 系统采信、confirmed 人工确认、refused 人工否定、waiting 待核对")
    decided_by: str = Field(description="machine 系统、person 人工")
    decided_at: datetime.datetime | None
    rank: int
    score: str = Field(description="匹配分,0到1")
    why: str
    result: ResultOut


class FlagOut(Schema):
    id: uuid.UUID
    office: uuid.UUID
    target: uuid.UUID | None = Field(description="目标;对整个单位的预警为空")
    rule: str = Field(description="limit、lagging、limit_near、contradiction、unreported、due_soon、report_overdue")
    rule_word: str
    period: str
    step: str = Field(description="reminder 提醒、supervise 督办、leader 领导")
    state: str = Field(description="open 未处理、seen 已阅、answered 已答复、closed 已解除")
    text: str
    answer: str
    times: int
    opened_at: datetime.datetime
    step_at: datetime.datetime
    closed_at: datetime.datetime | None


class DocumentOut(Schema):
    id: uuid.UUID
    office: uuid.UUID
    name: str
    title: str
    kind: str = Field(description="plan 计划、report 总结、both 两者、none 未识别")
    origin: str = Field(description="来源:superior、government、annual、livelihood、assigned")
    year: int | None
    cutoff: datetime.date | None = Field(description="截至月份的第一天")
    sha256: str
    size: int
    state: str = Field(description="stored、read、taken、matched 处理完毕、failed 未能处理")
    fate: str = Field(description="处理情况,一句话")
    targets: int
    results: int
    created_at: datetime.datetime


class DocumentText(Schema):
    id: uuid.UUID
    text: str = Field(description="文件全文,place 中的位置即指此文")


class Page(Schema):
    """What every list says beside its items."""

    count: int = Field(description="总条数")
    page: int
    pages: int = Field(description="总页数")


class Offices(Page):
    items: list[OfficeOut]


class Targets(Page):
    items: list[TargetOut]


class Results(Page):
    items: list[ResultOut]


class Evidence(Page):
    items: list[EvidenceOut]


class Flags(Page):
    items: list[FlagOut]


class Documents(Page):
    items: list[DocumentOut]


# --- rows -------------------------------------------------------------------------------------------------------------------


def with_sentence(rows: Rows, *, through: str = "") -> Rows:
    """The rows with `sentence_text`, cut out by the database: the text of a document may be long, and a page has many rows."""
    start, end = F(f"{through}sentence_start"), F(f"{through}sentence_end")
    return rows.annotate(sentence_text=Substr(f"{through}document__text", start + 1, Greatest(end - start, Value(0))))


def number(value: Decimal | None) -> str | None:
    """A decimal without an exponent and without the zeros that its column adds."""
    plain = as_written(value, None)
    return None if plain is None else f"{plain:f}"


def office_out(row: Office, seen: set[int]) -> OfficeOut:
    return OfficeOut(id=row.public_id, name=row.name, parent=row.parent.public_id if row.parent and row.parent_id in seen else None)


def _place(row: FigureRow, sentence: str) -> Place:
    return Place(document=row.document.public_id, figure=row.figure, start=row.start, end=row.end, sentence_start=row.sentence_start,
                 sentence_end=row.sentence_end, sentence=sentence)


def _figure(row: FigureRow, sentence: str) -> dict[str, Any]:
    value, high = row.value_plain, as_written(row.high, row.reading.get("high"))
    return {
        "id": row.public_id, "office": row.office.public_id, "indicator": row.indicator, "measure": row.measure,
        "comparator": row.comparator, "value": None if value is None else f"{value:f}", "high": None if high is None else f"{high:f}",
        "unit": row.unit, "year": row.year, "months": row.months, "section": row.section, "place": _place(row, sentence),
        "version": row.version, "updated_at": row.updated_at,
    }


def result_out(row: Result, sentence: str) -> ResultOut:
    return ResultOut(**_figure(row, sentence), kind=row.kind)


def result_said(row: Result) -> ResultOut:
    return result_out(row, row.sentence_text)  # type: ignore[attr-defined]  # annotated by with_sentence


def target_out(row: Target) -> TargetOut:
    return TargetOut(
        **_figure(row, row.sentence_text),  # type: ignore[attr-defined]  # annotated by with_sentence
        number=row.number, text=row.commitment.text, tier=row.tier, ambition=row.ambition, state=row.state, due=row.due,
        lead=row.lead.name if row.lead else None, support=[each.name for each in row.support.all()], leader=row.leader,
        status=row.status, word=row.word, light=row.light, actual=number(row.actual), actual_text=row.actual_text,
        percent=_shown(row.percent), expected=_shown(row.expected), behind=_shown(row.behind), gap=number(row.gap), rule=row.rule_text,
        evidence_date=row.evidence_date, has_candidates=row.has_candidates, confirmed=row.confirmed_by_id is not None,
        withdrawn=row.withdrawn, judged_at=row.judged_at,
    )


def _shown(value: Decimal | None) -> str | None:
    """Shares keep their one decimal: 100.0 is said as it is printed."""
    return None if value is None else f"{value:f}"


def evidence_out(row: Match) -> EvidenceOut:
    return EvidenceOut(
        id=row.public_id, target=row.target.public_id, role=row.role, decision=row.decision, decided_by=row.decided_by,
        decided_at=row.decided_at, rank=row.rank, score=f"{row.score:.3f}", why=row.why,
        result=result_out(row.result, row.sentence_text),  # type: ignore[attr-defined]  # annotated by with_sentence
    )


def flag_out(row: Flag) -> FlagOut:
    return FlagOut(
        id=row.public_id, office=row.office.public_id, target=row.target.public_id if row.target else None, rule=row.rule,
        rule_word=row.get_rule_display(), period=row.period, step=row.step, state=row.state, text=row.text, answer=row.answer,
        times=row.times, opened_at=row.opened_at, step_at=row.step_at, closed_at=row.closed_at,
    )


def document_out(row: Document) -> DocumentOut:
    return DocumentOut(
        id=row.public_id, office=row.office.public_id, name=row.name, title=row.title, kind=row.kind, origin=row.origin, year=row.year,
        cutoff=row.cutoff, sha256=row.sha256, size=row.size, state=row.state, fate=row.fate, targets=row.target_count,
        results=row.result_count, created_at=row.created_at,
    )
