"""Word lists: all load, a doubled word is named with file and line, and tries match the longest word."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import lexicon, wordlines
from engine.lexicon import FOLDER, LexiconError, any_of, either, words
from engine.wordlines import lines, single, table


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder of word lists; what was read from it is forgotten afterwards."""
    monkeypatch.setattr(lexicon, "FOLDER", tmp_path)
    monkeypatch.setattr(wordlines, "FOLDER", tmp_path)
    yield tmp_path
    words.cache_clear()
    table.cache_clear()


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.txt")))
def test_every_list_loads_and_compiles(name: str) -> None:
    listed = words(name)
    assert listed
    pattern = re.compile(any_of(name))
    assert all(pattern.fullmatch(word) for word in listed)


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.lines")))
def test_every_list_with_lines_loads(name: str) -> None:
    assert all(line.words for line in lines(name))


def test_a_doubled_word_is_named_with_file_and_line(folder: Path) -> None:
    (folder / "fruit.txt").write_text("# 水果\n苹果 梨\n桃 苹果\n", encoding="utf-8")
    with pytest.raises(LexiconError, match=r"fruit\.txt:3: 苹果 stands already on line 2"):
        words("fruit")


def test_comments_and_blank_lines_are_no_words(folder: Path) -> None:
    (folder / "fruit.txt").write_text("# 水果\n\n梨 # 桃\n", encoding="utf-8")
    assert words("fruit") == ("梨",)


def test_a_name_without_words_is_an_error(folder: Path) -> None:
    (folder / "fruit.lines").write_text("[树上]\n红:\n", encoding="utf-8")
    with pytest.raises(LexiconError, match=r"fruit\.lines:2: 红 names no word"):
        list(lines("fruit"))


def test_a_name_that_stands_twice_is_an_error(folder: Path) -> None:
    (folder / "fruit.lines").write_text("[树上]\n红: 苹果\n红: 桃\n", encoding="utf-8")
    with pytest.raises(LexiconError, match=r"fruit\.lines:3: "):
        table("fruit")


def test_one_name_may_stand_under_two_headings(folder: Path) -> None:
    (folder / "fruit.lines").write_text("[树上]\n红: 苹果\n[地里]\n红: 萝卜\n", encoding="utf-8")
    assert table("fruit") == {"树上": {"红": ("苹果",)}, "地里": {"红": ("萝卜",)}}


def test_a_word_doubled_under_one_heading_is_an_error(folder: Path) -> None:
    (folder / "fruit.lines").write_text("[树上]\n红: 苹果\n绿: 苹果\n", encoding="utf-8")
    with pytest.raises(LexiconError, match=r"fruit\.lines:3: 苹果 stands already on line 2"):
        list(single(lines("fruit")))


def test_words_may_hold_spaces_where_another_mark_parts_them(folder: Path) -> None:
    (folder / "fruit.lines").write_text("红: big apple, 桃\n", encoding="utf-8")
    assert [line.words for line in lines("fruit", parted_by=",")] == [("big apple", "桃")]


@given(entries=st.lists(st.text("亿万元亩.*(", min_size=1, max_size=4), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_the_longest_word_is_matched(entries: list[str]) -> None:
    pattern = re.compile(either(entries))
    for entry in entries:
        longest = max((each for each in entries if (entry + "亿").startswith(each)), key=len)
        found = pattern.match(entry + "亿")
        assert found is not None
        assert found.group() == longest
