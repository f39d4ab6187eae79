"""The risk register, and the evenings that were scanned."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common import clock
from common.rows import SharedRow, history
from projects.models import Project
from tracking.models.task import Task


class Risk(SharedRow):
    """A risk item. A deviation over the threshold opens one by itself: one row per task, ever; every spell is counted."""

    class Source(models.TextChoices):
        DEVIATION = "deviation", _("Deviation")
        PERSON = "person", _("Raised by a person")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        MONITORING = "monitoring", _("Monitoring")
        OCCURRED = "occurred", _("Occurred")
        CLOSED = "closed", _("Closed")

    class Cause(models.TextChoices):
        RESOURCE_SHORTAGE = "resource_shortage", _("Resource shortage")
        REQUIREMENT_CHANGE = "requirement_change", _("Requirement change")
        SUPPLIER = "supplier", _("Supplier")
        TECHNICAL = "technical", _("Technical")
        OTHER = "other", _("Other")

    class ClosedAs(models.TextChoices):
        BY_PERSON = "by_person", _("Closed by a person")
        NOT_UPDATED = "not_updated", _("Not updated")  # 未更新: the figure was old, not the work late

    MOVES: ClassVar[dict[str, set[str]]] = {
        State.OPEN: {State.MONITORING, State.OCCURRED, State.CLOSED},
        State.MONITORING: {State.OPEN, State.OCCURRED, State.CLOSED},
        State.OCCURRED: {State.MONITORING, State.CLOSED},
        State.CLOSED: {State.OPEN},
    }

    project = models.ForeignKey(Project, models.PROTECT, related_name="risks")
    task = models.ForeignKey(Task, models.PROTECT, null=True, blank=True, related_name="risks")
    source = models.CharField(max_length=10, choices=Source.choices)
    title = models.CharField(_("risk"), max_length=200)
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    cause = models.CharField(_("cause"), max_length=20, choices=Cause.choices, blank=True)
    cause_text = models.CharField(_("cause in words"), max_length=300, blank=True)
    measure = models.CharField(_("measure"), max_length=300, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="risks", verbose_name=_("owner")
    )
    due_on = models.DateField(_("measure due"), null=True, blank=True)
    probability = models.PositiveSmallIntegerField(_("probability"), null=True, blank=True)  # 1–3
    impact = models.PositiveSmallIntegerField(_("impact"), null=True, blank=True)  # 1–3
    is_stale = models.BooleanField(default=False)  # the last report is old: the figure is asked for first (rule F1)
    closed_as = models.CharField(max_length=20, choices=ClosedAs.choices, blank=True)
    is_major = models.BooleanField(_("major risk"), default=False)
    day = models.DateField(null=True)  # the evening of the figures below
    planned = models.IntegerField(null=True)  # hundredths of a percent
    actual = models.IntegerField(null=True)
    deviation = models.IntegerField(null=True)
    spells = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField(default=clock.now)  # of the current spell
    recovered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    history = history()

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["task"], name="one_deviation_risk_per_task", condition=Q(source="deviation")),
            models.CheckConstraint(
                name="deviation_risk_has_figures",
                condition=~Q(source="deviation") | Q(task__isnull=False, deviation__isnull=False),
            ),
            models.CheckConstraint(
                name="risk_closed_iff_dated",
                condition=Q(state="closed", closed_at__isnull=False) | (~Q(state="closed") & Q(closed_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("risk", args=[self.uid])

    @property
    def needs_measure(self) -> bool:
        return self.state == self.State.OPEN and not (self.cause and self.measure and self.owner_id and self.due_on)


class EveningScan(models.Model):
    """An evening of a project that was scanned; its row makes twice once."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="scans")
    day = models.DateField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "day"], name="one_scan_per_evening")]

    def __str__(self) -> str:
        return self.day.isoformat()

    def get_absolute_url(self) -> str:
        return reverse("project_risks", args=[self.project.uid])
