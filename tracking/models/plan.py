"""What details a task's plan: planned steps, and the checklist of its delivery standard."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.rows import Row, SharedRow, history
from tracking.models.task import Task


class PlannedStep(Row):
    """A point of the plan, such as 40 % by 20 July; planned progress is linear between them (rule F1)."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="steps")
    day = models.DateField(_("by"))
    planned = models.PositiveIntegerField(_("planned progress"))  # hundredths of a percent
    history = history()

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["task", "day"], name="one_step_a_day"),
            models.CheckConstraint(name="step_within_whole", condition=Q(planned__lte=10_000)),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.planned}"


class ChecklistItem(SharedRow):
    """A point of the delivery standard that a deliverable must meet; ticked by whoever reports."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="checklist")
    order = models.PositiveIntegerField(default=0)
    text = models.CharField(_("point"), max_length=200)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    history = history()

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                name="point_ticked_by_somebody",
                condition=Q(done_at__isnull=True, done_by__isnull=True) | Q(done_at__isnull=False, done_by__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.text


class Review(Row):
    """A deliverable handed over, and what the receiving department said of it. Append-only (rule E3)."""

    class Kind(models.TextChoices):
        SUBMITTED = "submitted", _("Submitted")
        ACCEPTED = "accepted", _("Accepted")
        RETURNED = "returned", _("Returned")

    task = models.ForeignKey(Task, models.PROTECT, related_name="reviews")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(_("reason"), blank=True)
    task_version = models.PositiveIntegerField()  # the version this made
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["task", "task_version"], name="one_review_per_version"),
            models.CheckConstraint(name="returned_with_a_reason", condition=~Q(kind="returned") | ~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.task}"
