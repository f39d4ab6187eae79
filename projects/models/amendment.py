"""What departments say of a clause while it is drafted, and the amendments of a memorandum in force (rules C5, C9)."""

from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common import clock
from common.rows import Row, SharedRow, history
from documents.models import Document
from people.models import Department
from projects.models.memorandum import Clause, Memorandum


class ClauseRemark(SharedRow):
    """A department's comment on a clause of the draft, or its counter-text, which is taken or declined with a reason."""

    class Kind(models.TextChoices):
        COMMENT = "comment", _("Comment")
        COUNTER = "counter", _("Counter-text")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        TAKEN = "taken", _("Taken over")
        DECLINED = "declined", _("Declined")

    MOVES: ClassVar[dict[str, set[str]]] = {
        State.OPEN: {State.TAKEN, State.DECLINED},
        State.TAKEN: set(),
        State.DECLINED: set(),
    }

    clause = models.ForeignKey(Clause, models.CASCADE, related_name="remarks")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.TextField(_("comment"), blank=True)
    proposed = models.JSONField(default=dict, encoder=DjangoJSONEncoder)  # by field of the clause: [as it read, as it should]
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    answer = models.CharField(_("answer"), max_length=300, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)
    history = history()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:80]


class Amendment(SharedRow):
    """Changed clauses of a memorandum in force (补充协议): drafted, signed by whom they bind, in force as its next version."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SIGNING = "signing", _("Open for signature")
        IN_FORCE = "in_force", _("In force")
        DROPPED = "dropped", _("Dropped")

    MOVES: ClassVar[dict[str, set[str]]] = {
        State.DRAFT: {State.SIGNING, State.DROPPED},
        State.SIGNING: {State.DRAFT, State.IN_FORCE},
        State.IN_FORCE: set(),
        State.DROPPED: set(),
    }

    memorandum = models.ForeignKey(Memorandum, models.PROTECT, related_name="amendments")
    number = models.CharField(_("number"), max_length=90, unique=True)  # 市协〔2026〕3号-补1
    base = models.ForeignKey(Document, models.PROTECT, related_name="+")  # the version in force that it changes
    edition = models.PositiveIntegerField(null=True)  # the version it is to become; taken anew at each opening
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    reason = models.TextField(_("reason"), blank=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    opened_at = models.DateTimeField(null=True)
    in_force_at = models.DateTimeField(null=True)
    history = history()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["memorandum"], name="one_amendment_signed_at_a_time", condition=Q(state="signing")),
            models.CheckConstraint(
                name="amendment_in_force_iff_dated",
                condition=Q(state="in_force", in_force_at__isnull=False) | (~Q(state="in_force") & Q(in_force_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="amendment_opened_has_document",
                condition=Q(state__in=["draft", "dropped"]) | Q(document__isnull=False, edition__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("amendment", args=[self.uid])


class ClauseChange(Row):
    """One clause as an amendment changes it: values before and after, by field of the clause (rows by uid, days as ISO)."""

    class Kind(models.TextChoices):
        CHANGED = "changed", _("Changed")
        ADDED = "added", _("Added")
        ENDED = "ended", _("Taken out")
        SLIPPED = "slipped", _("Short slip")  # agreed by both liaisons already; written down, binds nobody anew

    amendment = models.ForeignKey(Amendment, models.CASCADE, related_name="changes")
    clause = models.ForeignKey(Clause, models.PROTECT, null=True, related_name="changes")  # of an added one once in force
    kind = models.CharField(max_length=10, choices=Kind.choices)
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    order = models.PositiveIntegerField(default=0)
    history = history()

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["amendment", "clause"], name="one_change_per_clause", condition=Q(clause__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.clause_id or ''}"
