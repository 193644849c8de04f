"""manage.py serve: the pages with worker and scheduled checks in one process, on SQLite, without any server to install."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from tracker.serving import HOST, port_is_free, serve
from tracker.signing import is_first_start, setup_code_file


class Command(BaseCommand):
    help = "启动网页、后台任务和定时检查(单进程,无需另装服务)"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="端口,默认8000")

    def handle(self, *_args: Any, port: int, **_options: Any) -> None:
        if settings.REDIS_URL:
            raise CommandError("设置了 REDIS_URL:请分别启动 gunicorn、celery worker 和 celery beat(见 README.md)。")
        if not port_is_free(port):
            raise CommandError(f"端口 {port} 已被占用,请用 --port 换一个。")
        call_command("migrate", verbosity=0)
        self.stdout.write(f"http://{HOST}:{port}/  按 Ctrl+C 停止")
        if is_first_start():
            self.stdout.write(f"首次使用:请打开上面的地址登记管理员,安装口令 {setup_code_file().read_text(encoding='utf-8')}")
        serve(port)
