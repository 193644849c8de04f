"""Reads Chinese plans and reports and compares them. Pure Python: no Django, no clock, no database, no network.

    file → text with offsets → outline (headings, sentences) → figures → statements (target | result | forecast)
         → match (score made of named parts) → verdict (status, percent, gap)

`read` reads one file, `track` answers every target of a plan from reports, `judge` is the one rule for a verdict.
"""

from engine.errors import ReadError
from engine.reading import read, read_text
from engine.values import Decisions, Evidence, Note, Outcome, Reading, Rules, Statement, Verdict

__all__ = ["Decisions", "Evidence", "Note", "Outcome", "ReadError", "Reading", "Rules", "Statement", "Verdict", "read", "read_text"]
