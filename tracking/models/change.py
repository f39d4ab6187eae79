"""Change control (rule C9): short slips agreed by two liaisons, and change requests with their opinions."""

from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common import clock
from common.rows import Row, SharedRow, history
from people.models import Department
from projects.models import Amendment, Clause, Project
from tracking.models.risk import Risk
from tracking.models.task import Task


class Slip(SharedRow):
    """A short delay of a promise within the tolerance (顺延): agreed by both liaisons, written into the next amendment."""

    class State(models.TextChoices):
        ASKED = "asked", _("Asked")
        AGREED = "agreed", _("Agreed")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    MOVES: ClassVar[dict[str, set[str]]] = {
        State.ASKED: {State.AGREED, State.REFUSED, State.WITHDRAWN},
        State.AGREED: set(),
        State.REFUSED: set(),
        State.WITHDRAWN: set(),
    }

    task = models.ForeignKey(Task, models.PROTECT, related_name="slips")
    clause = models.ForeignKey(Clause, models.PROTECT, related_name="slips")
    from_due = models.DateField()
    to_due = models.DateField(_("new date"))
    workdays = models.PositiveSmallIntegerField()
    reason = models.CharField(_("reason"), max_length=300)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    giver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )  # who agreed for who delivers
    receiver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")  # and for who receives
    answer = models.CharField(_("answer"), max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True)
    amendment = models.ForeignKey(Amendment, models.PROTECT, null=True, related_name="slips")  # that wrote it down
    history = history()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["task"], name="one_slip_asked_at_a_time", condition=Q(state="asked")),
            models.CheckConstraint(name="slip_moves_later", condition=Q(to_due__gt=F("from_due"))),
            models.CheckConstraint(
                name="slip_agreed_by_both",
                condition=~Q(state="agreed") | Q(giver__isnull=False, receiver__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.from_due} → {self.to_due}"

    def get_absolute_url(self) -> str:
        return reverse("task", args=[self.task.uid])


class ChangeRequest(SharedRow):
    """What is to change of what clauses promise: impact, opinions, decision; approved, it drafts an amendment."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        IN_REVIEW = "in_review", _("In review")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        IMPLEMENTED = "implemented", _("Implemented")  # its amendment is in force
        CLOSED = "closed", _("Closed")

    class Kind(models.TextChoices):
        DATE = "date", _("Date")
        QUANTITY = "quantity", _("Quantity")
        OWNER = "owner", _("Owner")
        SCOPE = "scope", _("Scope")

    MOVES: ClassVar[dict[str, set[str]]] = {
        State.DRAFT: {State.IN_REVIEW, State.CLOSED},
        State.IN_REVIEW: {State.APPROVED, State.REJECTED, State.CLOSED, State.DRAFT},
        State.APPROVED: {State.IMPLEMENTED, State.REJECTED, State.CLOSED},
        State.REJECTED: {State.CLOSED},
        State.IMPLEMENTED: {State.CLOSED},
        State.CLOSED: set(),
    }

    project = models.ForeignKey(Project, models.PROTECT, related_name="change_requests")
    number = models.PositiveIntegerField()  # within the project
    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("type"), max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    reason = models.TextField(_("reason"))
    cost = models.DecimalField(_("cost (yuan)"), max_digits=14, decimal_places=2, null=True, blank=True)
    quality = models.CharField(_("effect on quality"), max_length=300, blank=True)
    impact = models.JSONField(default=dict, encoder=DjangoJSONEncoder)  # as computed when it was handed in
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    risk = models.ForeignKey(Risk, models.PROTECT, null=True, blank=True, related_name="change_requests")
    created_at = models.DateTimeField(default=clock.now)
    submitted_at = models.DateTimeField(null=True)
    opinions_by = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision = models.TextField(_("reason of the decision"), blank=True)
    amendment = models.ForeignKey(Amendment, models.PROTECT, null=True, related_name="requests")
    history = history()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="change_number_once"),
            models.CheckConstraint(
                name="change_decided_iff_dated",
                condition=Q(state__in=["approved", "rejected", "implemented"], decided_at__isnull=False)
                | Q(state__in=["draft", "in_review"], decided_at__isnull=True)
                | Q(state="closed"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("change", args=[self.uid])


class ChangeLine(Row):
    """What a request changes of one clause (none: a new one): values by field of the clause, before and after."""

    class Kind(models.TextChoices):
        CHANGED = "changed", _("Changed")
        ADDED = "added", _("Added")
        ENDED = "ended", _("Taken out")

    request = models.ForeignKey(ChangeRequest, models.CASCADE, related_name="lines")
    clause = models.ForeignKey(Clause, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.CHANGED)
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    order = models.PositiveIntegerField(default=0)
    history = history()

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["request", "clause"], name="one_line_per_clause", condition=Q(clause__isnull=False))
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.clause_id or ''}"


class Opinion(Row):
    """What an affected department says of a request; it may say so anew, the newest counts. Append-only."""

    class Says(models.TextChoices):
        AGREES = "agrees", _("Agrees")
        CONDITIONS = "conditions", _("Agrees on conditions")
        AGAINST = "against", _("Against")

    request = models.ForeignKey(ChangeRequest, models.PROTECT, related_name="opinions")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    says = models.CharField(max_length=10, choices=Says.choices)
    text = models.CharField(_("opinion"), max_length=500, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="opinion_against_says_why", condition=Q(says="agrees") | ~Q(text="")),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.says}"
