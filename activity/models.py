"""What happened, who must know, which deadlines run."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common import clock
from common.frozen import FrozenRow
from common.rows import Row, history
from common.saying import event_words


class Event(Row, FrozenRow):
    """One act: append-only. `title` and `url` are those of the subject at that time; facts are what the sentence shows."""

    FROZEN: ClassVar[tuple[str, ...]] = (
        *("uid", "project_id", "actor", "verb", "content_type", "object_id", "title", "url", "facts", "at"),
    )

    project_id = models.BigIntegerField(null=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=60)
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.BigIntegerField()
    subject = GenericForeignKey("content_type", "object_id")
    title = models.CharField(max_length=300)
    url = models.CharField(max_length=300, blank=True)
    facts = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["project_id", "-id"], name="event_of_project"),
            models.Index(fields=["content_type", "object_id", "-id"], name="event_of_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.title}"

    @property
    def sentence(self) -> str:
        """How it reads, in the language that is active."""
        return event_words(self.verb, self.actor, self.title, self.facts)


class LedgerEntry(FrozenRow):
    """An event sealed into the chain of its project: each digest covers the one before. Written once, by the sealing job.

    The chain of what belongs to no project has the number 0.
    """

    FROZEN: ClassVar[tuple[str, ...]] = ("chain", "number", "event", "previous", "digest", "at")

    chain = models.BigIntegerField()  # the project's key, or 0
    number = models.PositiveBigIntegerField()  # from 1 on, without a gap
    event = models.OneToOneField(Event, models.PROTECT, related_name="sealed")
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)  # SHA-256 over all of this row and the event, as canonical JSON (activity/ledger.py)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "number"], name="one_entry_per_number")]

    def __str__(self) -> str:
        return f"{self.chain}/{self.number} {self.digest[:12]}"


class LedgerMark(models.Model):
    """Up to where every event is surely sealed, so that the sealing job need not look there again. One row; who seals locks it.

    Ids commit out of order: what is `ahead` is taken over by a look that began so long `since` then that none can be on its way.
    """

    upto = models.BigIntegerField(default=0)
    ahead = models.BigIntegerField(default=0)
    since = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.upto}"


class LedgerDay(FrozenRow):
    """A day on which the heads of all chains were written down outside the database; its row makes twice once."""

    FROZEN: ClassVar[tuple[str, ...]] = ("day", "at", "sha256", "chains")

    day = models.DateField(unique=True)
    at = models.DateTimeField(default=clock.now)
    sha256 = models.CharField(max_length=64)  # of the file
    chains = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.day.isoformat()

    def get_absolute_url(self) -> str:
        return ""


class Notice(Row):
    """Who must know of which event; also the entry in the person's list. One per event and reader."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="notices")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="notices")
    created_at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["event", "reader"], name="one_notice_per_event_and_reader")]
        indexes = [models.Index(fields=["reader", "-id"], name="notice_of_reader")]

    def __str__(self) -> str:
        return f"{self.reader}: {self.event}"


class Delivery(Row):
    """One channel, one address, one chain of attempts; the row is the truth, the broker only rings."""

    class Channel(models.TextChoices):
        IN_APP = "in_app", _("In the application")
        MAIL = "mail", _("Mail")

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        IN_DOUBT = "in_doubt", _("In doubt")
        BOUNCED = "bounced", _("Refused by the mail server")
        WITHHELD = "withheld", _("Not sent: may no longer see it")

    MOVES: ClassVar[dict[str, set[str]]] = {
        State.PENDING: {State.SENDING, State.WITHHELD},
        State.SENDING: {State.SENT, State.PENDING, State.IN_DOUBT, State.BOUNCED},
        State.IN_DOUBT: {State.SENDING, State.WITHHELD},
        State.SENT: set(),
        State.BOUNCED: {State.PENDING},  # sent again by a person, to another address
        State.WITHHELD: {State.PENDING},
    }

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="deliveries")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    address = models.CharField(max_length=254, blank=True)
    dedupe_key = models.CharField(max_length=120, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    lease_until = models.DateTimeField(null=True)
    token = models.UUIDField(null=True)  # fencing: only the holder of the newest lease may mark
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=clock.now)
    message_id = models.CharField(max_length=200, blank=True)
    content_sha256 = models.CharField(max_length=64, blank=True)
    smtp_reply = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel"], name="one_delivery_per_notice_and_channel"),
            models.CheckConstraint(
                name="delivery_sent_iff_dated",
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="delivery_due",
                condition=Q(state__in=["pending", "sending", "in_doubt"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.state}"


class Attempt(FrozenRow):
    """What came of one attempt to hand a mail to the server: append-only, the certificate of distribution shows it.

    Of an attempt in whose midst a worker died, whoever finds its lease ended writes that nothing is known.
    """

    FROZEN: ClassVar[tuple[str, ...]] = ("delivery", "number", "at", "address", "outcome", "reply")

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="tries")
    number = models.PositiveIntegerField()
    at = models.DateTimeField(default=clock.now)
    address = models.CharField(max_length=254)
    outcome = models.CharField(max_length=10)  # as activity.mail.Outcome
    reply = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["delivery", "number"], name="one_attempt_per_number")]

    def __str__(self) -> str:
        return f"{self.number} {self.outcome}"


class Clock(Row):
    """A deadline: stored, shown as a countdown, reminded of; its breach is recorded. One of a kind per subject."""

    project_id = models.BigIntegerField(null=True)
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.BigIntegerField()
    subject = GenericForeignKey("content_type", "object_id")
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=300)
    url = models.CharField(max_length=300, blank=True)
    started_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["content_type", "object_id", "kind"], name="one_clock_of_a_kind")]
        indexes = [models.Index(fields=["due_at"], name="clock_running", condition=Q(stopped_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.kind} {self.title}"

    @property
    def is_running(self) -> bool:
        return self.stopped_at is None


class ClockStep(models.Model):
    """What a clock does at a moment (remind, act, breach); its own row guards that it is done once."""

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clock", "kind"], name="one_step_of_a_kind")]
        indexes = [models.Index(fields=["at"], name="step_due", condition=Q(done_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.kind} {self.at}"


class Comment(Row):
    """What somebody said about a row (a task, a risk …); kept, never edited (rule H2)."""

    project_id = models.BigIntegerField()
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.BigIntegerField()
    subject = GenericForeignKey("content_type", "object_id")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField(_("comment"))
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["content_type", "object_id", "id"], name="comment_of_subject")]

    def __str__(self) -> str:
        return self.text[:80]


class Attachment(Row):
    """A file on a row (a task, a report …): its bytes lie in the storage under a random name (rule H5)."""

    project_id = models.BigIntegerField()
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.BigIntegerField()
    subject = GenericForeignKey("content_type", "object_id")
    uploader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(_("file name"), max_length=200)  # as it was called, cleaned
    kind = models.CharField(max_length=100)  # media type, found by its bytes
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=200, unique=True)  # name in the storage
    at = models.DateTimeField(default=clock.now)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    history = history()
    row: Any  # what it hangs on, once that was opened by its door
    may_remove: bool  # for the person who looks at the list

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["content_type", "object_id", "id"], name="file_of_subject")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_shown(self) -> bool:
        """Whether there can be a preview of it."""
        return self.kind.startswith("image/") or self.kind == "application/pdf"


class Presence(models.Model):
    """Who has a project's page open; written by the live stream, no history."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    project_id = models.BigIntegerField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "project_id"], name="one_presence_per_project")]
        indexes = [models.Index(fields=["project_id", "seen_at"], name="presence_of_project")]

    def __str__(self) -> str:
        return f"{self.user} {self.seen_at}"


class Once(models.Model):
    """A key under which an act was done, written in the act's own transaction: the same key does nothing twice."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=120)
    fingerprint = models.CharField(max_length=64)  # SHA-256 of method, address and body
    status = models.PositiveSmallIntegerField(null=True)  # of the answer, once it was given
    answer = models.TextField(blank=True)
    location = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_act_per_key")]
        indexes = [models.Index(fields=["at"], name="once_by_age")]

    def __str__(self) -> str:
        return self.key
