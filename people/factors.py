"""What a person sets up to prove who signs: a signing PIN, a device for one-time codes, a passkey."""

from itertools import pairwise
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from fido2.utils import websafe_encode

from common import clock, ports
from common.acts import act
from common.refusals import Refused
from people import codes, passkeys
from people.models import SecondFactor, SigningPin, User

PIN_DIGITS = 6
MOST_PIN_DIGITS = 20
MOST_FACTORS = 10


def check_pin(pin: str) -> None:
    """Refused: too short, not digits, or one that everybody tries first (all the same, or counting up or down)."""
    if not (pin.isascii() and pin.isdigit() and PIN_DIGITS <= len(pin) <= MOST_PIN_DIGITS):
        raise Refused(_("At least %d digits, and digits alone.") % PIN_DIGITS, field="pin", code="pin")
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    if steps in ({0}, {1}, {9}):
        raise Refused(_("This is one of the first that anybody would try. Choose another."), field="pin", code="pin_trivial")


def check_password_of(user: User, password: str) -> None:
    """What proves a signer is changed by whoever knows the password. Slow on purpose: before any lock."""
    if not user.check_password(password):
        raise Refused(_("This is not your present password."), field="password", code="password")


def set_pin(*, actor: User, pin: str, password: str) -> SigningPin:
    """A signing PIN for oneself, or another one; the password says that it is oneself. Refused at the field."""
    check_pin(pin)
    check_password_of(actor, password)
    return _keep_pin(actor=actor, hashed=make_password(pin))


@act
def _keep_pin(*, actor: User, hashed: str) -> SigningPin:
    kept, _made = SigningPin.objects.update_or_create(user=actor, defaults={"hashed": hashed, "set_at": clock.now()})
    ports.record(actor=actor, verb="people.pin_set", subject=actor)
    return kept


def remove_pin(*, actor: User, password: str) -> None:
    """One signs by password again."""
    check_password_of(actor, password)
    _drop_pin(actor=actor)


@act
def _drop_pin(*, actor: User) -> None:
    gone, _rows = SigningPin.objects.filter(user=actor).delete()
    if gone:
        ports.record(actor=actor, verb="people.pin_removed", subject=actor)


@act
def begin_code(*, actor: User) -> SecondFactor:
    """A device for one-time codes, of no use until a code of it was entered; one that was begun before is gone on with."""
    begun = _begun(actor).select_for_update().first()
    if begun is not None:
        if codes.secret_of(begun) is None:  # kept under another secret key
            begun.secret = codes.new_secret()
            begun.save(update_fields=["secret"])
        return begun
    return SecondFactor.objects.create(user=actor, kind=SecondFactor.Kind.TOTP, secret=codes.new_secret())


def _begun(user: User) -> QuerySet[SecondFactor]:
    """The device that is being set up."""
    return SecondFactor.objects.filter(user=user, kind=SecondFactor.Kind.TOTP, confirmed_at=None, ended_at=None)


def confirm_code(*, actor: User, code: str, password: str, name: str = "") -> SecondFactor:
    """The device that was begun is set up: a code of it was right. Refused at the field."""
    check_password_of(actor, password)
    return _confirm_code(actor=actor, code=code, name=name)


@act
def _confirm_code(*, actor: User, code: str, name: str) -> SecondFactor:
    begun = _begun(actor).select_for_update().first()
    if begun is None:
        raise Refused(_("Begin again: this device is not being set up any more."), field="code", code="not_begun")
    _check_room(actor)
    factor, _step = codes.spend_code(actor, code, factor=begun)
    factor.name, factor.confirmed_at = name.strip()[:60], clock.now()
    factor.save(update_fields=["name", "confirmed_at"])
    _say(actor, "people.factor_added", factor)
    return factor


def add_passkey(*, actor: User, answer: str, challenge: bytes, password: str, name: str = "") -> SecondFactor:
    """A passkey that the browser has just made for this person. Refused: not an answer to what was asked."""
    check_password_of(actor, password)
    made = passkeys.registered(answer, challenge)
    return _keep_passkey(actor=actor, credential=bytes(made), credential_id=websafe_encode(made.credential_id), name=name)


@act
def _keep_passkey(*, actor: User, credential: bytes, credential_id: str, name: str) -> SecondFactor:
    _check_room(actor)
    if SecondFactor.objects.filter(credential_id=credential_id, ended_at=None).exists():
        raise Refused(_("This passkey is set up already."), field="passkey", code="known")
    factor = SecondFactor.objects.create(
        user=actor, kind=SecondFactor.Kind.PASSKEY, name=name.strip()[:60], credential=credential,
        credential_id=credential_id, confirmed_at=clock.now(),
    )  # fmt: skip
    _say(actor, "people.factor_added", factor)
    return factor


def end_factor(*, actor: User, factor_uid: UUID, password: str) -> SecondFactor:
    """A device of one's own proves nothing from now on; what was signed with it stays explained."""
    if not SecondFactor.objects.filter(user=actor, uid=factor_uid).exists():
        raise Http404
    check_password_of(actor, password)
    return _end_factor(actor=actor, factor_uid=factor_uid)


@act
def _end_factor(*, actor: User, factor_uid: UUID) -> SecondFactor:
    factor = SecondFactor.objects.select_for_update().get(user=actor, uid=factor_uid)
    if factor.ended_at is None:
        factor.ended_at = clock.now()
        factor.save(update_fields=["ended_at"])
        _say(actor, "people.factor_ended", factor)
    return factor


def _check_room(user: User) -> None:
    User.objects.select_for_update().get(pk=user.pk)
    if SecondFactor.objects.filter(user=user, ended_at=None, confirmed_at__isnull=False).count() >= MOST_FACTORS:
        raise Refused(_("There are %d devices already. Remove one first.") % MOST_FACTORS, code="too_many")


def _say(actor: User, verb: str, factor: SecondFactor) -> None:
    facts = {"kind": factor.kind, "device": factor.name}
    ports.record(actor=actor, verb=verb, subject=actor, facts=facts)
