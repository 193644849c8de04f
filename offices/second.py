"""动态口令: a second proof at sign-in, by an app on the phone (TOTP), and the recovery codes for a lost phone."""

import base64
import secrets
from collections.abc import Iterable

import segno
from django.db import transaction
from django.utils.crypto import salted_hmac
from django_otp.plugins.otp_totp.models import TOTPDevice

from offices.models import RecoveryCode, User

CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def device_of(user: User) -> TOTPDevice | None:
    """The person's phone, once it has been proven."""
    return TOTPDevice.objects.filter(user=user.pk, confirmed=True).first()


def is_on(user: User) -> bool:
    return device_of(user) is not None


def owners(people: Iterable[User]) -> set[int]:
    """The ids of those for whom it is on."""
    return set(TOTPDevice.objects.filter(user__in=[each.pk for each in people], confirmed=True).values_list("user", flat=True))


def proposed(user: User) -> TOTPDevice:
    """The key that a person is about to put into their phone; the same until it is proven, so that a second look shows the same picture."""
    device, _ = TOTPDevice.objects.get_or_create(user=user, confirmed=False, defaults={"name": "phone"})
    return device


def key_of(device: TOTPDevice) -> str:
    """The key as one types it where there is no camera, in groups of four."""
    text = base64.b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[place:place + 4] for place in range(0, len(text), 4))


def picture_of(device: TOTPDevice) -> str:
    """The QR code as an SVG made here: nothing is asked from outside."""
    code = segno.make(device.config_url, error="m")
    return code.svg_inline(scale=5, border=3, light="#fff", dark="#000", svgclass=None, lineclass=None)


@transaction.atomic
def switch_on(user: User, code: str) -> list[str]:
    """Prove the phone by its first code; returns the recovery codes, or nothing where the code is wrong."""
    device = proposed(user)
    if not device.verify_token(code):
        return []
    TOTPDevice.objects.filter(user=user, confirmed=True).delete()
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    return new_codes(user)


@transaction.atomic
def switch_off(user: User) -> None:
    TOTPDevice.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()


def new_codes(user: User) -> list[str]:
    """Ten codes of about 98 bits each, in place of the former ones."""
    RecoveryCode.objects.filter(user=user).delete()
    codes = ["-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(4)) for _ in range(CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=_digest(user, code)) for code in codes)
    return codes


def _digest(user: User, code: str) -> str:
    plain = "".join(each for each in code.lower() if each.isalnum())
    return salted_hmac("offices.recovery", f"{user.pk}:{plain}", algorithm="sha256").hexdigest()


def proves(user: User, code: str) -> str:
    """“totp” for the code of the phone, “recovery” for a recovery code, which is gone with that; empty for neither."""
    said = "".join(code.split())
    if said.isascii() and said.isdigit():
        device = device_of(user)
        return "totp" if device and device.verify_token(said) else ""
    used, _ = RecoveryCode.objects.filter(user=user, digest=_digest(user, said)).delete()
    return "recovery" if used else ""
