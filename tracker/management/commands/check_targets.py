"""manage.py check_targets: judges open targets now and opens or closes their flags, as the scheduled check does, and tells of them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from notices.deliveries import send_due
from notices.messages import tell
from offices.models import Office
from reports.tasks import TargetsFailedError, check_targets
from targets.models import Target


class Command(BaseCommand):
    help = "立即检查目标并更新预警"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--office", help="只检查这个单位(名称)")
        parser.add_argument("--rematch", action="store_true", help="佐证也重新比对:升级程序之后用一次")

    def handle(self, *_args: Any, office: str | None, rematch: bool, verbosity: int, **_options: Any) -> None:
        only = Office.objects.filter(name=office).first() if office else None
        if office and only is None:
            raise CommandError(f"没有名为“{office}”的单位。")
        if rematch:
            targets = Target.objects.standing()
            (targets.filter(office=only) if only else targets).update(judged_at=None)
        try:
            checked = check_targets(only.pk if only else None)
        except TargetsFailedError as error:
            raise CommandError("有目标未能研判,详见日志;其余目标已检查完。") from error
        finally:
            # Without workers nobody else would tell; with them it is only sooner.
            now = timezone.now()
            tell(now)
            send_due(now)
        if verbosity:
            self.stdout.write(f"已检查{checked}个单位。")
