"""manage.py verify: are files, rows and the trail as they were put down? One line for each finding; exit status 1 where there is one."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from tracker.verifying import findings


class Command(BaseCommand):
    help = "核对文件、数据与审计记录是否完好;每个问题一行,有问题时退出状态为1"

    def handle(self, *_args: Any, verbosity: int, **_options: Any) -> None:
        count = 0
        for finding in findings():
            self.stdout.write(str(finding))
            count += 1
        if count:
            self.stderr.write(f"发现{count}个问题。")
            sys.exit(1)
        if verbosity:
            self.stdout.write("核对完毕,没有发现问题。")
