"""A project, the departments that take part, and the gaps with which its gates were passed."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common import clock
from common.rows import SharedRow, history
from people.models import Department, Leave, User


class Projects(QuerySet["Project"]):
    """Queries over projects."""

    def visible_to(self, user: User) -> "Projects":
        """The projects that exist for this user, or for whom the user stands in (rules A3, A4): EXISTS, never joins.

        Leaves are told by their state alone, which is turned with the day: no date is built into a remembered query.
        """
        for_whom = Leave.objects.filter(deputy=user, state=Leave.State.ACTIVE).order_by().values("person")
        daily = for_whom.exclude(scope=Leave.Scope.SIGNING)
        speaks = Q(head=user) | Q(liaison=user) | Q(head__in=for_whom) | Q(liaison__in=for_whom)
        mine = Exists(Party.objects.filter(speaks, project=OuterRef("pk")))
        named = Exists(Participant.objects.filter(Q(user=user) | Q(user__in=for_whom), project=OuterRef("pk")))
        heads = Q(initiating_dept__head=user) | Q(lead_dept__head=user)
        heads |= Q(initiating_dept__head__in=for_whom) | Q(lead_dept__head__in=for_whom)
        started = Q(started_at__isnull=False)
        own = Q(created_by=user) | Q(initiating_dept__head=user) | Q(created_by__in=daily) | Q(initiating_dept__head__in=daily)
        drafts = Q(started_at__isnull=True) & own
        if user.is_auditor:
            return self.filter(started | drafts)
        open_to = Q(confidential=False)
        if not user.is_executive:
            open_to &= Q(initiating_dept=user.department_id) | Q(lead_dept=user.department_id)
        return self.filter(drafts | (started & (open_to | heads | mine | named)))


class Project(SharedRow):
    """One goal pushed by several departments through five phases; a draft until the head has started it."""

    class State(models.TextChoices):
        PREPARATION = "preparation", _("Preparation")
        KICKOFF = "kickoff", _("Kick-off")
        EXECUTION = "execution", _("Execution")
        CLOSING = "closing", _("Closing")
        ARCHIVED = "archived", _("Archived")

    class Hold(models.TextChoices):
        NONE = "none", _("Running")
        SUSPENDED = "suspended", _("Suspended")
        CANCELLED = "cancelled", _("Cancelled")

    class Basis(models.TextChoices):
        WORKDAYS = "workdays", _("Workdays")
        CALENDAR_DAYS = "calendar_days", _("Calendar days")

    class Scenario(models.TextChoices):
        BLANK = "blank", _("Blank")
        NEW_PRODUCT = "new_product", _("New product or service")
        MARKETING_EVENT = "marketing_event", _("Large campaign")
        PROCESS_IMPROVEMENT = "process_improvement", _("Process improvement")
        INCIDENT = "incident", _("Joint incident response")

    MOVES: ClassVar[dict[str, set[str]]] = {
        State.PREPARATION: {State.KICKOFF},
        State.KICKOFF: {State.EXECUTION},
        State.EXECUTION: {State.CLOSING},
        State.CLOSING: {State.ARCHIVED, State.EXECUTION},
        State.ARCHIVED: set(),
    }

    code = models.CharField(_("project code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    scenario = models.CharField(_("scenario"), max_length=30, choices=Scenario.choices, default=Scenario.BLANK)
    state = models.CharField(_("phase"), max_length=20, choices=State.choices, default=State.PREPARATION)
    hold = models.CharField(max_length=10, choices=Hold.choices, default=Hold.NONE)
    confidential = models.BooleanField(_("confidential"), default=False)
    initiating_dept = models.ForeignKey(
        Department, models.PROTECT, related_name="initiated", verbose_name=_("initiating department")
    )
    lead_dept = models.ForeignKey(Department, models.PROTECT, related_name="led", verbose_name=_("lead department"))
    background = models.TextField(_("background and significance"), blank=True)
    goal = models.TextField(_("goal"), blank=True)
    starts_on = models.DateField(_("begins on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    time_zone = models.CharField(max_length=40, default="Asia/Shanghai")
    threshold = models.PositiveIntegerField(_("deviation threshold"), default=1000)  # hundredths of a percentage point
    progress_basis = models.CharField(_("progress counted in"), max_length=15, choices=Basis.choices, default=Basis.WORKDAYS)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    started_at = models.DateTimeField(null=True, editable=False)
    is_sample = models.BooleanField(default=False, editable=False)
    history = history()

    objects = Projects.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="project_ends_after_it_begins",
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="project_started_before_kickoff",
                condition=Q(state="preparation") | Q(started_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("project", args=[self.uid])

    @property
    def today(self) -> date:
        return clock.today(self.time_zone)

    @property
    def is_draft(self) -> bool:
        return self.started_at is None

    @property
    def is_frozen(self) -> bool:
        """Archived, suspended and cancelled projects are read only."""
        return self.state == self.State.ARCHIVED or self.hold != self.Hold.NONE


class Party(SharedRow):
    """A department that takes part: exactly one head, one liaison, its part said in one line (rule A2)."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="parties")
    department = models.ForeignKey(Department, models.PROTECT, related_name="parties")
    head = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("department head"))
    liaison = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("liaison")
    )
    duty = models.CharField(_("role and duties"), max_length=200, blank=True)
    liaison_decides = models.BooleanField(_("the liaison decides"), default=True)
    asks = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who decides instead")
    )
    within_hours = models.PositiveSmallIntegerField(_("within how many working hours"), null=True, blank=True)
    order = models.PositiveIntegerField(default=0)
    invited_at = models.DateTimeField(default=clock.now)
    accepted_at = models.DateTimeField(null=True)
    history = history()

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "department"], name="one_party_per_department"),
            models.CheckConstraint(
                name="liaison_decides_or_names_who",
                condition=Q(liaison_decides=True) | Q(asks__isnull=False, within_hours__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.department)

    def get_absolute_url(self) -> str:
        return reverse("project", args=[self.project.uid]) + "#parties"


class Participant(models.Model):
    """A person named in a project beside heads and liaisons: an assignee of a task, or a named viewer."""

    class Kind(models.TextChoices):
        ASSIGNEE = "assignee", _("Assignee")
        VIEWER = "viewer", _("Named viewer")
        SIGNER = "signer", _("Named signer")  # a slot was passed on to this person, or added for them

    project = models.ForeignKey(Project, models.CASCADE, related_name="participants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "user", "kind"], name="named_once")]

    def __str__(self) -> str:
        return f"{self.user} ({self.kind})"


class GateGap(models.Model):
    """A gate that was passed with gaps: what was missing, why one went on, who decided. The gaps stay listed (rule B7)."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="gaps")
    left = models.CharField(max_length=20, choices=Project.State.choices)
    reason = models.TextField(_("reason"))
    items = models.JSONField(default=list)
    passed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    passed_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.reason[:60]
