"""Step 2: the memorandum and its clauses (rules C5, C6, C8)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common import clock
from common.rows import SharedRow, history
from documents.models import Document
from people.models import Department
from projects.models.nodes import Node
from projects.models.project import Project


class Memorandum(SharedRow):
    """The signed agreement of a project. Opening it freezes a Document of this edition; an objection begins the next."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SIGNING = "signing", _("Open for signature")
        IN_FORCE = "in_force", _("In force")
        SUPERSEDED = "superseded", _("Superseded")

    class Order(models.TextChoices):
        PARALLEL = "parallel", _("All at once")
        INITIATOR_LAST = "initiator_last", _("Initiating department last")

    MOVES: ClassVar[dict[str, set[str]]] = {
        State.DRAFT: {State.SIGNING},
        State.SIGNING: {State.DRAFT, State.IN_FORCE},
        State.IN_FORCE: {State.SUPERSEDED},
        State.SUPERSEDED: set(),
    }

    project = models.ForeignKey(Project, models.PROTECT, related_name="memoranda")
    number = models.CharField(_("number"), max_length=80, unique=True)
    edition = models.PositiveIntegerField(default=1)  # rises when an objection returned it, and with each amendment in force
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    sign_days = models.PositiveSmallIntegerField(_("days for signing"), default=3)
    sign_order = models.CharField(_("order of signing"), max_length=15, choices=Order.choices, default=Order.PARALLEL)
    slip_days = models.PositiveSmallIntegerField(_("tolerance of a short slip, in workdays"), default=2)
    object_days = models.PositiveSmallIntegerField(_("workdays in which those informed may object"), default=2)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")  # of the current edition, once opened
    created_at = models.DateTimeField(default=clock.now)
    opened_at = models.DateTimeField(null=True)
    in_force_at = models.DateTimeField(null=True)
    history = history()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project"], name="one_living_memorandum", condition=~Q(state="superseded")),
            models.CheckConstraint(
                name="memorandum_in_force_iff_dated",
                condition=Q(state__in=["in_force", "superseded"], in_force_at__isnull=False)
                | Q(state__in=["draft", "signing"], in_force_at__isnull=True),
            ),
            models.CheckConstraint(
                name="memorandum_signing_has_document",
                condition=Q(state="draft") | Q(document__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("memorandum", args=[self.project.uid])


class Clause(SharedRow):
    """A clause that promises: who delivers what, how much, by when, handed to whom. Tasks and risks hang on it."""

    memorandum = models.ForeignKey(Memorandum, models.PROTECT, related_name="clauses")
    order = models.PositiveIntegerField(default=0)
    number = models.CharField(max_length=12)  # such as 2.4
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("department"))
    text = models.CharField(_("promise"), max_length=200)
    deliverable = models.CharField(_("deliverable"), max_length=120)
    standard = models.CharField(_("quality standard"), max_length=200, blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=2, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    starts_on = models.DateField(_("begins on"), null=True, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)
    handed_to = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("handed to")
    )
    node = models.ForeignKey(Node, models.PROTECT, null=True, blank=True, related_name="clauses", verbose_name=_("node"))
    agreed_in = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")  # where it stands as it reads now
    agreed_version = models.PositiveIntegerField(null=True)  # of that document
    ended_at = models.DateTimeField(null=True)  # an amendment took it out; it stays, with its number
    history = history()
    skip_history_when_saving: bool  # there only while a number is put aside: simple_history asks whether it is there

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["memorandum", "number"], name="clause_number_once"),
            models.CheckConstraint(
                name="clause_ends_after_it_begins",
                condition=Q(starts_on__isnull=True) | Q(due_on__isnull=True) | Q(due_on__gte=F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.text}"

    def get_absolute_url(self) -> str:
        return reverse("memorandum", args=[self.memorandum.project.uid]) + f"#clause-{self.number}"
