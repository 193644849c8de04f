"""Which passwords are no good: too short, known to everybody, or drawn along the keyboard; and the ones that are given out for a first
sign-in.
"""

import secrets
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError

from offices.models import User

WORDS = Path(__file__).parent / "known_bad.txt"
_LOOKALIKE = str.maketrans("@$!|013457", "asiloieast")
_UNSHIFTED = str.maketrans(")!@#$%^&*(", "0123456789")
_ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz",
         "1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "8ik", "9ol", "147", "258", "369", "741", "852", "963")
SHORTEST_RUN = 3
MOST_LOOSE = 2
GIVEN_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without what is taken for something else when it is read out: l and 1, o and 0, i."""


class LengthValidator:
    """At least `PASSWORD_LENGTH` characters."""

    def validate(self, password: str, user: User | None = None) -> None:
        del user
        if len(password) < settings.PASSWORD_LENGTH:
            raise ValidationError(self.get_help_text(), code="too_short")

    def get_help_text(self) -> str:
        return f"密码至少{settings.PASSWORD_LENGTH}位。"


class KnownBadValidator:
    """Nothing that is a known word with digits or marks around it (Admin@2026), that follows the keys (1qaz@WSX) or holds the own login."""

    def validate(self, password: str, user: User | None = None) -> None:
        login = user.username.lower() if user else ""
        if len(login) >= SHORTEST_RUN and login in password.lower():
            raise ValidationError("密码里不能含有用户名。", code="holds_login")
        if is_decorated_word(password) or is_keyboard_walk(password):
            raise ValidationError(self.get_help_text(), code="known_bad")

    def get_help_text(self) -> str:
        return "密码不能是常见词加数字(如 Admin@2026),也不能沿键盘顺序排列(如 1qaz@WSX),也不能含有用户名。"


@cache
def _known_bad() -> frozenset[str]:
    lines = WORDS.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def is_decorated_word(password: str) -> bool:
    """Whether only known words are left once digits and marks around them are taken away, look-alikes (p@ssw0rd) read as letters."""
    folded = password.lower()
    bare = folded.strip("".join(each for each in set(folded) if not each.isalpha()))
    parts = {bare, bare.translate(_LOOKALIKE), folded.translate(_LOOKALIKE).strip("._-#*"), "".join(filter(str.isalpha, folded))}
    return not bare or any(part in _known_bad() or _is_twice(part) for part in parts if part)


def _is_twice(word: str) -> bool:
    """adminadmin, abcabcabc."""
    return any(len(word) % size == 0 and word[:size] * (len(word) // size) == word for size in range(1, len(word) // 2 + 1))


def is_keyboard_walk(password: str) -> bool:
    """Whether it is made of runs of three keys and more that lie in a row, in either direction, but for one or two keys."""
    left, loose = password.lower().translate(_UNSHIFTED), 0
    while left:
        size = next((size for size in range(len(left), SHORTEST_RUN - 1, -1) if _is_run(left[:size])), 0)
        loose += not size
        left = left[size or 1:]
    return loose <= MOST_LOOSE


def _is_run(keys: str) -> bool:
    return len(set(keys)) == 1 or any(keys in row or keys in row[::-1] for row in _ROWS)


def given() -> str:
    """A password for somebody else's first sign-in, about 78 bits, to be read out or written down: abcd-efgh-jkmn-pqrs."""
    letters = [secrets.choice(GIVEN_ALPHABET) for _ in range(16)]
    return "-".join("".join(letters[place:place + 4]) for place in range(0, 16, 4))


def give(user: User) -> str:
    """Put a new password in place of the user's own, which ends all their sessions; they have to change it at once. Not saved yet."""
    password = given()
    user.set_password(password)
    user.password_at = None
    return password


def fields_of(user: User) -> dict[str, Any]:
    """The columns that a new password changes."""
    return {"password": user.password, "password_at": user.password_at}
