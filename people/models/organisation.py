"""What the organisation chose for itself: one row."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.rows import SharedRow, history


class Organisation(SharedRow):
    """How memoranda are numbered, how a signer proves who he is, on which days people work. The row has the key 1."""

    class Demand(models.TextChoices):
        PASSWORD = "password", _("Password or signing PIN")
        TOTP = "totp", _("Password or PIN, and a one-time code")
        PASSKEY = "passkey", _("Passkey")
        BOTH = "both", _("Passkey and a one-time code")

    class Week(models.TextChoices):
        FIVE = "five", _("Monday to Friday")
        SIX = "six", _("Monday to Saturday")
        ALTERNATE = "alternate", _("Monday to Friday, and every other Saturday")

    name = models.CharField(_("name of the organisation"), max_length=120, blank=True)
    number_rule = models.CharField(_("numbers of memoranda"), max_length=80, default="{dept}协〔{year}〕{n}号")
    signing_demand = models.CharField(_("proof when signing"), max_length=10, choices=Demand.choices, default=Demand.PASSWORD)
    week = models.CharField(_("working week"), max_length=10, choices=Week.choices, default=Week.FIVE)
    first_worked_saturday = models.DateField(
        _("a Saturday on which people work"), null=True, blank=True
    )  # alternate weeks count from it
    history = history()

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organisation")
