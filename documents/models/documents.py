"""Frozen documents: snapshot, hash, printed and sealed copies."""

from typing import ClassVar

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common import clock
from common.canonical import sha256_of
from common.frozen import FrozenRow
from common.rows import Row
from documents.codes import in_groups


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
        *("number", "title", "snapshot", "sha256", "code", "created_at", "amends"),
    )

    class Kind(models.TextChoices):
        MEMORANDUM = "memorandum", _("Collaboration memorandum")
        KICKOFF_MINUTES = "kickoff_minutes", _("Kick-off minutes")
        MINUTES = "minutes", _("Meeting minutes")
        AMENDMENT = "amendment", _("Amendment")

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
    amends = models.ForeignKey("self", models.PROTECT, null=True, related_name="amended_by")  # the document it changes
    sign_by = models.DateTimeField(null=True)
    object_by = models.DateTimeField(null=True)  # until when those who are only informed may object
    created_at = models.DateTimeField(default=clock.now)
    completed_at = models.DateTimeField(null=True)  # the last has signed
    finished_at = models.DateTimeField(null=True)  # what follows from it is done (in force, archived)
    superseded_at = models.DateTimeField(null=True)
    superseded_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="supersedes")
    reading_pdf = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+")
    final_pdf = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+")  # with its evidence page, to be sealed
    sealed_pdf = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+")  # what is handed out, once sealed
    proof = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+")  # the evidence as JSON
    pdf_trouble = models.CharField(max_length=300, blank=True)  # why no PDF could be made; shown, retried by the sweep

    class Meta:
        indexes = [models.Index(fields=["sha256"], name="document_by_fingerprint")]
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
    def code_shown(self) -> str:
        """The verification code as people read and type it."""
        return in_groups(self.code)

    @property
    def is_filed(self) -> bool:
        """Whether papers of this kind are kept without anybody's signature."""
        return self.kind == self.Kind.MINUTES

    @property
    def is_genuine(self) -> bool:
        """Whether the snapshot still is what was hashed."""
        return sha256_of(self.snapshot) == self.sha256
