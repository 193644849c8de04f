"""A figure in its sentence, and the sentence among its neighbours: what a person reads to believe a number."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from documents.models import Document
from targets.models import FigureRow

AROUND = 90
"""So many characters before and after the sentence, cut at the end of a line or sentence where there is one."""
_ENDS = re.compile(r"[。;!?\n]")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """`before` and `after` are the neighbours; `head`, `figure` and `tail` are the sentence itself."""

    before: str
    head: str
    figure: str
    tail: str
    after: str


def excerpt(text: str, sentence: tuple[int, int], span: tuple[int, int]) -> Excerpt:
    """The place of `span` in `text`. A sentence that does not hold the span is widened to it."""
    start, end = min(sentence[0], span[0]), max(sentence[1], span[1])
    if sentence == (0, 0):
        start, end = span
    return Excerpt(
        before=_tail(text[max(0, start - AROUND):start]), head=text[start:span[0]].lstrip(), figure=text[span[0]:span[1]],
        tail=text[span[1]:end].rstrip(), after=_head(text[end:end + AROUND]),
    )


def of_row(row: FigureRow, text: str) -> Excerpt:
    return excerpt(text, row.sentence, (row.start, row.end))


def texts_of(rows: Sequence[FigureRow]) -> dict[int, Document]:
    """The documents of some rows by id, each loaded once, with the text and without the reading."""
    return Document.objects.defer("reading").in_bulk({row.document_id for row in rows})


def _tail(text: str) -> str:
    """From the first whole sentence on."""
    cut = _ENDS.search(text)
    return text[cut.end():] if cut and cut.end() < len(text) else text


def _head(text: str) -> str:
    """Up to the last whole sentence."""
    cuts = list(_ENDS.finditer(text))
    return text[:cuts[-1].end()].rstrip() if cuts else text
