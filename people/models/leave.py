"""Leave: who takes over from whom, from when until when, for what (rule A4)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common import clock
from common.rows import SharedRow, history


class Leave(SharedRow):
    """A deputy or stand-in, for a period of whole days and a scope. Queries read the state, acts the days too."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        ACTIVE = "active", _("Running")
        ENDED = "ended", _("Ended")

    class Scope(models.TextChoices):
        ALL = "all", _("Everything, signing included")
        DAILY = "daily", _("Daily work and confirmations, no signing")
        SIGNING = "signing", _("Signing only")

    MOVES: ClassVar[dict[str, set[str]]] = {
        State.PLANNED: {State.ACTIVE, State.ENDED},
        State.ACTIVE: {State.ENDED},
        State.ENDED: set(),
    }

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="leaves", verbose_name=_("person"))
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="stands_in", verbose_name=_("deputy or stand-in")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until and with"))
    scope = models.CharField(_("takes over"), max_length=10, choices=Scope.choices, default=Scope.ALL)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    history = history()

    class Meta:
        ordering = ["-starts_on", "-id"]
        indexes = [models.Index(fields=["deputy", "state"], name="leave_of_deputy")]
        constraints = [
            models.CheckConstraint(name="nobody_stands_in_for_oneself", condition=~Q(person=F("deputy"))),
            models.CheckConstraint(name="leave_ends_after_it_begins", condition=Q(ends_on__gte=F("starts_on"))),
            models.CheckConstraint(
                name="leave_ended_iff_dated",
                condition=Q(state="ended", ended_at__isnull=False) | (~Q(state="ended") & Q(ended_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} → {self.deputy}"

    def get_absolute_url(self) -> str:
        return reverse("me") + "#leave"
