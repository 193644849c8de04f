"""Text search over targets: 停车 or 亿元以上项目, in the indicator or in the sentence of the 任务项.

What people look for is mostly two characters long, and the databases' own indexes begin at three. So each text is kept as the pairs of
characters that occur in it, and a word is found where all of its pairs occur: by FTS5 on SQLite, by a GIN index on PostgreSQL.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise

from django.db import connection
from django.db.models.expressions import RawSQL

from targets.models import Target, TargetQuerySet, Wording

KEPT = frozenset(".%")
"""Marks that count as characters: 3.5% is not 35."""

_ASKED = {
    "sqlite": "SELECT rowid FROM targets_wording_pairs WHERE targets_wording_pairs MATCH %s",
    "postgresql": "SELECT target_id FROM targets_wording WHERE targets_pairs(pairs) @@ %s::tsquery",
}


def folded(text: str) -> str:
    """A text as it is compared: full-width like half-width, capitals like small letters, without spaces and marks."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return "".join(each for each in plain if each.isalnum() or each in KEPT)


def pairs_of(*texts: str) -> str:
    """The pairs of neighbouring characters of texts, each once, with spaces between. The last character of each stands alone too,
    so that every character begins something.
    """
    plain = [folded(text) for text in texts]
    return " ".join(sorted({one + other for text in plain for one, other in pairwise(text)} | {text[-1] for text in plain if text}))


def store(targets: Iterable[Target]) -> None:
    """Keeps the pairs of these targets. To be called by whoever wrote an indicator or the text of a 任务项."""
    rows = [Wording(target=each, pairs=pairs_of(each.indicator, each.commitment.text)) for each in targets]
    Wording.objects.bulk_create(rows, batch_size=500, update_conflicts=True, unique_fields=["target"], update_fields=["pairs"])


def speaking_of(rows: TargetQuerySet, said: str) -> TargetQuerySet:
    """The rows in which every word occurs. A word of marks alone says nothing and is passed over."""
    words = [word for word in map(folded, said.split()) if word]
    if not words:
        return rows
    return rows.filter(pk__in=RawSQL(_ASKED[connection.vendor], [_question(words)]))  # noqa: S611 (the words are a parameter)


def _question(words: Sequence[str]) -> str:
    """What the index is asked: all pairs of all words; of a single character what begins with it."""
    sqlite = connection.vendor == "sqlite"
    whole, begun, both = ('"{}"', '"{}" *', " AND ") if sqlite else ("'{}'", "'{}':*", " & ")
    asked = {begun.format(word) if len(word) == 1 else whole.format(pair)
             for word in words for pair in ([word] if len(word) == 1 else map("".join, pairwise(word)))}
    return both.join(sorted(asked))
