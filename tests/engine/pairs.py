"""Statements for tests, from a sentence whose figure stands in 【】: what a reader would give, without a reader."""

import re
from decimal import Decimal
from typing import Any

from engine.values import Kind, Reading, Sentence, Statement

_FIGURE = re.compile(r"【(?P<figure>(?P<number>-?[\d.]+)(?P<unit>[^】]*))】")
_INDICATOR = re.compile(r"(?P<name>.*?)(?:\((?P<measure>growth|change|ratio|completion|amount)\))?$")


def statement(sentence: str, indicator: str, *, kind: Kind = "result", doc: str = "report", offset: int = 0, **given: Any) -> Statement:
    """The statement of a sentence; fields not said are the plain reading of its unit, `given` overrides them."""
    hit = _FIGURE.search(sentence)
    name = _INDICATOR.match(indicator)
    assert hit, sentence
    assert name
    unit = hit["unit"]
    measure = name["measure"] or ("ratio" if unit in {"%", "‰"} else "change" if unit == "个百分点" else "amount")
    value = Decimal(hit["number"])
    if measure in {"growth", "change"} and "下降" in sentence[: hit.start()]:
        value = -value
    start = offset + hit.start()
    fields: dict[str, Any] = {
        "doc": doc,
        "start": start,
        "end": start + len(hit["figure"]),
        "figure": hit["figure"],
        "kind": kind,
        "indicator": name["name"],
        "measure": measure,
        "value": value,
        "unit": unit,
        "year": 2031,
        "comparator": _comparator(sentence, hit),
        "sentence": (offset, offset + len(plain(sentence)) + 1),
    }
    return Statement(**{**fields, **given})


def _comparator(sentence: str, hit: re.Match[str]) -> str:
    after, before = sentence[hit.end() :], sentence[: hit.start()]
    if after.startswith(("以内", "以下")) or before.endswith(("不超过", "控制在")):
        return "<="
    return ">=" if after.startswith("以上") or before.endswith(("不低于", "不少于")) else "~" if after.startswith("左右") else "="


def plain(sentence: str) -> str:
    return sentence.replace("【", "").replace("】", "")


def reading(
    *parts: tuple[str, str] | tuple[str, str, dict[str, Any]],
    kind: Kind = "result",
    doc: str = "report",
    cutoff: tuple[int, int] | None = (2031, 12),
    year: int = 2031,
) -> Reading:
    """A document of sentences with one figure each, or none where the indicator is empty."""
    text, statements, sentences = "", [], []
    for sentence, indicator, *given in parts:
        options: dict[str, Any] = given[0] if given else {}
        start = len(text)
        text += plain(sentence) + "。"
        sentences.append(Sentence(start, len(text), kind, year))
        if indicator:
            statements.append(statement(sentence, indicator, doc=doc, offset=start, **{"kind": kind, "year": year, **options}))
    return Reading(
        doc=doc,
        text=text,
        title=doc,
        year=year,
        kind="plan" if kind == "target" else "report",
        cutoff=cutoff,
        statements=tuple(statements),
        sentences=tuple(sentences),
    )
