"""manage.py enroll: makes an office and a person in it. The first administrator of a new installation comes this way."""

import getpass
import os
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from offices import audit
from offices.models import Department, Membership, Office, Role, User
from offices.permissions import clash


class Command(BaseCommand):
    help = "登记单位和人员;单位、人员不存在时新建。密码从环境变量 ENROLL_PASSWORD 读取,否则在终端输入。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="用户名")
        parser.add_argument("--office", required=True, help="单位名称")
        parser.add_argument("--parent", help="上级单位名称(须已存在)")
        parser.add_argument("--role", required=True, choices=Role.values, help="角色")
        parser.add_argument("--name", default="", help="姓名")
        parser.add_argument("--department", help="责任单位名称(角色为 unit 时填写)")

    @transaction.atomic
    def handle(self, *_args: Any, username: str, office: str, role: str, **options: Any) -> None:
        home = _office(office, options["parent"])
        user = User.objects.filter(username=username).first() or _new_user(username, options["name"])
        if why := clash([role, *user.memberships.values_list("role", flat=True)]):
            raise CommandError(why)
        membership, _ = Membership.objects.get_or_create(user=user, office=home, role=role)
        if options["department"]:
            membership.department, _ = Department.objects.get_or_create(office=home, name=options["department"])
            membership.save(update_fields=["department", "updated_at"])
        audit.record("people.enroll", office=home, subject=membership, after={"username": username, "role": role})
        self.stdout.write(f"{home}:{user.get_full_name()}({username}),{Role(role).label}")


def _office(name: str, parent: str | None) -> Office:
    above = Office.objects.filter(name=parent).first() if parent else None
    if parent and above is None:
        raise CommandError(f"没有名为“{parent}”的上级单位,请先登记它。")
    return Office.objects.filter(name=name, parent=above).first() or Office.objects.create(name=name, parent=above)


def _new_user(username: str, name: str) -> User:
    user = User(username=username, name=name)
    password = os.environ.get("ENROLL_PASSWORD") or getpass.getpass("新用户密码:")
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    user.set_password(password)
    user.save()
    return user
