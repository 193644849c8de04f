"""manage.py check_targets: judges open targets now and opens or closes their flags, as the scheduled check does."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from offices.models import Office
from reports.tasks import TargetsFailedError, check_targets


class Command(BaseCommand):
    help = "立即检查目标并更新预警"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--office", help="只检查这个单位(名称)")

    def handle(self, *_args: Any, office: str | None, verbosity: int, **_options: Any) -> None:
        only = Office.objects.filter(name=office).first() if office else None
        if office and only is None:
            raise CommandError(f"没有名为“{office}”的单位。")
        try:
            checked = check_targets(only.pk if only else None)
        except TargetsFailedError as error:
            raise CommandError("有目标未能研判,详见日志;其余目标已检查完。") from error
        if verbosity:
            self.stdout.write(f"已检查{checked}个单位。")
