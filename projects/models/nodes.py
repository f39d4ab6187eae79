"""Step 1: the flow's nodes, what they need, on which they depend (rule B4)."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.rows import Row, SharedRow, history
from people.models import Department
from projects.models.project import Project


class Node(SharedRow):
    """A stage of the flow: owner department, planned window, output, delivery standard."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="nodes")
    order = models.PositiveIntegerField(default=0)
    name = models.CharField(_("node"), max_length=80)
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("department"))
    starts_on = models.DateField(_("begins on"), null=True, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)
    output = models.CharField(_("output"), max_length=120, blank=True)
    standard = models.JSONField(_("delivery standard"), default=list, blank=True)  # a list of points
    is_key = models.BooleanField(_("key node"), default=True)
    needs = models.ManyToManyField("self", symmetrical=False, through="NodeDependency", related_name="feeds")
    history = history()

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                name="node_ends_after_it_begins",
                condition=Q(starts_on__isnull=True) | Q(due_on__isnull=True) | Q(due_on__gte=F("starts_on")),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("project", args=[self.project.uid]) + "#node"


class NodeDependency(Row):
    """`node` begins when `needs` is done."""

    node = models.ForeignKey(Node, models.CASCADE, related_name="dependencies")
    needs = models.ForeignKey(Node, models.CASCADE, related_name="dependents")
    history = history()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["node", "needs"], name="node_needs_once"),
            models.CheckConstraint(name="node_never_needs_itself", condition=~Q(node=F("needs"))),
        ]

    def __str__(self) -> str:
        return f"{self.node} ← {self.needs}"


class NodeInput(Row):
    """What a node needs: from which nodes, or external; its wording is free."""

    node = models.ForeignKey(Node, models.CASCADE, related_name="inputs")
    order = models.PositiveIntegerField(default=0)
    text = models.CharField(_("input"), max_length=120)
    external = models.BooleanField(_("external"), default=False)
    sources = models.ManyToManyField(Node, related_name="+", blank=True)
    history = history()

    class Meta:
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.text
