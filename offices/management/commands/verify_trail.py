"""manage.py verify_trail: is the audit trail whole, link by link."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from offices import chain


class Command(BaseCommand):
    help = "核验审计记录:逐条核对每个单位的链,并检查数据库是否仍拒绝改动。有问题时退出码为1。"

    def handle(self, *_args: Any, **_options: Any) -> None:
        for found in chain.verify():
            counts = f"{found.entries}条,已清理{found.pruned}条,待入链{found.unsealed}条"
            self.stdout.write(f"{found.office}:{counts},链尾 {found.digest or '—'}")
        if errors := list(chain.broken()):
            raise CommandError("\n".join(errors))
        self.stdout.write("审计记录完整。")
