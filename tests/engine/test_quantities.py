"""What units are worth: conversion there and back, closed classes, and what is never compared."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.lexicon import LexiconError
from engine.quantities import as_water, comparable, convert, counts_pieces, is_rate, one_piece, quantity
from engine.wordlines import Line, single


@pytest.mark.parametrize(
    ("value", "unit", "to", "wanted"),
    [
        ("21", "公顷", "亩", "315"),
        ("2420", "公顷", "万亩", "3.63"),
        ("0.19", "万亩", "亩", "1900"),
        ("31200", "平方米", "万平方米", "3.12"),
        ("2", "平方公里", "亩", "3000"),
        ("1", "亩", "公顷", "0.066667"),
        ("41730", "万元", "亿元", "4.173"),
        ("5.6", "百万元", "万元", "560"),
        ("1.47", "万斤", "吨", "7.35"),
        ("6.42", "亿斤", "万吨", "32.1"),
        ("3", "公里", "米", "3000"),
        ("63.5", "千米", "公里", "63.5"),
        ("5", "户", "家", "5"),
        ("812", "座", "户", "812"),
        ("3", "起", "次", "3"),
        ("2", "万人", "人", "20000"),
        ("0.14", "亿美元", "万美元", "1400"),
        ("33.6", "微克每立方米", "微克/立方米", "33.6"),
        ("0.035", "毫克/立方米", "微克/立方米", "35"),
        ("1.2", "万元每亩", "元/亩", "12000"),
        ("12", "亿千瓦时", "万度", "120000"),
        ("500", "兆瓦", "万千瓦", "50"),
        ("2", "%", "‰", "20"),
        ("50", "个基点", "个百分点", "0.5"),
        ("3", "台(套)", "台", "3"),
        ("48", "小时", "天", "2"),
        ("1.5", "万", "个", "15000"),
    ],
)
def test_conversion(value: str, unit: str, to: str, wanted: str) -> None:
    found = convert(Decimal(value), unit, to)
    assert found is not None
    assert float(found) == pytest.approx(float(wanted), rel=1e-3)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("亿元", "万美元"),
        ("人", "户"),
        ("人次", "人"),
        ("个", "亿元"),
        ("%", "个"),
        ("%", "个百分点"),
        ("亩", "公里"),
        ("吨", "立方米"),
        ("吨", "吨标准煤"),
        ("千瓦时", "千瓦"),
        ("元/人", "元/户"),
        ("件", "亩"),
        ("", "亿元"),
        ("万元", "万元/亩"),
        ("天", "工作日"),
    ],
)
def test_what_is_never_compared(one: str, other: str) -> None:
    assert not comparable(one, other)
    assert not comparable(other, one)
    assert convert(Decimal(1), one, other) is None


def test_nothing_counted_goes_with_every_count() -> None:
    assert comparable("", "起")
    assert comparable("", "批次")


def test_an_unknown_unit_is_comparable_with_itself_only() -> None:
    assert comparable("万镑", "万镑")
    assert not comparable("镑", "家")


def test_pieces_and_rates() -> None:
    assert counts_pieces("万人")
    assert counts_pieces("家")
    assert not counts_pieces("亩")
    assert is_rate("%")
    assert is_rate("个百分点")
    assert quantity("") is None


AREAS = st.sampled_from(["亩", "万亩", "公顷", "平方米", "万平方米", "平方公里"])


@given(value=st.decimals(min_value="0.01", max_value="99999", places=2), unit=AREAS, to=AREAS)
def test_there_and_back(value: Decimal, unit: str, to: str) -> None:
    there = convert(value, unit, to)
    assert there is not None
    back = convert(there, to, unit)
    assert back is not None
    assert float(back) == pytest.approx(float(value), rel=1e-9)


def test_a_doubled_word_is_an_error_with_file_and_line() -> None:
    twice = [Line("quantities.lines", number, "长度", "1", ("米",)) for number in (4, 9)]
    with pytest.raises(LexiconError, match=r"quantities\.lines:9: 米 stands already on line 4"):
        list(single(iter(twice)))


@pytest.mark.parametrize(
    ("unit", "to", "wanted"),
    [
        ("万立方米", "万吨", "万吨"),
        ("万吨", "万立方米", "万立方米"),
        ("万立方米/日", "吨/日", "万吨/日"),
        ("万吨", "亿吨", "万吨"),
        ("公里", "万吨", "公里"),
    ],
)
def test_a_cubic_metre_of_water_is_a_ton(unit: str, to: str, wanted: str) -> None:
    assert as_water(unit, to) == wanted


def test_volume_and_weight_are_not_compared_by_themselves() -> None:
    assert not comparable("万立方米", "万吨")


def test_one_piece_in_units_with_a_scale() -> None:
    assert [one_piece(unit) for unit in ("家", "万只", "千人次", "亿元")] == [Decimal(1), Decimal("0.0001"), Decimal("0.001"), Decimal(1)]
