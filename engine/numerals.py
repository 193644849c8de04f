"""How numbers are written: 1.04, 25,494.69, 三百二十, 两 → Decimal."""

import re
from decimal import Decimal

DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}
TENS = {"十": 10, "百": 100, "千": 1000}
HAN = "[零〇一二两三四五六七八九十百千]"
# Both begin with one character class: a search then skips at once over text without numerals.
HAN_NUMERAL = f"{HAN}{HAN}{{0,15}}"
ARABIC = r"\d(?:\d{0,2}(?:,\d{3})+|\d*)(?:\.\d+)?"
SCALE = "[百千万亿]{1,3}"


def arabic(written: str) -> Decimal:
    """The value of digits with or without thousands marks.

    >>> arabic("25,494.69")
    Decimal('25494.69')
    """
    return Decimal(written.replace(",", ""))


def chinese(written: str) -> Decimal | None:
    """The value of a numeral in Chinese characters below 万; None where it is none (`十零百`, an empty text).

    A row of digits is read as such (`二〇二五` is 2025), a missing last unit is not guessed (`三百五` is 305, as in writing).

    >>> chinese("三百二十"), chinese("两"), chinese("十二")
    (Decimal('320'), Decimal('2'), Decimal('12'))
    """
    if not written or re.fullmatch("[十百千]{2,}", written):
        return None
    if len(written) > 1 and not TENS.keys() & set(written):
        return Decimal("".join(str(DIGITS[char]) for char in written))
    total, digit = 0, None
    for char in written:
        if char in TENS:
            total += (1 if digit is None else digit) * TENS[char]
            digit = None
        else:
            digit = DIGITS[char]
    return Decimal(total + (digit or 0))


def number(written: str) -> Decimal | None:
    """The value of a numeral in digits or in Chinese characters, without a scale; None where it is none."""
    return arabic(written) if written[:1].isdecimal() else chinese(written)
