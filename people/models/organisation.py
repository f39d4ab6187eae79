"""What the organisation chose for itself: one row."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.rows import SharedRow, history


class Organisation(SharedRow):
    """How memoranda are numbered and how strongly a signer must prove who he is. The row has the key 1."""

    class Demand(models.TextChoices):
        PASSWORD = "password", _("Password or signing PIN")
        TOTP = "totp", _("Password or PIN, and a one-time code")
        PASSKEY = "passkey", _("Passkey")
        BOTH = "both", _("Passkey and a one-time code")

    name = models.CharField(_("name of the organisation"), max_length=120, blank=True)
    number_rule = models.CharField(_("numbers of memoranda"), max_length=80, default="{dept}协〔{year}〕{n}号")
    signing_demand = models.CharField(_("proof when signing"), max_length=10, choices=Demand.choices, default=Demand.PASSWORD)
    history = history()

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organisation")
