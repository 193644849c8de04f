"""接口: other systems of an office read targets, results, evidence and flags, and hand in documents. See docs/接口.md.

A token sees what a 督查员 of its office sees, by the same querysets, and nothing else; its documents go into its own office.
"""

import datetime
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, Literal

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import SuspiciousOperation
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone
from ninja import File, Form, NinjaAPI, Query, Schema, Status
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from ninja.files import UploadedFile
from ninja.renderers import JSONRenderer
from ninja.security import HttpBearer
from ninja.throttling import BaseThrottle
from pydantic import AfterValidator, AwareDatetime, Field

from documents import intake, pipeline
from documents.models import Document, Origin
from offices import audit, tokens
from offices.models import ApiToken, Office, Scope, User
from offices.permissions import OVERSEERS, offices_of
from reports.models import Flag, Match, Result
from targets.models import Target
from tracker import schemas
from tracker.limits import counted
from tracker.schemas import DocumentOut, Documents, DocumentText, Evidence, Flags, Offices, Results, Said, TargetOut, Targets

REFUSALS_NOTED = 30
"""So many refusals a minute from one address stand in the trail: a script with an old token must not fill it."""
MOST_ITEMS = 200
MINUTE = 60


# --- who asks ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Caller:
    """The token of a request, and the person as whom it sees and acts."""

    token: ApiToken
    person: User


class Bearer(HttpBearer):
    """`Authorization: Bearer goal_…`; whoever is signed in by a cookie is nobody here."""

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        request.user = AnonymousUser()
        found = tokens.found(token, now=timezone.now())
        if found is not None:
            return Caller(found, tokens.person_of(found))
        if _within("refused", str(audit.address_of(request)), REFUSALS_NOTED):
            audit.record("api.refusal", request=request, success=False, after={"path": request.path[:200], "error": "令牌无效"})
        return None


class Plain(JSONRenderer):
    """Chinese as it is written, so that a person can read an answer too."""

    json_dumps_params = MappingProxyType({"ensure_ascii": False})


class Pace(BaseThrottle):
    """So many requests a minute for each token; counted in the cache, which with Redis is one for all processes."""

    def allow_request(self, request: HttpRequest) -> bool:
        return _within("token", str(_caller(request).token.pk), settings.API_PER_MINUTE)

    def wait(self) -> float:
        return MINUTE - timezone.now().timestamp() % MINUTE


def _within(kind: str, who: str, most: int) -> bool:
    """Whether this is one of the first `most` in the minute; counts it."""
    return counted(f"api:{kind}:{who}", MINUTE) <= most


def _caller(request: HttpRequest) -> Caller:
    caller: Caller = request.auth  # type: ignore[attr-defined]
    return caller


def _person(request: HttpRequest, scope: Scope = Scope.READ) -> User:
    """As whom the token acts. Raises HttpError where it is not good for `scope`."""
    caller = _caller(request)
    if scope not in caller.token.scopes:
        why = f"令牌没有“{scope.label}”权限。"
        _note(request, "api.refusal", success=False, error=why)
        raise HttpError(403, why)
    return caller.person


def _note(request: HttpRequest, action: str = "api.read", *, success: bool = True, **said: Any) -> None:
    token = _caller(request).token
    query = {"query": request.GET.urlencode()[:500]} if request.GET else {}
    audit.record(action, office=token.office, request=request, subject=token, success=success,
                 after={"name": str(token), "path": request.path[:200], **query, **said})


api = NinjaAPI(
    title="目标跟踪", version="1", docs_url=None, urls_namespace="api", auth=Bearer(), throttle=Pace(), renderer=Plain(),
    description="读取目标、完成数、佐证、预警,提交文件。数值一律为十进制字符串,编号一律为公开编号。",
)


# --- what is said when something is wrong -----------------------------------------------------------------------------------


def _say(request: HttpRequest, status: int, sentence: str, **headers: str) -> HttpResponse:
    response = api.create_response(request, {"error": sentence}, status=status)
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = value
    return response


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    return _say(request, 401, "没有令牌,或令牌不对、已到期、已停用;请在请求头中写 Authorization: Bearer 令牌。", WWW_Authenticate="Bearer")


@api.exception_handler(HttpError)
def _refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    return _say(request, error.status_code, error.message)


@api.exception_handler(Throttled)
def _too_many(request: HttpRequest, error: Throttled) -> HttpResponse:
    return _say(request, 429, f"每个令牌每分钟最多{settings.API_PER_MINUTE}次请求,请稍后再试。", Retry_After=str(error.wait or MINUTE))


@api.exception_handler(Http404)
def _absent(request: HttpRequest, _error: Http404) -> HttpResponse:
    return _say(request, 404, "没有这个编号,或不在令牌的单位范围内。")


@api.exception_handler(SuspiciousOperation)
@api.exception_handler(MultiPartParserError)
def _broken(request: HttpRequest, _error: Exception) -> HttpResponse:
    return _say(request, 400, "请求不完整:应为 multipart/form-data,其中 file 是一个文件。")


@api.exception_handler(ValidationError)
def _wrong(request: HttpRequest, error: ValidationError) -> HttpResponse:
    said = ";".join(f"参数 {each['loc'][-1]} {_sentence(each)}" for each in error.errors[:5])
    return _say(request, 422, f"{said}。")


def _sentence(error: Mapping[str, Any]) -> str:
    """What is wrong with a parameter, from the kind of error that pydantic names."""
    given = error.get("ctx", {})
    for kind, words in _WRONG.items():
        if str(error["type"]).startswith(kind):
            return words.format(**given)
    return "格式不对"


_WRONG = {
    "missing": "必须填写", "uuid": "应为公开编号(UUID)", "int": "应为整数", "bool": "应为 true 或 false",
    "greater_than_equal": "不能小于{ge}",
    "less_than_equal": "不能大于{le}", "literal_error": "只能是 {expected}", "string_too_long": "最多{max_length}字",
    "value_error": "不在允许的范围内", "datetime": "应为日期时间,如 2025-06-30T08:00:00+08:00", "timezone": "要写明时区,如 +08:00",
}
ERRORS: dict[int, Any] = {400: Said, 401: Said, 403: Said, 422: Said, 429: Said}
ONE = ERRORS | {404: Said}


# --- what is asked ----------------------------------------------------------------------------------------------------------


def _clean(said: str) -> str:
    if not said.isprintable():
        raise ValueError
    return said


Words = Annotated[str, Field(max_length=100), AfterValidator(_clean)]


def _in_our_time(said: datetime.datetime) -> datetime.datetime:
    """The moment in UTC: what no calendar of a database holds is refused here."""
    if not 1990 <= said.year <= 2100:
        raise ValueError
    return said.astimezone(datetime.UTC)


Moment = Annotated[AwareDatetime, AfterValidator(_in_our_time)]
Year = Annotated[int, Field(ge=1990, le=2100)]


class Paging(Schema):
    page: int = Field(1, ge=1, le=100_000, description="第几页,从1起")
    page_size: int = Field(50, ge=1, le=MOST_ITEMS, description="每页条数")


class OfOffice(Paging):
    office: uuid.UUID | None = Field(None, description="只要这个单位的")


class Recent(OfOffice):
    changed_since: Moment | None = Field(None, description="只要这一时刻以后改动过的")


class TargetQuery(Recent):
    year: Year | None = None
    status: Literal["met", "on_track", "lagging", "missed", "unreported", "unclear", "not_due"] | None = None
    document: uuid.UUID | None = None
    indicator: Words = Field("", description="指标名称中含有这些字")
    withdrawn: bool = Field(False, description="true 时只要已撤销的")


class ResultQuery(Recent):
    year: Year | None = None
    document: uuid.UUID | None = None
    kind: Literal["result", "forecast"] | None = None


class EvidenceQuery(Recent):
    target: uuid.UUID | None = None
    role: Literal["evidence", "candidate", "base"] | None = None
    decision: Literal["taken", "confirmed", "refused", "waiting"] | None = None


class FlagQuery(Recent):
    target: uuid.UUID | None = None
    rule: Literal["limit", "lagging", "limit_near", "contradiction", "unreported", "due_soon", "report_overdue"] | None = None
    step: Literal["reminder", "supervise", "leader"] | None = None
    state: Literal["open", "seen", "answered", "closed"] | None = None


class DocumentQuery(Recent):
    year: Year | None = None
    kind: Literal["plan", "report", "both", "none"] | None = None
    state: Literal["stored", "read", "taken", "matched", "failed"] | None = None


def _narrowed(rows: QuerySet[Any], asked: Paging, columns: Mapping[str, str]) -> QuerySet[Any]:
    """The rows under every condition that was named; `columns` says which column each one is about."""
    said = asked.model_dump(exclude_none=True)
    return rows.filter(**{column: said[name] for name, column in columns.items() if said.get(name) not in (None, "")})


def _listed(request: HttpRequest, rows: QuerySet[Any], asked: Paging, out: Callable[[Any], Schema]) -> dict[str, Any]:
    """One page of the rows, noted in the trail. Every order ends in the key, so that paging neither skips nor repeats."""
    pages = Paginator(rows, asked.page_size)
    items = [out(row) for row in pages.page(asked.page)] if asked.page <= pages.num_pages else []
    _note(request, count=len(items))
    return {"count": pages.count, "page": asked.page, "pages": pages.num_pages, "items": items}


def _one(request: HttpRequest, rows: QuerySet[Any], public_id: uuid.UUID) -> Any:
    row: Model | None = rows.filter(public_id=public_id).first()
    if row is None:
        _note(request, success=False)
        raise Http404
    _note(request)
    return row


# --- reading ----------------------------------------------------------------------------------------------------------------

_ROWS = ("document", "office")
_NO_TEXT = ("document__text", "document__reading", "document__places")


def _targets(person: User) -> QuerySet[Target]:
    rows = Target.objects.visible_to(person).select_related(*_ROWS, "commitment", "lead").defer(*_NO_TEXT).prefetch_related("support")
    return schemas.with_sentence(rows).order_by("document_id", "start", "pk")


@api.get("/offices", response={200: Offices, **ERRORS}, tags=["单位"])
def list_offices(request: HttpRequest, asked: Query[Paging]) -> Any:
    """令牌所见的单位:本单位和下级单位。"""
    rows = offices_of(_person(request), *OVERSEERS).select_related("parent").order_by("path", "pk")
    seen = set(rows.values_list("pk", flat=True))

    def out(row: Office) -> schemas.OfficeOut:
        return schemas.office_out(row, seen)

    return _listed(request, rows, asked, out)


@api.get("/targets", response={200: Targets, **ERRORS}, tags=["目标"])
def list_targets(request: HttpRequest, asked: Query[TargetQuery]) -> Any:
    """目标及其研判结果。"""
    rows = _targets(_person(request)).filter(withdrawn=asked.withdrawn)
    return _listed(request, _narrowed(rows, asked, {
        "office": "office__public_id", "year": "year", "status": "status", "document": "document__public_id",
        "indicator": "indicator__contains", "changed_since": "updated_at__gte"}), asked, schemas.target_out)


@api.get("/targets/{public_id}", response={200: TargetOut, **ONE}, tags=["目标"])
def one_target(request: HttpRequest, public_id: uuid.UUID) -> Any:
    """一个目标。"""
    return schemas.target_out(_one(request, _targets(_person(request)), public_id))


@api.get("/results", response={200: Results, **ERRORS}, tags=["完成数"])
def list_results(request: HttpRequest, asked: Query[ResultQuery]) -> Any:
    """总结中读出的完成数和预计数。"""
    rows = Result.objects.visible_to(_person(request)).select_related(*_ROWS).defer(*_NO_TEXT)
    found = _narrowed(schemas.with_sentence(rows), asked, {
        "office": "office__public_id", "year": "year", "document": "document__public_id", "kind": "kind",
        "changed_since": "updated_at__gte"})
    return _listed(request, found.order_by("document_id", "start", "pk"), asked, schemas.result_said)


@api.get("/evidence", response={200: Evidence, **ERRORS}, tags=["佐证"])
def list_evidence(request: HttpRequest, asked: Query[EvidenceQuery]) -> Any:
    """完成数与目标的对应关系:佐证、待确认、基数。"""
    rows = Match.objects.visible_to(_person(request)).select_related("target", "result__document", "result__office").defer(
        *(f"result__{name}" for name in _NO_TEXT))
    found = _narrowed(schemas.with_sentence(rows, through="result__"), asked, {
        "office": "target__office__public_id", "target": "target__public_id", "role": "role", "decision": "decision",
        "changed_since": "updated_at__gte"})
    return _listed(request, found.order_by("target_id", "role", "rank", "pk"), asked, schemas.evidence_out)


@api.get("/flags", response={200: Flags, **ERRORS}, tags=["预警"])
def list_flags(request: HttpRequest, asked: Query[FlagQuery]) -> Any:
    """预警及其层级、答复。"""
    rows = Flag.objects.visible_to(_person(request)).select_related("target", "office")
    found = _narrowed(rows, asked, {
        "office": "office__public_id", "target": "target__public_id", "rule": "rule", "step": "step", "state": "state",
        "changed_since": "updated_at__gte"})
    return _listed(request, found.order_by("-opened_at", "-pk"), asked, schemas.flag_out)


@api.get("/documents", response={200: Documents, **ERRORS}, tags=["文件"])
def list_documents(request: HttpRequest, asked: Query[DocumentQuery]) -> Any:
    """文件及其处理情况。"""
    rows = Document.objects.visible_to(_person(request)).without_text().select_related("office")
    found = _narrowed(rows, asked, {
        "office": "office__public_id", "year": "year", "kind": "kind", "state": "state", "changed_since": "updated_at__gte"})
    return _listed(request, found.order_by("-created_at", "-pk"), asked, schemas.document_out)


@api.get("/documents/{public_id}", response={200: DocumentOut, **ONE}, tags=["文件"])
def one_document(request: HttpRequest, public_id: uuid.UUID) -> Any:
    """一个文件;提交后用它查看处理情况。"""
    rows = Document.objects.visible_to(_person(request)).without_text().select_related("office")
    return schemas.document_out(_one(request, rows, public_id))


@api.get("/documents/{public_id}/text", response={200: DocumentText, **ONE}, tags=["文件"])
def document_text(request: HttpRequest, public_id: uuid.UUID) -> Any:
    """文件全文,各数字的位置即指此文。"""
    row = _one(request, Document.objects.visible_to(_person(request)).only("public_id", "text"), public_id)
    return DocumentText(id=row.public_id, text=row.text)


# --- writing ----------------------------------------------------------------------------------------------------------------

@api.post("/documents", response={200: DocumentOut, 201: DocumentOut, **ERRORS}, tags=["文件"])
def hand_in(request: HttpRequest, file: File[UploadedFile],
            origin: Form[Literal["superior", "government", "annual", "livelihood", "assigned"]] = "annual") -> Any:
    """提交一个文件到令牌所属单位:新文件 201,本单位已有内容相同的文件 200。格式和大小的限制与网页上传相同。"""
    _person(request, Scope.WRITE)
    token, name = _caller(request).token, intake.clean_name(file.name or "")

    def noted(document: Document) -> None:
        audit.record("document.upload", office=token.office, request=request, subject=document, after={
            "name": name, "sha256": document.sha256, "size": document.size, "origin": origin, "token": str(token)})

    try:
        document, created = intake.store(token.office, file, name, None, origin=Origin(origin), noted=noted)
    except intake.Refused as refused:
        audit.record("document.upload", office=token.office, request=request, success=False,
                     after={"name": name, "error": str(refused), "token": str(token)})
        raise HttpError(422, str(refused)) from refused
    if created:
        pipeline.send_next(document)
    return Status(201 if created else 200, schemas.document_out(document))


def whole() -> Any:
    """The addresses. A document is a step of its own: while it is looked at, other writers must not wait."""
    found = api.urls
    for each in found[0]:
        transaction.non_atomic_requests(each.callback)
    return found
