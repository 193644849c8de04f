"""How Word's list formats write a number."""

import pytest

from engine.files.numbering import numeral


@pytest.mark.parametrize(("style", "value", "written"), [
    ("chineseCounting", 1, "一"), ("chineseCountingThousand", 10, "十"), ("chineseCounting", 11, "十一"), ("chineseCounting", 20, "二十"),
    ("japaneseCounting", 21, "二十一"), ("chineseCounting", 100, "一百"), ("chineseCounting", 101, "一百零一"),
    ("chineseCounting", 110, "一百一十"), ("chineseCounting", 1001, "一千零一"), ("chineseCounting", 0, "0"),
    ("ideographDigital", 10, "一〇"), ("chineseLegalSimplified", 3, "叁"), ("chineseLegalSimplified", 12, "壹拾贰"),
    ("decimal", 12, "12"), ("decimalZero", 3, "03"), ("decimalFullWidth", 12, "１２"), ("decimalEnclosedCircleChinese", 1, "①"),
    ("decimalEnclosedCircle", 20, "⑳"), ("decimalEnclosedCircle", 21, "21"), ("decimalEnclosedParen", 2, "⑵"),
    ("decimalEnclosedFullstop", 3, "⒊"), ("ideographEnclosedCircle", 4, "㊃"), ("ideographTraditional", 2, "乙"),
    ("ideographZodiac", 12, "亥"), ("ideographTraditional", 11, "11"), ("upperRoman", 4, "IV"), ("lowerRoman", 1994, "mcmxciv"),
    ("upperLetter", 27, "AA"), ("lowerLetter", 3, "c"), ("lowerLetter", 0, "0"), ("none", 5, ""), ("something new", 5, "5"),
])
def test_formats(style: str, value: int, written: str) -> None:
    assert numeral(value, style) == written
