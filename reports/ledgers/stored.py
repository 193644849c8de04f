"""Stored targets become rows of the ledger: from their columns, their matches and the words found beside them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from decimal import Decimal
from itertools import chain
from typing import Any

from django.db.models import Q, prefetch_related_objects

from documents.models import Document
from engine.values import Statement
from reports.ledgers.rows import (
    LedgerRow,
    Quote,
    clause,
    contradiction,
    difference,
    figure,
    growth_beside,
    is_limit,
    joined,
    one_line,
    part,
    period,
    plain,
    promise_columns,
    told_apart,
)
from reports.models import Match, Outcome, Result
from targets.models import SECTION_JOIN, Light, Target, as_written


def rows_of(targets: Sequence[Target]) -> list[LedgerRow]:
    """The rows of stored targets, in the order given; a fixed number of queries for any number of them."""
    if not targets:
        return []
    prefetch_related_objects(targets, "commitment", "lead", "office")
    matches, growths = _matches(targets), _growths(targets)
    results = [each.result for each in chain.from_iterable(matches.values())]
    words = {each.target_id: each for each in Outcome.objects.filter(target__in=targets)}
    spoken = {each["doc"] for outcome in words.values() for each in outcome.mentions}
    docs = _documents([*targets, *results, *chain.from_iterable(growths.values())], spoken)
    supports = _supports(targets)
    return told_apart([row_of(each, matches=matches[each.pk], words=words.get(each.pk), docs=docs, growths=growths,
                              support=supports[each.pk]) for each in targets])


def row_of(
    target: Target, *, matches: Sequence[Match], words: Outcome | None, docs: Mapping[int, Document],
    growths: Mapping[tuple[int, str], Sequence[Result]], support: Sequence[str],
) -> LedgerRow:
    """The row of one stored target from its columns, its matches and the words found beside them."""
    evidence = [each for each in matches if each.role == Match.Role.EVIDENCE and each.decision != Match.Decision.REFUSED]
    best = evidence[0].result if evidence else None
    said = target.as_statement()
    return LedgerRow(
        number=target.number, item=str(target.commitment_id), text=clause(target.commitment.text),
        row_id=f"{target.public_id}:{target.version}", **promise_columns(said), section=_section(target, docs),
        leader=target.leader, lead=target.lead.name if target.lead else "",
        support="、".join(support), due=target.due, **_outcome_columns(target, best), growth=_growth_of(said, best, growths),
        progress=_stored_progress(evidence, words, docs), problems=target.problems, measures_next=target.measures_next,
        remark=target.remark, limit=is_limit(said, target.direction), confirmed=_confirmed(target, evidence),
        contradicted=contradiction(words.notes if words else ()), office=target.office.name, depth=target.office.path.count("/"),
        plan=_plan(target, docs[target.document_id]),
        quotes=tuple(_stored_quotes(target, matches, words, docs)),
    )


def _outcome_columns(target: Target, best: Result | None) -> dict[str, Any]:
    """The stored verdict, and the judged figure in the target's unit."""
    date = target.evidence_date
    return {
        "status": target.status, "word": target.word, "light": target.light or Light.GREY, "rule": target.rule_text,
        "actual": as_written(target.actual, best.reading.get("value") if best else None), "actual_text": target.actual_text,
        "forecast": best is not None and best.kind == Result.Kind.FORECAST, "through": (date.year, date.month) if date else None,
        "percent": target.percent, "expected": target.expected, "difference": difference(target.gap, target.behind, target.status),
    }


def _confirmed(target: Target, evidence: Sequence[Match]) -> bool:
    """A person stands for it: for the evidence that is judged, or, where there is none, for the target itself."""
    return evidence[0].by_person if evidence else target.confirmed_by_id is not None


def _growth_of(target: Statement, best: Result | None, growths: Mapping[tuple[int, str], Sequence[Result]]) -> Decimal | None:
    if best is None:
        return None
    beside = growths.get((best.document_id, best.indicator), ())
    return plain(growth_beside(target, best.as_statement(), (each.as_statement() for each in beside)))


def _matches(targets: Sequence[Target]) -> dict[int, list[Match]]:
    found: dict[int, list[Match]] = defaultdict(list)
    for each in Match.objects.filter(target__in=targets).select_related("result").order_by("target_id", "role", "rank", "pk"):
        found[each.target_id].append(each)
    return found


def _growths(targets: Sequence[Target]) -> dict[tuple[int, str], list[Result]]:
    documents = Match.objects.filter(target__in=targets, role=Match.Role.EVIDENCE).values("result__document")
    found: dict[tuple[int, str], list[Result]] = defaultdict(list)
    for each in Result.objects.filter(document__in=documents, measure="growth").order_by("document_id", "start", "pk"):
        found[each.document_id, each.indicator].append(each)
    return found


def _documents(rows: Sequence[Target | Result], spoken: Set[str]) -> dict[int, Document]:
    """Their documents, and those that speak in words, each fetched once and given to its rows, which would ask for it one by one."""
    wanted = Q(pk__in={each.document_id for each in rows}) | Q(public_id__in=spoken)
    found = {each.pk: each for each in Document.objects.defer("reading").filter(wanted)}
    for each in rows:
        each.document = found[each.document_id]
    return found


def _supports(targets: Sequence[Target]) -> dict[int, list[str]]:
    links = Target.support.through.objects.filter(target__in=targets).order_by("target_id", "department__name", "pk")
    found: dict[int, list[str]] = defaultdict(list)
    for target, name in links.values_list("target_id", "department__name"):
        found[target].append(name)
    return found


def _plan(target: Target, document: Document) -> str:
    """The plan in short: 工作计划 for 青蘅街道2031年工作计划."""
    bare = str(document).removeprefix(target.office.name).removeprefix(f"{document.year}年").removeprefix(target.office.name)
    return bare.strip() or str(document)


def _section(target: Target, docs: Mapping[int, Document]) -> str:
    """类别 as stored, without the title of the document above it."""
    title, _, rest = target.section.partition(SECTION_JOIN)
    return rest if title == docs[target.document_id].title else target.section


def _stored_progress(evidence: Sequence[Match], words: Outcome | None, docs: Mapping[int, Document]) -> str:
    said = [part(docs[each.result.document_id].text, each.result.sentence, each.result.start) for each in evidence]
    by_id = {str(each.public_id): each for each in docs.values()}
    mentions = [_words_of(each, by_id) for each in words.mentions] if words else []
    return joined(said or mentions, [each["text"] for each in words.notes] if words else [])


def _words_of(mention: Mapping[str, Any], by_id: Mapping[str, Document], *, whole: bool = False) -> str:
    """What a sentence in words says; of evidence in words the part that holds it, or the whole sentence."""
    document = by_id.get(mention["doc"])
    if document is None or "sentence" not in mention:
        return one_line(mention["text"])
    begin, end = mention["sentence"]
    return one_line(document.text[begin:end]) if whole else part(document.text, (begin, end), mention["start"])


def _text_of(docs: Mapping[int, Document], row: Target | Result) -> str:
    document = docs.get(row.document_id)
    return one_line(document.text[slice(*row.sentence)]) if document else ""


def _name_of(docs: Mapping[int, Document], document: int) -> str:
    return docs[document].name if document in docs else ""


def _stored_quotes(target: Target, matches: Sequence[Match], words: Outcome | None, docs: Mapping[int, Document]) -> Iterable[Quote]:
    yield Quote(role="目标", doc=_name_of(docs, target.document_id), text=_text_of(docs, target), figure=target.figure,
                period=period(target.as_statement()), why=target.rule_text)
    for role, said in ((Match.Role.EVIDENCE, "佐证"), (Match.Role.CANDIDATE, "待核对"), (Match.Role.BASE, "往年数")):
        for each in matches:
            if each.role == role and each.decision != Match.Decision.REFUSED:
                yield _stored_quote(said, each, docs)
    by_id = {str(each.public_id): each for each in docs.values()}
    for mention in words.mentions if words else ():
        name = by_id[mention["doc"]].name if mention["doc"] in by_id else ""
        yield Quote(role="佐证" if "sentence" in mention else "文字提及", doc=name, text=_words_of(mention, by_id, whole=True))


def _stored_quote(role: str, match: Match, docs: Mapping[int, Document]) -> Quote:
    said = match.result.as_statement()
    return Quote(role=role, doc=_name_of(docs, match.result.document_id), text=_text_of(docs, match.result), figure=figure(said),
                 period=period(said), score=match.score, decided=match.get_decision_display(), why=match.why)
