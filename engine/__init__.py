"""Reads Chinese plans and reports and compares them. Pure Python: no Django, no clock, no database, no network.

    file → text with offsets → outline (headings, sentences) → figures → statements (target | result | forecast)
         → match (score made of named parts) → verdict (status, percent, gap)

`read` reads one file, `track` answers every target of a plan from reports (`answer` does it for given targets),
`judge` is the one rule for a verdict. Everything else that is given out here is a value. A name is loaded when it is first asked for:
who reads one file needs nothing of matching, and a process that only unpacks a file needs neither.
"""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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

_HOMES = {
    "read": "reading", "read_text": "reading", "year_in_name": "reading", "answer": "tracking", "track": "tracking", "judge": "verdict",
    "ReadError": "errors", "Place": "text", "Span": "text", "Text": "text",
}


def refuse_stale(place: Path) -> None:
    """Raises ImportError where a module compiled by `make fast` is older than its source: what runs would not be what stands there."""
    for compiled in (*place.glob("*.so"), *place.glob("*.pyd")):
        source = compiled.with_name(f"{compiled.name.partition('.')[0]}.py")
        if not source.exists() or source.stat().st_mtime > compiled.stat().st_mtime:
            raise ImportError(f"engine/{source.name} 在编译之后改过:请运行 make fast 重新编译,或运行 make plain 改用源码。")


refuse_stale(Path(__file__).parent)


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'engine' has no attribute '{name}'")
    found = globals()[name] = getattr(import_module(f"engine.{_HOMES.get(name, 'values')}"), name)
    return found
