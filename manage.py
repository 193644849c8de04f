#!/usr/bin/env python
"""Django's door."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    if sys.argv[1:2] == ["demo"]:
        # Demo logins are printed for everybody to read: they must never reach a database with real documents.
        os.environ["DEMO"] = "1"
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
