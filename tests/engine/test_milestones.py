"""Promised ends without a figure: the clause, its thing and its end state."""

import pytest

from engine.milestones import milestones


def read(string: str, taken: list[tuple[int, int]] | None = None) -> list[tuple[str, str, str]]:
    return [(string[each.start : each.end], each.thing, each.state) for each in milestones(string, 0, len(string), taken or [])]


@pytest.mark.parametrize(
    ("string", "clause", "thing", "state"),
    [
        ("建成柳林小学。", "建成柳林小学", "柳林小学", "建成"),
        ("启动旧桥改造工程。", "启动旧桥改造工程", "旧桥改造工程", "启动"),
        ("确保柳林小学建成投用。", "确保柳林小学建成投用", "柳林小学", "建成投用"),
        ("对旧桥进行改造。", "对旧桥进行改造", "旧桥", "改造"),
        ("柳林水库通过验收。", "柳林水库通过验收", "柳林水库", "通过验收"),
        ("成立水利协会。", "成立水利协会", "水利协会", "成立"),
        ("打造河滨示范区。", "打造河滨示范区", "河滨示范区", "打造"),
    ],
)
def test_a_promised_end(string: str, clause: str, thing: str, state: str) -> None:
    assert read(string) == [(clause, thing, state)]


@pytest.mark.parametrize(
    "string", ["优化营商环境。", "加强队伍建设。", "提升服务水平。", "打造良好氛围。", "完成任务。", "柳林小学很美。", "完成各项工作。"]
)
def test_efforts_without_a_thing_of_their_own_are_none(string: str) -> None:
    assert read(string) == []


def test_a_clause_with_a_figure_promises_that_figure() -> None:
    string = "建成柳林小学,建成水渠3条。"
    begin = string.index("3条")
    assert read(string, [(begin, begin + 2)]) == [("建成柳林小学", "柳林小学", "建成")]


def test_an_enumeration_under_one_verb_is_one_milestone() -> None:
    assert read("建成柳林小学、河滨书院、东山公园。") == [("建成柳林小学、河滨书院、东山公园", "柳林小学、河滨书院、东山公园", "建成")]


def test_a_time_is_no_thing() -> None:
    assert all(thing != "年底前" for _, thing, _ in read("建设河滨书院,确保年底前投用。"))
