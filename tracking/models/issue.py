"""Issues between departments, and what their solution asks of whom (rules D7, F5)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common import clock
from common.rows import Row, SharedRow, history
from people.models import Department
from projects.models import Project
from tracking.models.task import Task


class Issue(SharedRow):
    """A matter between departments: from its registration on a solution is due within 24 hours; a late one is still late."""

    class Kind(models.TextChoices):
        SPECIAL = "special_issue", _("Special issue")
        REQUIREMENT_CONFLICT = "requirement_conflict", _("Conflict of requirements")
        RESOURCE_BOTTLENECK = "resource_bottleneck", _("Resource bottleneck")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        SOLVED = "solved", _("Solved")

    MOVES: ClassVar[dict[str, set[str]]] = {State.OPEN: {State.SOLVED}, State.SOLVED: {State.OPEN}}

    project = models.ForeignKey(Project, models.PROTECT, related_name="issues")
    kind = models.CharField(_("kind"), max_length=24, choices=Kind.choices, default=Kind.SPECIAL)
    title = models.CharField(_("issue"), max_length=200)
    text = models.TextField(_("what is the matter"), blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    task = models.ForeignKey(Task, models.PROTECT, null=True, blank=True, related_name="issues")
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    raised_at = models.DateTimeField(default=clock.now)  # of its registration: the 24 hours count from here
    parties = models.ManyToManyField(Department, through="IssueParty", related_name="+")
    solution = models.TextField(_("solution"), blank=True)
    solved_at = models.DateTimeField(null=True, blank=True)
    solved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    history = history()

    class Meta:
        ordering = ["-raised_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="issue_solved_iff_dated",
                condition=Q(state="solved", solved_at__isnull=False) & ~Q(solution="") | Q(state="open", solved_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("issue", args=[self.uid])


class IssueParty(Row):
    """A department that the issue concerns."""

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="concerned")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    history = history()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["issue", "department"], name="concerns_a_department_once")]

    def __str__(self) -> str:
        return str(self.department)


class Measure(SharedRow):
    """What the solution asks of a department until when; `task` once it became one."""

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="measures")
    order = models.PositiveIntegerField(default=0)
    text = models.CharField(_("measure"), max_length=300)
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    due_on = models.DateField(_("due"))
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=2, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    task = models.OneToOneField(Task, models.PROTECT, null=True, blank=True, related_name="+")
    history = history()

    class Meta:
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.text
