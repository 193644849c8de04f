"""The values that travel between the steps: what was read, and what was found when two documents were compared.

All are frozen; `row()` gives the JSON object that the commands print and the apps store, `from_row` takes it back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any, Literal, NamedTuple, Self

Kind = Literal["target", "result", "forecast"]
Measure = Literal["amount", "growth", "change", "ratio", "completion", "milestone"]
Comparator = Literal["=", ">=", ">", "<=", "<", "~"]
Role = Literal["lead", "support"]
Way = Literal["higher", "lower"]
Frequency = Literal["month", "quarter", "half", "year"]
DocumentKind = Literal["plan", "report", "both", "none"]
Status = Literal["met", "on_track", "lagging", "missed", "unreported", "unclear", "not_due"]
Light = Literal["green", "yellow", "red", "grey"]
Month = tuple[int, int]
"""A year and a month, `(2023, 9)`."""
Key = tuple[str, int]
"""Names a statement: the document's name and the offset where its figure starts."""


@dataclass(frozen=True, slots=True)
class Department:
    """A 责任单位 as the text names it: 牵头 (`lead`, the first named) or 配合 (`support`)."""

    name: str
    role: Role = "lead"


class Statement(NamedTuple):
    """One figure, or one milestone, in its sentence: what it measures, and whether it was promised or reached.

    `value` is as written before the scale in `unit` is applied (1.04 for 1.04亿元) and signed by its direction word;
    None for a milestone, whose promised end is `state`. `months` are the months of `year` that the figure covers.
    `commitment` is the offset where its 任务项 starts, `rules` the names of the rules that made it. `direction` (which way is better) and
    `frequency` (how often a figure can be had) stand only where a person said so.
    """

    doc: str
    start: int
    end: int
    figure: str
    kind: Kind
    indicator: str
    measure: Measure
    comparator: Comparator = "="
    value: Decimal | None = None
    unit: str = ""
    year: int | None = None
    high: Decimal | None = None
    months: tuple[int, int] | None = None
    stretch: bool = False
    ambition: bool = False
    due: str | None = None
    section: tuple[str, ...] = ()
    sentence: tuple[int, int] = (0, 0)
    commitment: int = 0
    departments: tuple[Department, ...] = ()
    vague: str | None = None
    state: str | None = None
    direction: Way | None = None
    frequency: Frequency | None = None
    rules: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        return self.doc, self.start

    @property
    def said(self) -> str:
        """The figure as it is told: the number of a cell has its unit in the head of its column, or its sign in a mark."""
        if self.value is None or not self.unit or "table" not in self.rules or self.figure.endswith(self.unit):
            return self.figure
        value = f"{self.value:f}"
        return (value.rstrip("0").rstrip(".") if "." in value else value) + self.unit

    def row(self) -> dict[str, Any]:
        """The JSON object of `manage.py read`: optional keys stand only where they apply."""
        row: dict[str, Any] = {}
        for name, value in self._asdict().items():
            if name in _ALWAYS or not (value is None or value is False or value == ()):
                row[name] = _plain(value)
        return row

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        known = {name: value for name, value in row.items() if name in _STATEMENT_FIELDS}
        for name in ("value", "high"):
            known[name] = None if known.get(name) is None else Decimal(known[name])
        for name in ("months", "section", "sentence", "rules"):
            if known.get(name) is not None:
                known[name] = tuple(known[name])
        known["departments"] = tuple(Department(**each) for each in known.get("departments", ()))
        return cls(**known)


_ALWAYS = frozenset("doc start end figure kind indicator measure comparator value unit year sentence commitment rules section".split())
_STATEMENT_FIELDS = frozenset(Statement._fields)


def _items(instance: Any) -> list[tuple[str, Any]]:
    return [(each.name, getattr(instance, each.name)) for each in fields(instance)]


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Department):
        return {"name": value.name, "role": value.role}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value


class Unplaced(NamedTuple):
    """A numeral that became no figure and is no name, code or date, with the reason."""

    start: int
    end: int
    figure: str
    reason: str


class Sentence(NamedTuple):
    """A sentence with the kind and the year that its words or its section give it; `thing` is what the row names whose cell it is."""

    start: int
    end: int
    kind: Kind
    year: int | None = None
    section: tuple[str, ...] = ()
    thing: str = ""


@dataclass(slots=True)
class Found:
    """What a paragraph or a table gave."""

    statements: list[Statement] = field(default_factory=list)
    unplaced: list[Unplaced] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)

    def take(self, other: "Found") -> None:
        """What stands further down."""
        self.statements += other.statements
        self.unplaced += other.unplaced
        self.sentences += other.sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Everything read from one document. `cutoff` (截至) is the last month that a report covers."""

    doc: str
    text: str
    title: str = ""
    office: str = ""
    year: int | None = None
    kind: DocumentKind = "none"
    cutoff: Month | None = None
    statements: tuple[Statement, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()
    sentences: tuple[Sentence, ...] = ()

    @property
    def targets(self) -> tuple[Statement, ...]:
        """What the document promises itself; what it quotes beside a result (31场(全年任务60场)) was set by another one."""
        return tuple(each for each in self.statements if each.kind == "target" and "set-beside" not in each.rules)

    @property
    def results(self) -> tuple[Statement, ...]:
        return tuple(each for each in self.statements if each.kind != "target")

    def row(self) -> dict[str, Any]:
        """A JSON object without the text, which is stored beside it."""
        return {
            "doc": self.doc, "title": self.title, "office": self.office, "year": self.year, "kind": self.kind,
            "cutoff": list(self.cutoff) if self.cutoff else None,
            "statements": [each.row() for each in self.statements],
            "unplaced": [each._asdict() for each in self.unplaced],
            "sentences": [[each.start, each.end, each.kind, each.year, list(each.section), *([each.thing] if each.thing else [])]
                          for each in self.sentences],
        }

    @classmethod
    def from_row(cls, row: Mapping[str, Any], text: str) -> Self:
        return cls(
            doc=row["doc"], text=text, title=row["title"], office=row["office"], year=row["year"], kind=row["kind"],
            cutoff=(row["cutoff"][0], row["cutoff"][1]) if row["cutoff"] else None,
            statements=tuple(Statement.from_row(each) for each in row["statements"]),
            unplaced=tuple(Unplaced(**each) for each in row["unplaced"]),
            sentences=tuple(Sentence(start, end, kind, year, tuple(section), *thing)
                            for start, end, kind, year, section, *thing in row["sentences"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rules in force at an office. Percent points, per cent and months as named.

    `curve` is the share of the year, in %, that is due after each month; empty means twelfths.
    `aliases` are pairs of words that an office confirmed as the same (口径库), beside the list that ships.
    """

    take_above: float = 0.72
    ask_above: float = 0.45
    curve: tuple[Decimal, ...] = ()
    about_points: Decimal = Decimal("0.3")
    about_percent: Decimal = Decimal(3)
    red_points_behind: Decimal = Decimal(30)
    red_rate_points: Decimal = Decimal(3)
    aliases: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a match score: its name, its weight, how far it agrees (0 to 1), and that in words."""

    name: str
    weight: float
    score: float
    words: str

    def row(self) -> dict[str, Any]:
        return dict(_items(self))


@dataclass(frozen=True, slots=True)
class Evidence:
    """A figure of a report that answers a target (or may, as a candidate), with its score from 0 to 1."""

    statement: Statement
    score: float
    parts: tuple[Part, ...] = ()

    @property
    def why(self) -> str:
        """The decision in one sentence, from the words of its parts."""
        return ",".join(part.words for part in self.parts if part.words)

    def row(self) -> dict[str, Any]:
        said = self.statement.row()
        kept = ("doc", "start", "end", "figure", "indicator", "kind", "value", "unit", "year", "months")
        return {**{name: said[name] for name in kept if name in said},
                "score": round(self.score, 3), "parts": [part.row() for part in self.parts], "why": self.why}


@dataclass(frozen=True, slots=True)
class Mention:
    """A sentence that speaks of a target in words, without a figure that could be judged."""

    doc: str
    start: int
    end: int
    text: str

    def row(self) -> dict[str, Any]:
        return dict(_items(self))


@dataclass(frozen=True, slots=True)
class Note:
    """Something a person should know about an outcome; `code` is one of those design section 4 names."""

    code: str
    text: str

    def row(self) -> dict[str, str]:
        return {"code": self.code, "text": self.text}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What follows for a target: printed figures rounded once, half up.

    `percent`, `expected` and `behind` are in %, `gap` in points; `word` is what page and sheet print beside the light,
    `rule` names in one sentence the rule that decided. `basis` is what of target and evidence it was judged from, as text.
    """

    status: Status
    word: str
    light: Light
    rule: str
    percent: Decimal | None = None
    gap: Decimal | None = None
    expected: Decimal | None = None
    behind: Decimal | None = None
    basis: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A target with its verdict and everything that speaks for or against it."""

    target: Statement
    verdict: Verdict
    evidence: tuple[Evidence, ...] = ()
    mentions: tuple[Mention, ...] = ()
    base: tuple[Evidence, ...] = ()
    candidates: tuple[Evidence, ...] = ()
    notes: tuple[Note, ...] = ()

    def row(self) -> dict[str, Any]:
        """The JSON object of `manage.py track`."""
        said, verdict = self.target.row(), self.verdict
        kept = ("start", "end", "figure", "indicator", "measure", "comparator", "value", "unit", "year")
        numbers = {name: None if (value := getattr(verdict, name)) is None else float(value)
                   for name in ("percent", "gap", "expected", "behind")}
        return {
            **{name: said[name] for name in kept}, "stretch": self.target.stretch, "status": verdict.status,
            **numbers, "word": verdict.word, "light": verdict.light, "rule": verdict.rule,
            "evidence": [each.row() for each in self.evidence], "mentions": [each.row() for each in self.mentions],
            "base": [each.row() for each in self.base], "candidates": [each.row() for each in self.candidates],
            "notes": [each.row() for each in self.notes],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """What people decided about matches: it holds against every later reading.

    `passed` are the reports that lay before a person who chose the figure of another: they have no say on that target.
    """

    confirmed: Mapping[Key, Key] = field(default_factory=dict)
    passed: Mapping[Key, frozenset[str]] = field(default_factory=dict)
    refused: frozenset[tuple[Key, Key]] = frozenset()
