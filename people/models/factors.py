"""What proves that it is the signer who signs, beside the password: a signing PIN, a one-time code, a passkey."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common import clock
from common.rows import Row


class SigningPin(models.Model):
    """A PIN for signing alone (签署密码), hashed as passwords are."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="signing_pin")
    hashed = models.CharField(max_length=200)
    set_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return str(self.user)


class SecondFactor(Row):
    """A device that a person has registered. Ended ones stay, so that signatures made with them can be explained."""

    class Kind(models.TextChoices):
        TOTP = "totp", _("One-time code")
        PASSKEY = "passkey", _("Passkey")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="second_factors")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(_("device"), max_length=60, blank=True)
    secret = models.TextField(blank=True)  # of one-time codes, encrypted with a key derived from the secret key
    last_step = models.BigIntegerField(default=0)  # the newest time step that was used: a code works once
    credential_id = models.CharField(max_length=700, blank=True)  # base64url
    credential = models.BinaryField(null=True)  # public key and its authenticator, as WebAuthn attests them
    sign_count = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now)
    confirmed_at = models.DateTimeField(null=True)  # proved to work once
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"{self.user} {self.kind} {self.name}"
