"""Search everywhere: targets, departments, documents, reported figures and pages, of what the person may see and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from documents.models import Document
from offices.models import Department
from offices.permissions import OVERSEERS, READERS, Person, offices_of, require_role
from reports.models import Result
from targets import wording
from targets.models import Target
from tracker.navigation import entries_for

LONGEST = 20
"""So many of a kind stand on the page; the list of the targets is one click away."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, by kind; `more` says that there are more than are shown."""

    pages: Sequence[tuple[str, str]]
    departments: Sequence[tuple[str, str]]
    targets: Sequence[Target]
    documents: Sequence[Document]
    results: Sequence[Result]
    list_address: str

    @property
    def nothing(self) -> bool:
        return not (self.pages or self.departments or self.targets or self.documents or self.results)


def find(user: Person, said: str) -> Found:
    """Every word has to occur in a row. An empty question, or one of marks alone, finds nothing."""
    words = said.split()
    if not wording.folded(said):
        return Found((), (), (), (), (), "")
    targets = wording.speaking_of(Target.objects.visible_to(user).standing(), said)
    departments = Department.objects.filter(_all(words, "name"), office__in=offices_of(user, *OVERSEERS)).select_related("office")
    documents = Document.objects.visible_to(user).without_text().filter(_all(words, "title", "name"))
    results = Result.objects.visible_to(user).filter(_all(words, "indicator")).select_related("document")
    return Found(
        pages=[(entry.label, reverse(entry.url)) for entry in entries_for(user) if said.strip() in entry.label],
        departments=[(f"{each}({each.office})", _listed(department=str(each.public_id), office=str(each.office.public_id)))
                     for each in departments.order_by("name", "pk")[:LONGEST]],
        targets=list(targets.select_related("commitment", "lead").order_by("-year", "document_id", "start", "pk")[:LONGEST]),
        documents=list(documents.order_by("-cutoff", "-pk")[:LONGEST]),
        results=list(results.defer("document__text", "document__reading").order_by("-document_id", "start", "pk")[:LONGEST]),
        list_address=_listed(year="", q=said),
    )


def _listed(**narrowed: str) -> str:
    return f"{reverse('targets:list')}?{urlencode(narrowed)}"


def _all(words: Sequence[str], *columns: str) -> Q:
    """Each word in one column or another."""
    wanted = Q()
    for word in words:
        either = Q()
        for column in columns:
            either |= Q(**{f"{column}__icontains": word})
        wanted &= either
    return wanted


@require_GET
@require_role(*READERS)
def search(request: HttpRequest) -> HttpResponse:
    """搜索."""
    said = request.GET.get("q", "")[:100].strip()
    return render(request, "search.html", {"q": said, "found": find(request.user, said)})
