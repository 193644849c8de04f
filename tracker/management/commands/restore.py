"""manage.py restore PATH: an archive of `manage.py backup` becomes the installation, wholly or not at all."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from documents.models import UNDER_WAY, Document
from offices import audit
from tracker import archiving


class Command(BaseCommand):
    help = "用备份恢复数据库和文件:先逐一核对 sha256,再一次换入;网页和后台任务应先停止"
    # The tables may not be there yet: Django's own look at the migrations would only warn about that.
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="manage.py backup 做的备份文件")
        parser.add_argument("--force", action="store_true", help="现有数据全部换成备份中的内容")
        parser.add_argument("--check", action="store_true", help="只核对备份是否完好,不恢复")

    def handle(self, *_args: Any, path: Path, force: bool, check: bool, **_options: Any) -> None:
        try:
            with archiving.unpacked(path) as found:
                archiving.check_known(found.manifest)
                if not check:
                    self._put_back(found, force=force)
        except archiving.ArchiveError as error:
            raise CommandError(str(error)) from error
        said = f"{len(found.manifest.files)}个文件,{found.manifest.made_at} 的备份"
        self.stdout.write(f"备份完好:{said}" if check else f"已恢复:{said}。请运行 manage.py verify 核对。")

    def _put_back(self, found: archiving.Unpacked, *, force: bool) -> None:
        if not force and not archiving.is_empty():
            raise CommandError("这里已有数据,没有恢复。确定要用备份全部替换,请加 --force(建议先用 manage.py backup 另存一份)。")
        archiving.put_back(found)
        call_command("migrate", verbosity=0, interactive=False)
        # Who was signed in then may have been signed out since; and whoever worked on a document then does so no more.
        Session.objects.all().delete()
        Document.objects.filter(state__in=UNDER_WAY).update(lease_until=None)
        audit.record("backup.restore", after={"made_at": found.manifest.made_at, "files": len(found.manifest.files)})
