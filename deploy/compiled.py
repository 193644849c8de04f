"""Turns the modules that read into machine code beside their sources, with mypyc; `--undo` takes them away again.

The sources stay what is changed and tested; a compiled module does the same, a third faster. Needs a C compiler and what `make test`
installs. Where a source has changed since, `engine` says so and does not start.
"""

import contextlib
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
# Not among them: text, which folds a text once and keeps it (a cached property); mypyc would fold it anew each time.
MODULES = (
    "amounts", "contexts", "counted", "departments", "elisions", "figures", "former", "headings", "holders", "indicators", "kinds",
    "measured", "milestones", "months", "numerals", "outline", "parts", "periods", "quantities", "reading", "rows", "shares", "spoken",
    "statements", "subjects", "tails", "titles", "tokens", "units", "values", "wording", "years",
)


def undo() -> None:
    """Removes what `build` made, of whatever system and version of Python."""
    for suffix in ("so", "pyd"):
        for path in (*ROOT.glob(f"reader__mypyc.*{suffix}"), *ROOT.glob(f"engine/*.{suffix}")):
            path.unlink()


def build() -> None:
    """Compiles MODULES where they stand; what is made on the way stays in var/."""
    from mypyc.build import mypycify  # noqa: PLC0415 (undoing needs neither)
    from setuptools import Distribution  # noqa: PLC0415

    place = str(ROOT / "var" / "compiled")
    # What an earlier run left would be copied with its old time, and look older than its source.
    shutil.rmtree(place, ignore_errors=True)
    with contextlib.chdir(ROOT):
        parts = mypycify(["--config-file=", "--strict", *(f"engine/{name}.py" for name in MODULES)], group_name="reader", target_dir=place)
        made = Distribution({"name": "reader", "ext_modules": parts})
        made.command_options["build"] = {"build_base": ("compiled.py", place)}
        made.command_options["build_ext"] = {"inplace": ("compiled.py", "1")}
        made.run_command("build_ext")


if __name__ == "__main__":
    undo()
    if "--undo" not in sys.argv:
        build()
