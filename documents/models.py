"""Frozen documents: snapshot, hash, PDF, signing slots, signatures."""

from typing import ClassVar

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common import clock
from common.rows import Row
from documents.canonical import sha256_of
from documents.frozen import FrozenRow


class Blob(FrozenRow):
    """Bytes kept by their SHA-256; written once, never changed."""

    FROZEN: ClassVar[tuple[str, ...]] = ("sha256", "size", "media_type", "stored_as", "created_at")

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=80)
    stored_as = models.CharField(max_length=120)
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.sha256


class Document(Row, FrozenRow):
    """A frozen version: canonical JSON, its SHA-256, and its PDF. Superseded, never edited."""

    FROZEN: ClassVar[tuple[str, ...]] = (
        *("uid", "kind", "project_id", "content_type", "object_id", "version"),
        *("number", "title", "snapshot", "sha256", "code", "created_at"),
    )

    class Kind(models.TextChoices):
        MEMORANDUM = "memorandum", _("Collaboration memorandum")
        KICKOFF_MINUTES = "kickoff_minutes", _("Kick-off minutes")
        MINUTES = "minutes", _("Meeting minutes")

    class State(models.TextChoices):
        SIGNING = "signing", _("Open for signature")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        COMPLETE = "complete", _("Signed by all")
        SUPERSEDED = "superseded", _("Superseded")

    MOVES: ClassVar[dict[str, set[str]]] = {
        State.SIGNING: {State.WITHDRAWN, State.COMPLETE},
        State.WITHDRAWN: set(),
        State.COMPLETE: {State.SUPERSEDED},
        State.SUPERSEDED: set(),
    }

    kind = models.CharField(max_length=20, choices=Kind.choices)
    project_id = models.BigIntegerField(null=True)
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.BigIntegerField()
    subject = GenericForeignKey("content_type", "object_id")
    version = models.PositiveIntegerField(default=1)
    number = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=300)
    snapshot = models.JSONField(encoder=DjangoJSONEncoder)
    sha256 = models.CharField(max_length=64)
    code = models.CharField(max_length=40, unique=True)  # 验真码, 128 bits or more
    state = models.CharField(max_length=12, choices=State.choices, default=State.SIGNING)
    sign_by = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now)
    completed_at = models.DateTimeField(null=True)  # the last has signed
    finished_at = models.DateTimeField(null=True)  # what follows from it is done (in force, archived)
    reading_pdf = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+")
    final_pdf = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+")
    pdf_trouble = models.CharField(max_length=300, blank=True)  # why no PDF could be made; shown, retried by the sweep

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["content_type", "object_id", "kind", "version"], name="one_document_per_version"),
            models.CheckConstraint(
                name="document_complete_iff_dated",
                condition=Q(state__in=["complete", "superseded"], completed_at__isnull=False)
                | Q(state__in=["signing", "withdrawn"], completed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"

    def get_absolute_url(self) -> str:
        return reverse("document", args=[self.uid])

    @property
    def is_genuine(self) -> bool:
        """Whether the snapshot still is what was hashed."""
        return sha256_of(self.snapshot) == self.sha256


class Slot(Row, FrozenRow):
    """A place to sign: one department, one signer (who may change until signed). The database knows one signature per slot."""

    FROZEN: ClassVar[tuple[str, ...]] = ("uid", "document", "department", "order")

    class State(models.TextChoices):
        OPEN = "open", _("Not signed")
        SIGNED = "signed", _("Signed")
        OBJECTED = "objected", _("Objected")
        VOID = "void", _("Void")

    MOVES: ClassVar[dict[str, set[str]]] = {
        State.OPEN: {State.SIGNED, State.OBJECTED, State.VOID},
        State.SIGNED: {State.VOID},
        State.OBJECTED: set(),
        State.VOID: set(),
    }

    document = models.ForeignKey(Document, models.PROTECT, related_name="slots")
    department = models.ForeignKey("people.Department", models.PROTECT, related_name="+")
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="slots")
    order = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)

    class Meta:
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["document", "department"], name="one_slot_per_department")]

    def __str__(self) -> str:
        return f"{self.department} / {self.signer}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class Signature(Row, FrozenRow):
    """A signature as it was made: who, for whom, how they proved who they are, over which hash. Never changed."""

    FROZEN: ClassVar[tuple[str, ...]] = (
        *("uid", "slot", "signer", "on_behalf_of", "method", "statement", "remark"),
        *("document_sha256", "signed_at", "address", "agent"),
    )

    class Method(models.TextChoices):
        PASSWORD = "password", _("Password entered again")
        REPLAYED = "replayed", _("Sample data")

    slot = models.OneToOneField(Slot, models.PROTECT, related_name="signature")
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="signatures")
    on_behalf_of = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    method = models.CharField(max_length=20, choices=Method.choices)
    statement = models.TextField()
    remark = models.TextField(blank=True)
    document_sha256 = models.CharField(max_length=64)
    signed_at = models.DateTimeField(default=clock.now)
    address = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.signer} {self.signed_at:%Y-%m-%d %H:%M}"


class Objection(Row, FrozenRow):
    """Why a head does not sign, bound to a clause where there is one; it returns the document to draft."""

    FROZEN: ClassVar[tuple[str, ...]] = ("uid", "slot", "objector", "clause", "reason", "at")

    slot = models.OneToOneField(Slot, models.PROTECT, related_name="objection")
    objector = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    clause = models.CharField(max_length=20, blank=True)
    reason = models.TextField()
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.reason[:60]
