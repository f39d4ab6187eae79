"""What becomes of an action that never becomes a task."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common import clock
from common.rows import SharedRow, history


class ActionEnd(SharedRow):
    """An action without a task is done, or not needed and why: by its lineage, so that newer minutes need not say it again."""

    class Outcome(models.TextChoices):
        DONE = "done", pgettext_lazy("action", "Done")
        NOT_NEEDED = "not_needed", pgettext_lazy("action", "Not needed")

    lineage = models.UUIDField(editable=False, unique=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    history = history()

    class Meta:
        constraints = [
            models.CheckConstraint(name="action_done_or_not_needed_and_why", condition=Q(outcome="done") | ~Q(reason=""))
        ]

    def __str__(self) -> str:
        return self.reason or str(self.get_outcome_display())
