"""Speed and memory of reading, beside a bare regex reader and a segmenter of the same texts in the same run."""

import json
import logging
import os
import re
import time
from collections.abc import Sequence
from pathlib import Path

import jieba

import engine
from bench.clock import ROOT, Row, alone, forget, peak_mb, process, side_by_side
from engine import reading
from engine.files import load
from engine.text import Text

SEEDS = ROOT / "seeds"
REPEAT = 20
# The least that a reader could do: numerals with a unit behind them, nothing understood.
BARE = re.compile(r"\d+(?:\.\d+)?(?:亿元|万元|亿|万|%|个百分点|家|个|户|人|项|件|次|场|条|亩|公里|平方米)")
SIZES = (10_000, 100_000, 1_000_000, 10_000_000)


def samples() -> list[Text]:
    """The documents of the folder CORPUS where it is set, else the samples that come with the product."""
    corpus = os.environ.get("CORPUS")
    if corpus:
        return [load(path) for path in sorted(Path(corpus).rglob("*.txt"))]
    return [load(path) for folder in ("plans", "reports") for path in sorted((SEEDS / folder).iterdir()) if path.is_file()]


def reading_rows(times: int) -> list[Row]:
    """Lines for the table of `make bench`."""
    texts = samples()
    characters = sum(len(each.string) for each in texts) * REPEAT
    words = _segmenter()
    full, bare, cut = side_by_side(lambda: _read_all(texts), lambda: _search_all(texts), lambda: _cut_all(words, texts), times=times)
    memory = json.loads(alone("from bench.reading import print_peak; print_peak()"))
    made = "compiled" if not str(reading.__file__).endswith(".py") else "from its sources; make fast compiles it"
    return [
        ("one bare regex", f"{characters / bare:,.0f} 字/s", f"{characters:,} characters in {bare:.2f} s"),
        ("engine.read_text", f"{characters / full:,.0f} 字/s",
         f"{made}; {full:.2f} s, {full / bare:,.0f} times the bare regex (aim 400,000)"),
        ("jieba, cut into words only", f"{characters / cut:,.0f} 字/s", f"reading is {cut / full:.2f} times as fast (aim 1.05)"),
        ("its peak memory", f"{memory:.0f} MB", "whole process (limit 150 MB)"),
        *_growth_rows(texts),
        *_process_rows(times),
    ]


def _read_all(texts: Sequence[Text]) -> None:
    for _ in range(REPEAT):
        for number, text in enumerate(texts):
            engine.read_text(Text(text.string), doc=str(number))


def _search_all(texts: Sequence[Text]) -> None:
    for _ in range(REPEAT):
        for text in texts:
            list(BARE.finditer(text.string))


def _segmenter() -> jieba.Tokenizer:
    jieba.setLogLevel(logging.WARNING)
    words = jieba.Tokenizer()
    words.initialize()
    return words


def _cut_all(words: jieba.Tokenizer, texts: Sequence[Text]) -> None:
    for _ in range(REPEAT):
        for text in texts:
            words.lcut(text.string)


def print_peak() -> None:
    _read_all(samples())
    print(json.dumps(peak_mb()))


def _growth_rows(texts: Sequence[Text]) -> list[Row]:
    """Seconds a million characters as a text grows, as paragraphs and as one line, and bytes a figure of the longest."""
    whole = "\n".join(text.string for text in texts)
    many = (whole * (SIZES[-1] // len(whole) + 1))[:SIZES[-1]]
    spent = {size: _once(many[:size]) for size in SIZES}
    per_million = {size: 1_000_000 * spent[size] / size for size in SIZES}
    one_line = _once(many[:SIZES[-2]].replace("\n", ""))
    ratio = per_million[SIZES[-1]] / per_million[SIZES[0]]
    fit = " · ".join(f"10^{len(str(size)) - 1}: {per_million[size]:.2f}" for size in SIZES)
    figures = alone(f"from bench.reading import print_bytes; print_bytes({SIZES[-2]})").strip()
    return [
        ("growth, s a million 字", fit, f"the longest text takes {ratio:.2f} × the shortest one's"),
        ("one line of a million 字", f"{one_line:.2f} s", f"as paragraphs {spent[SIZES[-2]]:.2f} s"),
        ("memory of a reading", f"{figures} bytes a figure", f"peak of a text of {SIZES[-2]:,} characters, beside the idle process"),
    ]


def _once(string: str) -> float:
    forget()
    begun = time.perf_counter()
    engine.read_text(Text(string), doc="long")
    return time.perf_counter() - begun


def print_bytes(size: int) -> None:
    whole = "\n".join(text.string for text in samples())
    string = (whole * (size // len(whole) + 1))[:size]
    idle = peak_mb()
    found = engine.read_text(Text(string), doc="long")
    print(f"{(peak_mb() - idle) * 1024 * 1024 / max(1, len(found.statements)):,.0f}")


def _process_rows(times: int) -> list[Row]:
    file = str(min((SEEDS / "plans").glob("*.txt")))
    empty = process("manage.py", "version", times=times)
    with_django = process("manage.py", "read", file, "--format", "jsonl", times=times)
    plain = process("-m", "engine", file, times=times)
    return [
        ("manage.py version", f"{empty:.2f} s", "whole process; the emptiest command of Django"),
        ("python -m engine FILE", f"{plain:.2f} s", "whole process, without Django (limit 0.6 s)"),
        ("manage.py read FILE", f"{with_django:.2f} s", f"whole process; the two above together {empty + plain:.2f} s"),
    ]
