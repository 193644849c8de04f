"""The noun phrase that a figure measures, cut from the words before and behind it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.counted import tail_noun
from engine.indicators import after_leads, after_list_mark, begins_with_verb, is_bare_verb, is_stage, noun, open_verb, trimmed
from engine.spoken import subject


@pytest.mark.parametrize(
    ("head", "thing"),
    [
        ("全年累计新增绿色工厂", "绿色工厂"),
        ("力争完成技改投资", "技改投资"),
        ("确保粮食播种面积", "粮食播种面积"),
        ("2031年计划新建口袋公园", "口袋公园"),
        ("我县将培育家庭农场", "家庭农场"),
        ("一是改造老旧管网", "老旧管网"),
        ("1.新建口袋公园", "口袋公园"),
        ("①新建口袋公园", "口袋公园"),
        ("城镇登记失业率", "城镇登记失业率"),
        ("累计发放创业担保贷款", "创业担保贷款"),
        ("组织开展技能培训", "技能培训"),
        ("上半年招引亿元以上项目", "亿元以上项目"),
        ("税务部门力争一般公共预算收入", "一般公共预算收入"),
        ("其中规上工业增加值", "规上工业增加值"),
    ],
)
def test_noun(head: str, thing: str) -> None:
    assert noun(head) == thing


def test_a_verb_that_ends_like_a_link_is_no_thing() -> None:
    assert noun("惠及") in ("", "惠及")


def test_a_cut_off_is_no_part_of_the_thing() -> None:
    assert noun("截至9月完成投资") in ("投资", "完成投资")


@pytest.mark.parametrize(
    ("after", "thing"),
    [
        ("口袋公园,新建", "口袋公园"),
        ("的村集体。", "村集体"),
        ("水渠建成投用", "水渠"),
        ("(含续建)", ""),
        (",增长5%", ""),
        ("基础上", ""),
        ("", ""),
        ("老旧小区、2条道路", "老旧小区"),
    ],
)
def test_tail(after: str, thing: str) -> None:
    assert tail_noun(after) == thing


@pytest.mark.parametrize(
    ("phrase", "left"), [("、口袋公园和", "口袋公园"), ("口袋公园(村级", "口袋公园"), ("口袋公园(村级)", "口袋公园(村级)"), ("", "")]
)
def test_trimmed(phrase: str, left: str) -> None:
    assert trimmed(phrase) == left


@pytest.mark.parametrize(
    ("phrase", "left"), [("同时新建水渠", "新建水渠"), ("有效灌溉面积", "有效灌溉面积"), ("2031年底水渠", "水渠"), ("共享单车", "共享单车")]
)
def test_leads_go_and_glued_words_stay(phrase: str, left: str) -> None:
    assert after_leads(phrase) == left


@pytest.mark.parametrize("marked", ["1.水渠", "(3)水渠", "一、水渠", "二是水渠", "⑤水渠", "第一,水渠", "三要水渠"])
def test_list_marks_go(marked: str) -> None:
    assert after_list_mark(marked) == "水渠"


def test_what_kind_of_word_it_is() -> None:
    assert begins_with_verb("新建水渠") and not begins_with_verb("水渠")
    assert is_bare_verb("完成") and not is_bare_verb("水渠")
    assert is_stage("开工") and not is_stage("开工率")
    assert open_verb("建立") and not open_verb("签约")


def test_the_subject_of_a_sentence() -> None:
    string = "家庭农场达到新水平,产值5亿元"
    assert subject(string, 0, string.index("5")) == "家庭农场"


@given(string=st.text("新建水渠的完成力争(),、“”和及2031年一是率", max_size=30))
@settings(max_examples=100, deadline=None)
def test_an_indicator_is_cut_from_the_words_before_it(string: str) -> None:
    assert noun(string) in string
    assert tail_noun(string) in string
