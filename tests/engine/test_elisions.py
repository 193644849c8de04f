"""Elided heads, made whole with the indicator of the figure before."""

import pytest

from engine.elisions import completed


@pytest.mark.parametrize(
    ("own", "before", "whole"),
    [
        ("", "家庭农场", "家庭农场"),
        ("家庭农场", "", "家庭农场"),
        ("市级", "省级家庭农场", "市级家庭农场"),
        ("省级", "家庭农场", "省级家庭农场"),
        ("开工", "签约工业项目", "开工工业项目"),
        ("竣工", "工业项目开工", "竣工工业项目"),
        ("整改率", "消防隐患", "消防隐患整改率"),
        ("10亿元以上", "亿元以上工业项目", "10亿元以上工业项目"),
        ("B类", "A类站点", "B类站点"),
        ("完成", "工业投资", "工业投资"),
        ("失业率", "就业岗位", "失业率"),
        ("水渠", "家庭农场", "水渠"),
        ("森林覆盖率", "造林面积", "森林覆盖率"),
    ],
)
def test_completed(own: str, before: str, whole: str) -> None:
    assert completed(own, before) == whole


def test_a_rate_of_another_thing_stands_for_itself() -> None:
    assert completed("投诉率", "能耗") == "投诉率"


def test_a_verb_with_another_object_leaves_the_thing_before_alone() -> None:
    assert "火灾" not in completed("走访", "发生火灾")
