"""重读: what the engine of today reads from the text of a document, beside what is stored; taken only when a person says so.

The text stays as it is, so places and with them the decisions of people hold.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from documents.intake import found_in, read_again, unless_corrected
from documents.models import Document, State
from documents.spans import hint_of
from engine.text import Text
from engine.values import Reading, Statement

COMPARED = tuple("kind indicator measure comparator value high unit year months stretch due state departments".split())


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that is read now and was not before, the other way round, or read otherwise."""

    old: Statement | None
    new: Statement | None

    @property
    def word(self) -> str:
        if self.old is None:
            return "新读出"
        return "改读" if self.new else "不再读出"

    @property
    def start(self) -> int:
        return (self.new or self.old).start  # type: ignore[union-attr]

    @property
    def figure(self) -> str:
        return (self.new or self.old).figure  # type: ignore[union-attr]

    @property
    def before(self) -> str:
        return hint_of(self.old) if self.old else ""

    @property
    def after(self) -> str:
        return hint_of(self.new) if self.new else ""


def reread(document: Document) -> Reading:
    """Raises ValueError before the document was read."""
    if document.reading is None:
        raise ValueError(f"document {document.pk} was not read yet")
    return read_again(document, Text(document.text))


def differences(document: Document, new: Reading) -> list[Difference]:
    """In order of their place."""
    old = Reading.from_row(document.reading or {}, document.text)
    return sorted(_differences(old, new), key=lambda each: each.start)


def _differences(old: Reading, new: Reading) -> Iterator[Difference]:
    before, after = ({(each.start, each.end): each for each in reading.statements} for reading in (old, new))
    for place in before.keys() | after.keys():
        was, now = before.get(place), after.get(place)
        if was is None or now is None or any(getattr(was, name) != getattr(now, name) for name in COMPARED):
            yield Difference(was, now)


def take(document: Document, new: Reading, *, version: int) -> bool:
    """Put the new reading in the old one's place and send the document through the pipeline again; False where somebody was first."""
    changes = {**found_in(new), **unless_corrected(document, new)}
    return document.change(version=version, **changes, state=State.READ, error="", attempts=0, lease_until=None)
