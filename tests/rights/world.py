"""One street with everything in it that an address can name, and the people who ask for it."""

from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from notices.models import Delivery, LetterTemplate, Message, Receiver
from offices import tokens
from offices.models import Role, User
from reports import exports
from reports.models import Alias, Check, Export, Flag, FlagEvent, Return, Stall
from targets.models import Assignment, Instruction, SavedView
from tests.factories import make_flag, make_judged, make_match, make_office, make_read_document, make_result, make_statement, make_user

SECRET = "青蘅密级指标"
"""Stands in the plan, the target, the result, the flag and the message of the street: nobody outside may ever read it."""
PERSONS = ("nobody", "stranger", "below", "supervisor", "leader", "unit", "other", "admin", "auditor", "above", "chief")
"""Without an account; supervisor of an office elsewhere; of the village below; the five roles of the street (`other` speaks for another
department); supervisor and administrator of the district above.
"""
READERS = frozenset({"supervisor", "leader", "unit", "above", "key"})
"""Who may read the street's targets; `key` is the token of another system of the street."""


@dataclass(frozen=True, slots=True)
class World:
    """The people by name, the parameters of addresses by the name of the address, and what a form needs to be taken for one."""

    people: dict[str, User | None]
    keys: dict[str, str]
    parameters: dict[str, dict[str, Any]]
    bodies: dict[str, dict[str, Any]]
    queries: dict[str, str]
    cookies: dict[str, str] = field(default_factory=dict)
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))


def _ledger(user: User) -> bytes:
    """A sheet as it goes out, to come back."""
    out = BytesIO()
    exports.write(exports.selected(user, QueryDict(), made=timezone.localdate()), exports.Wish(), out)
    return out.getvalue()


def make_world(secret: str = SECRET) -> World:
    """`secret` stands wherever people or documents put words."""
    district = make_office("砚湖区")
    street = make_office("青蘅街道", parent=district)
    village = make_office("柳岸村", parent=street)
    lead, another = street.departments.create(name="经济发展办公室"), street.departments.create(name="社会事务办公室")
    people = {
        "nobody": None, "stranger": make_user(office=make_office("松陵县")), "below": make_user(office=village),
        "supervisor": make_user(office=street, name="方知远"), "leader": make_user(Role.LEADER, office=street),
        "unit": make_user(Role.UNIT, office=street, department=lead), "other": make_user(Role.UNIT, office=street, department=another),
        "admin": make_user(Role.ADMIN, office=street), "auditor": make_user(Role.AUDITOR, office=street),
        "above": make_user(office=district), "chief": make_user(Role.ADMIN, office=district),
    }
    owner = people["supervisor"]
    assert owner is not None
    plan = make_read_document(street, make_statement(indicator=secret, start=9), state="matched", text=f"{secret}5家以上。" * 3, pages=1)
    report = make_read_document(street, make_statement(indicator=secret, kind="result", start=9), kind="report", month=6, state="matched")
    failed = make_read_document(street, state="failed", title=f"{secret}失败")
    target = make_judged(document=plan, indicator=secret, lead=lead)
    twin = make_judged(street, indicator=secret)
    result = make_result(street, document=report, indicator=secret)
    match = make_match(target, result, why=secret)
    flag = make_flag(target, text=f"{secret}欠进度")
    answer = FlagEvent.objects.create(flag=flag, kind=FlagEvent.Kind.ANSWERED, at=timezone.now(), step=flag.step, text=secret,
                                      file_name="佐证.txt")
    answer.file.save("", ContentFile(secret.encode()))
    listed = make_flag(target, rule=Flag.Rule.MANUAL, text=secret)
    alias = Alias.objects.create(office=street, left=secret, right="别名", count=1)
    rule = Assignment.objects.create(office=street, indicator=secret, lead=lead)
    instruction = Instruction.objects.create(target=target, office=street, leader="沈若川", date=timezone.localdate(), text=secret)
    instruction.file.save("", ContentFile(secret.encode()))
    Instruction.objects.filter(pk=instruction.pk).update(file_name="批示件.txt")
    view = SavedView.objects.create(user=owner, name=secret, query="")
    export = Export.objects.create(user=owner, name="完成情况表.csv", state=Export.State.DONE, offices=[street.pk])
    export.file.save("", ContentFile(secret.encode()))
    sheet = Return.objects.create(user=owner, name="台账.xlsx")
    sheet.file.save("", ContentFile(_ledger(owner)))
    message = Message.objects.create(office=street, department=lead, period="2025-07-01", title="3条预警", text=secret)
    receiver = Receiver.objects.create(office=street, kind=Receiver.Kind.EMAIL, name="值班邮箱", address="duty@example.org")
    delivery = Delivery.objects.create(message=message, receiver=receiver, state=Delivery.State.FAILED, error="x")
    template = LetterTemplate(office=street, kind="bulletin", name="模板.docx")
    template.file.save("", ContentFile(secret.encode()))
    template.save()
    check = Check.objects.create(office=street, state=Check.State.FAILED, slot="2025-07-01", attempts=Check.ATTEMPTS,
                                 started_at=timezone.now(), finished_at=timezone.now(), reason="x")
    Stall.objects.create(office=street, reason="x")
    member = make_user(Role.LEADER, office=street, name="街道领导")
    until = timezone.now() + timedelta(days=1)
    token, key = tokens.issue(street, name="大屏", scopes=["read", "write"], expires_at=until, user=None)
    _, foreign = tokens.issue(make_office(), name="外单位", scopes=["read", "write"], expires_at=until, user=None)
    of = {"public_id": plan.public_id}
    parameters: dict[str, dict[str, Any]] = {
        "api:one_target": {"public_id": target.public_id}, "api:one_document": of, "api:document_text": of,
        "offices:withdraw_token": {"public_id": token.public_id}, "offices:office": {"public_id": street.public_id},
        "documents:page": {**of, "number": 1}, "documents:picture": {**of, "number": 1},
        "documents:retry": {"public_id": failed.public_id}, "targets:at": {"document": plan.public_id, "start": target.start},
        "reports:result_at": {"document": report.public_id, "start": result.start},
        "targets:close_instruction": {"public_id": instruction.public_id}, "targets:drop_view": {"public_id": view.public_id},
        "targets:instruction_file": {"public_id": instruction.public_id},
        "targets:drop_assignment": {"public_id": rule.public_id}, "reports:switch_alias": {"public_id": alias.public_id},
        "reports:lift": {"public_id": listed.public_id}, "reports:answer_file": {"public_id": answer.public_id},
        "reports:schedule": {"public_id": street.public_id},
        "reports:check_again": {"public_id": check.public_id}, "reports:stall_again": {"public_id": street.public_id},
        "reports:export_file": {"public_id": export.public_id}, "notices:again": {"public_id": delivery.public_id},
        "notices:read": {"public_id": message.public_id},
        "notices:write_letter": {"kind": "bulletin"}, "notices:write_order": {"public_id": flag.public_id},
        "notices:template": {"kind": "bulletin"},
    }
    for name in ("receiver", "drop_receiver", "try_receiver"):
        parameters[f"notices:{name}"] = {"public_id": receiver.public_id}
    for name in ("person", "reset_password", "unlock", "drop_second"):
        parameters[f"offices:{name}"] = {"public_id": member.public_id}
    for name in ("detail", "download", "edit", "reread"):
        parameters[f"documents:{name}"] = of
    for name in ("targets:merge", "targets:apart", "targets:split", "reports:enter", "targets:edit", "targets:confirm",
                  "targets:withdraw", "targets:revise", "targets:instruct", "reports:target",
                 "reports:choose", "reports:skip"):
        parameters[name] = {"public_id": target.public_id}
    for name in ("confirm", "refuse"):
        parameters[f"reports:{name}"] = {"public_id": match.public_id}
    for name in ("flag", "flag_seen", "flag_answer"):
        parameters[f"reports:{name}"] = {"public_id": flag.public_id}
    for name in ("return", "return_take", "return_undo"):
        parameters[f"reports:{name}"] = {"public_id": sheet.public_id}
    here = str(street.public_id)
    bodies: dict[str, dict[str, Any]] = {
        "reports:run_check": {"office": here}, "targets:confirm": {"version": 1}, "targets:withdraw": {"version": 1},
        "reports:confirm": {"version": 1}, "reports:refuse": {"version": 1}, "reports:flag_seen": {"version": 1},
        "targets:merge": {"into": str(twin.public_id), "version": 1}, "targets:apart": {"from": str(twin.public_id)},
        "reports:lift": {"version": 1}, "reports:mark": {"reason": "久拖未决", "picks": f"{target.public_id}.1"},
        "reports:flag_answer": {"version": 1, "answer": "已开工"}, "reports:switch_alias": {"version": 1},
        "reports:choose": {"result": str(result.public_id)}, "offices:withdraw_token": {"version": 1},
        "targets:instruct": {"leader": "沈若川", "date": "2025-07-01", "text": "抓紧"},
        "targets:bulk": {"deed": "confirm", "picks": f"{target.public_id}.1"}, "offices:add_office": {"name": "新村"},
        "targets:add_assignment": {"indicator": "x", "lead": lead.pk},
        "offices:office": {"name": "青蘅街道", "version": 1},
        "offices:person": {"name": "x", "roles": ["leader"], "version": 1, "is_active": "on"},
    }
    # Part of the word only: a page may show what it was asked for.
    queries = {"office=street": f"office={here}", "poll": "poll=1", "q=secret": f"q={secret[:4]}", "t=target": f"t={target.public_id}"}
    return World(people, {"key": key, "foreign": foreign}, parameters, bodies, queries)
