"""Step 1: KPIs, scope, resources, communication, contingency plans."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.rows import SharedRow, history
from people.models import Department
from projects.models.nodes import Node
from projects.models.project import Project


class Kpi(SharedRow):
    """A key result (rule B2). Without a number or date it is a draft and holds up the gate."""

    class Kind(models.TextChoices):
        NUMBER = "number", _("Number")
        DATE = "date", _("Date")
        RELATIVE = "relative", _("Days before or after a node")
        ON_TIME = "on_time", _("On-time rate of the department's tasks")

    class Direction(models.TextChoices):
        AT_LEAST = "at_least", _("at least")
        AT_MOST = "at_most", _("at most")

    project = models.ForeignKey(Project, models.CASCADE, related_name="kpis")
    order = models.PositiveIntegerField(default=0)
    name = models.CharField(_("metric"), max_length=120)
    kind = models.CharField(_("measured as"), max_length=10, choices=Kind.choices, default=Kind.NUMBER)
    direction = models.CharField(_("direction"), max_length=10, choices=Direction.choices, default=Direction.AT_LEAST)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    baseline = models.DecimalField(_("baseline"), max_digits=18, decimal_places=2, null=True, blank=True)
    target = models.DecimalField(_("target"), max_digits=18, decimal_places=2, null=True, blank=True)
    said = models.CharField(_("target as said"), max_length=60, blank=True)  # 500万元, shown so
    target_date = models.DateField(_("target date"), null=True, blank=True)
    relative_days = models.SmallIntegerField(_("days after the node (before: negative)"), null=True, blank=True)
    relative_to = models.ForeignKey(Node, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("node"))
    due_on = models.DateField(_("due"), null=True, blank=True)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    actual = models.DecimalField(_("actual"), max_digits=18, decimal_places=2, null=True, blank=True)
    actual_date = models.DateField(_("actual date"), null=True, blank=True)
    history = history()

    class Meta:
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("project", args=[self.project.uid]) + "#kpi"

    @property
    def is_draft(self) -> bool:
        match self.kind:
            case self.Kind.NUMBER | self.Kind.ON_TIME:
                return self.target is None
            case self.Kind.DATE:
                return self.target_date is None
            case _:
                return self.relative_days is None or self.relative_to_id is None


class ScopeItem(SharedRow):
    """In or out; an item out names the department that keeps it (rule B3)."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="scope")
    order = models.PositiveIntegerField(default=0)
    is_in = models.BooleanField(_("in scope"), default=True)
    text = models.CharField(_("item"), max_length=200)
    keeper = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kept by department")
    )
    history = history()

    class Meta:
        ordering = ["-is_in", "order", "id"]
        constraints = [
            models.CheckConstraint(name="item_out_names_its_keeper", condition=Q(is_in=True) | Q(keeper__isnull=False))
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("project", args=[self.project.uid]) + "#scope"


class ResourceNeed(SharedRow):
    """What the goal needs and who brings it (rule B3b); the other side agrees, agrees in part, or declines."""

    class Kind(models.TextChoices):
        PEOPLE = "people", _("People")
        GOODS = "goods", _("Goods")
        MONEY = "money", _("Money")
        EQUIPMENT = "equipment", _("Equipment")

    class State(models.TextChoices):
        ASKED = "asked", _("Asked")
        AGREED = "agreed", _("Agreed")
        PARTLY = "partly", _("Agreed in part")
        DECLINED = "declined", _("Declined")

    MOVES: ClassVar[dict[str, set[str]]] = {
        State.ASKED: {State.AGREED, State.PARTLY, State.DECLINED},
        State.AGREED: {State.ASKED},
        State.PARTLY: {State.ASKED},
        State.DECLINED: {State.ASKED},
    }

    project = models.ForeignKey(Project, models.CASCADE, related_name="resources")
    order = models.PositiveIntegerField(default=0)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.PEOPLE)
    spec = models.CharField(_("what"), max_length=120)
    quantity = models.DecimalField(_("how many"), max_digits=14, decimal_places=2, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    for_dept = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("for department"))
    from_dept = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("brought by department")
    )
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    purpose = models.CharField(_("purpose"), max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    answer = models.CharField(_("answer"), max_length=200, blank=True)  # a reason, or what is agreed in part
    agreed_quantity = models.DecimalField(_("agreed"), max_digits=14, decimal_places=2, null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    history = history()

    class Meta:
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.spec

    def get_absolute_url(self) -> str:
        return reverse("project", args=[self.project.uid]) + "#resource"


class CommunicationRule(SharedRow):
    """How often, by which channel, with which report template the departments talk (rule C3)."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="communication")
    order = models.PositiveIntegerField(default=0)
    cadence = models.CharField(_("how often"), max_length=60)
    channel = models.CharField(_("channel"), max_length=60)
    template = models.CharField(_("report template"), max_length=200, blank=True)
    history = history()

    class Meta:
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return f"{self.cadence} {self.channel}"

    def get_absolute_url(self) -> str:
        return reverse("project", args=[self.project.uid]) + "#communication"


class Contingency(SharedRow):
    """What to do if a foreseen risk happens: trigger, action, owner (rule C3)."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="contingencies")
    order = models.PositiveIntegerField(default=0)
    trigger = models.CharField(_("trigger"), max_length=200)
    action = models.CharField(_("action"), max_length=300)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("owner"))
    history = history()

    class Meta:
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.trigger

    def get_absolute_url(self) -> str:
        return reverse("project", args=[self.project.uid]) + "#contingency"
