"""Reads Chinese plans and reports and compares them. Pure Python: no Django, no clock, no database, no network.

    file → text with offsets → outline (headings, sentences) → figures → statements (target | result | forecast)
         → match (score made of named parts) → verdict (status, percent, gap)

`read` reads one file, `track` answers every target of a plan from reports (`answer` does it for given targets),
`judge` is the one rule for a verdict. Everything else that is given out here is a value.
"""

from engine.errors import ReadError
from engine.reading import read, read_text, year_in_name
from engine.text import Place, Span, Text
from engine.tracking import answer, track
from engine.values import (
    Decisions,
    Department,
    Evidence,
    Mention,
    Note,
    Outcome,
    Part,
    Reading,
    Rules,
    Sentence,
    Statement,
    Unplaced,
    Verdict,
)
from engine.verdict import judge

__all__ = [
    "Decisions", "Department", "Evidence", "Mention", "Note", "Outcome", "Part", "Place", "ReadError", "Reading", "Rules", "Sentence",
    "Span", "Statement", "Text", "Unplaced", "Verdict", "answer", "judge", "read", "read_text", "track",
    "year_in_name",
]
