"""`python -m engine FILE…`: what is read from files, one JSON object a line; without Django."""

import argparse
import io
import json
import sys

from engine.errors import ReadError
from engine.reading import read

BAD_INPUT = 2


def main(words: list[str] | None = None) -> int:
    """Prints the statements of each file in order of their place; returns the exit status, 2 where a file could not be read."""
    parser = argparse.ArgumentParser(prog="python -m engine", description="读取计划、总结文件,每行输出一个 JSON 对象。")
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--year", type=int, help="文中没有写明年份时使用的年份")
    options = parser.parse_args(words)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    return max(_show(path, options.year) for path in options.files)


def _show(path: str, year: int | None) -> int:
    try:
        reading = read(path, year=year)
    except ReadError as error:
        print(f"{path}: {error}", file=sys.stderr)
        return BAD_INPUT
    for each in sorted(reading.statements, key=lambda each: (each.start, each.end)):
        print(json.dumps(each.row(), ensure_ascii=False))
    print(f"{path}: 读到{len(reading.statements)}个数字,未能归位的数字{len(reading.unplaced)}个", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
