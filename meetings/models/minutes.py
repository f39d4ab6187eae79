"""Minutes: written on the agenda, distributed within 24 hours, confirmed, archived."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from activity.models import Event
from common import clock
from common.frozen import FrozenRow
from common.refusals import Refused
from common.rows import Row, SharedRow, history
from documents.models import Blob, Document
from meetings.models.meeting import AgendaItem, Meeting
from people.models import Department

SENT = ("content", "content_sha256", "edition", "by_system", "distributed_at")  # of minutes: what was sent, to stay


class Minutes(SharedRow):
    """One version of a meeting's minutes. Distributed ones are frozen: what was sent stands in `content`.

    Until `answer_by` one may object; silence after it is its own state. `reason` says why there is a version after the first.
    `check_code` opens the page on which an outsider sees times and counts of the distribution.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        DISTRIBUTED = "distributed", _("Distributed")
        SUPERSEDED = "superseded", _("Superseded")
        ARCHIVED = "archived", pgettext_lazy("minutes", "Archived")

    MOVES: ClassVar[dict[str, set[str]]] = {
        State.DRAFT: {State.DISTRIBUTED},
        State.DISTRIBUTED: {State.SUPERSEDED, State.ARCHIVED},
        State.SUPERSEDED: set(),
        State.ARCHIVED: set(),
    }

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="minutes_versions")
    edition = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    summary = models.TextField(_("summary"), blank=True)
    by_system = models.BooleanField(default=False)  # distributed by the system before the deadline
    content = models.JSONField(null=True, encoder=DjangoJSONEncoder)  # frozen when distributed
    content_sha256 = models.CharField(max_length=64, blank=True)
    event = models.ForeignKey(Event, models.PROTECT, null=True, related_name="+")  # of its distribution; deliveries hang on it
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, related_name="+"
    )  # kick-off minutes are signed; others when archived
    reason = models.CharField(_("why there is a new version"), max_length=300, blank=True)
    answer_by = models.DateTimeField(null=True)
    check_code = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    distributed_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)
    history = history()

    class Meta:
        ordering = ["-edition"]
        verbose_name_plural = "minutes"
        constraints = [
            models.UniqueConstraint(fields=["meeting", "edition"], name="one_minutes_per_edition"),
            models.UniqueConstraint(fields=["check_code"], name="one_minutes_per_check_code", condition=~Q(check_code="")),
            models.CheckConstraint(
                name="minutes_distributed_iff_dated",
                condition=Q(state="draft", distributed_at__isnull=True) | (~Q(state="draft") & Q(distributed_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting.title}"

    def get_absolute_url(self) -> str:
        return reverse("minutes", args=[self.meeting.uid])

    def save(self, *args: Any, **options: Any) -> None:
        """What was distributed stays as it was sent; the database refuses it as well."""
        named = options.get("update_fields")
        if not self._state.adding and (named is None or set(SENT) & set(named)):
            sent = Minutes.objects.filter(pk=self.pk, distributed_at__isnull=False).values(*SENT).first()
            if sent is not None and any(sent[name] != getattr(self, name) for name in SENT if named is None or name in named):
                raise Refused(_("What has been distributed is never changed; write a new version."), code="frozen_row")
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        if Minutes.objects.filter(pk=self.pk, distributed_at__isnull=False).exists():
            raise Refused(_("What has been distributed is never deleted."), code="frozen_row")
        return super().delete(*args, **options)


class MinutesPaper(FrozenRow):
    """A distributed version as PDF in one language: printed once, kept by its bytes, attached to each mail."""

    FROZEN: ClassVar[tuple[str, ...]] = ("minutes", "language", "blob", "at")

    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="papers")
    language = models.CharField(max_length=10)
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["minutes", "language"], name="one_paper_per_language")]

    def __str__(self) -> str:
        return f"{self.minutes} {self.language}"


class Certificate(Row, FrozenRow):
    """A distribution certificate as it was handed out: chained entries in `content`, `sha256` of its canonical JSON, and that of
    the one issued before for the same version.
    """

    FROZEN: ClassVar[tuple[str, ...]] = (
        *("uid", "minutes", "number", "at", "content", "sha256", "previous"),
        *("covers", "facts_sha256"),
    )

    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="certificates")
    number = models.PositiveIntegerField()
    at = models.DateTimeField(default=clock.now)
    content = models.JSONField(encoder=DjangoJSONEncoder)
    sha256 = models.CharField(max_length=64, unique=True)
    previous = models.CharField(max_length=64, blank=True)
    covers = models.CharField(
        max_length=120, default="all"
    )  # whose lines: all, some departments' ("departments:3,7"), a person's
    facts_sha256 = models.CharField(
        max_length=64, blank=True
    )  # over what it says, number and moment apart: the same is issued once

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["minutes", "number"], name="one_certificate_per_number")]

    def __str__(self) -> str:
        return f"{self.minutes} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("certificate", args=[self.minutes.uid])


class CertificatePaper(FrozenRow):
    """A certificate as PDF in one language: printed once, when somebody asks for it."""

    FROZEN: ClassVar[tuple[str, ...]] = ("certificate", "language", "blob", "at")

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="papers")
    language = models.CharField(max_length=10)
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["certificate", "language"], name="one_certificate_paper_per_language")]

    def __str__(self) -> str:
        return f"{self.certificate} {self.language}"


class Resolution(SharedRow):
    """A binding result of a topic (决议). Its successor in the next version has the same `lineage`."""

    lineage = models.UUIDField(default=uuid.uuid4, editable=False, db_index=True)
    minutes = models.ForeignKey(Minutes, models.CASCADE, related_name="resolutions")
    item = models.ForeignKey(AgendaItem, models.SET_NULL, null=True, blank=True, related_name="resolutions")
    order = models.PositiveIntegerField(default=0)
    text = models.CharField(_("resolution"), max_length=300)
    history = history()

    class Meta:
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.text


class ResolutionObjection(SharedRow):
    """Why somebody does not agree to a resolution (rule D5): holds up that one, until withdrawn or settled by a new version."""

    class State(models.TextChoices):
        OPEN = "open", _("Holds up the resolution")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        SETTLED = "settled", _("Settled by a new version")

    MOVES: ClassVar[dict[str, set[str]]] = {
        State.OPEN: {State.WITHDRAWN, State.SETTLED},
        State.WITHDRAWN: {State.OPEN},
        State.SETTLED: set(),
    }

    resolution = models.ForeignKey(Resolution, models.PROTECT, related_name="objections")
    objector = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    said_by = models.ForeignKey(  # who did it in the objector's place
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    text = models.CharField(_("objection"), max_length=500)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    at = models.DateTimeField(default=clock.now)
    answer = models.CharField(_("answer"), max_length=500, blank=True)  # of those who keep the minutes; counts with a new version
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)  # withdrawn or settled
    history = history()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["resolution", "objector"], name="objects_once_to_a_resolution")]

    def __str__(self) -> str:
        return self.text


class Action(SharedRow):
    """What somebody does until when (行动项); `task` once it became one. Its successor in the next version has its `lineage`."""

    lineage = models.UUIDField(default=uuid.uuid4, editable=False, db_index=True)
    minutes = models.ForeignKey(Minutes, models.CASCADE, related_name="actions")
    item = models.ForeignKey(AgendaItem, models.SET_NULL, null=True, blank=True, related_name="actions")
    order = models.PositiveIntegerField(default=0)
    text = models.CharField(_("action"), max_length=300)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    due_on = models.DateField(_("due"), null=True, blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=2, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    said = models.CharField(max_length=300, blank=True)  # the line as it was typed
    task = models.OneToOneField("tracking.Task", models.PROTECT, null=True, blank=True, related_name="+")
    history = history()

    class Meta:
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.text


class MinutesReader(Row):
    """One attendee or reader in copy of distributed minutes: reached, seen, confirmed. Silence is a state of its own.

    Whoever may no longer see the project when the mail would go out is `excused`, with the reason: not sent, and not owed.
    """

    minutes = models.ForeignKey(Minutes, models.CASCADE, related_name="readers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    in_copy = models.BooleanField(default=False)
    reached_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by_signing = models.BooleanField(default=False)
    confirmed_by = models.ForeignKey(  # who did it in this reader's place
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    excused_at = models.DateTimeField(null=True)
    excuse = models.CharField(max_length=30, blank=True)  # "left" or "inactive"
    nudges = models.PositiveSmallIntegerField(default=0)
    nudged_at = models.DateTimeField(null=True)
    history = history()

    class Meta:
        ordering = ["in_copy", "id"]
        constraints = [models.UniqueConstraint(fields=["minutes", "user"], name="reads_once")]

    def __str__(self) -> str:
        return str(self.user)


class ResolutionUse(SharedRow):
    """What became of a kick-off's resolution: a clause of the memorandum, or not needed in it, and why (rule C5)."""

    resolution = models.OneToOneField(Resolution, models.CASCADE, related_name="use")
    clause = models.ForeignKey("projects.Clause", models.CASCADE, null=True, blank=True, related_name="+")
    reason = models.CharField(_("why it needs no clause"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    history = history()

    class Meta:
        constraints = [
            models.CheckConstraint(name="resolution_used_or_not_needed", condition=Q(clause__isnull=False) | ~Q(reason=""))
        ]

    def __str__(self) -> str:
        return self.reason or str(self.clause)
