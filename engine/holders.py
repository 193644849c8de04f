"""Offices and places: whose things are counted, and where."""

import re

from engine.indicators import begins_with_verb

_PLACE = re.compile(
    "[一-鿿]{2,8}(?:范围内|沿线|周边|两侧|(?<![国省市县区境])内)|(?:沿线|沿海|沿边|周边|相关|有关|所辖|下辖|辖内|各|全部)?[一-鿿]{0,4}(?:区县|县区|市县|县市|县市区|市州|地市|镇街|乡镇|镇村|社区|园区)")
# Whose things are counted: 城北街道12个社区.
_OFFICE = re.compile(
    "(?:[一-鿿]{1,6}(?:街道|(?<!城)镇|(?<![城下返还归离])乡|县|(?<![园社片地景校厂库灾小街置院病矿牧林])区|(?<![城上都超闹门夜])市|集团|公司|法院|检察院|支行|分局|大队|支队|[司局])|[国省市县区州][一-鿿]{4,12}(?:局|委员会))")
_OFFICE_ENDS = frozenset("道镇乡县区市团司院行局队会")


def is_office(phrase: str) -> bool:
    """True for a town, a county, an office by its name: 河口镇, 市水务局."""
    return phrase[-1:] in _OFFICE_ENDS and bool(_OFFICE.fullmatch(phrase)) and not begins_with_verb(phrase)


def are_offices(phrase: str) -> bool:
    """True for an office, or several joined by 、: 东城区、河西县."""
    return phrase[-1:] in _OFFICE_ENDS and all(is_office(each) for each in phrase.split("、"))


def without_office(phrase: str) -> str:
    """What offices did without them: 造林 of 河口镇造林; the phrase itself where it begins with none."""
    while (found := _OFFICE.match(phrase)) and len(phrase) - found.end() > 1:
        phrase = phrase[found.end():].lstrip("、")
    return phrase


def is_place(phrase: str) -> bool:
    """True for places in general (沿线区县) and for an office: where it was done, not what is counted behind the figure."""
    if _PLACE.fullmatch(phrase) or phrase.endswith(("等处", "等地")):
        return True
    return is_office(phrase)
