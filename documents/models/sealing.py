"""The organisation's seal: its public certificates, and how far the sealing of each document is."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from common import clock
from common.frozen import FrozenRow
from common.rows import Row
from documents.models.documents import Document


class SealKey(Row, FrozenRow):
    """A certificate that has sealed or may seal; its private key lies outside the database. Retired ones stay, to verify by."""

    FROZEN: ClassVar[tuple[str, ...]] = (
        "uid",
        "fingerprint",
        "certificate",
        "chain",
        "not_before",
        "not_after",
        "source",
        "made_at",
    )

    class Source(models.TextChoices):
        MADE = "made", _("Made at the first start")
        GIVEN = "given", _("Given by the operator")

    fingerprint = models.CharField(max_length=64, unique=True)  # SHA-256 over the certificate (DER)
    certificate = models.TextField()  # PEM
    chain = models.TextField(blank=True)  # PEM of its issuers, the root last
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    source = models.CharField(max_length=10, choices=Source.choices)
    made_at = models.DateTimeField(default=clock.now)
    retired_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.fingerprint[:16]


class Sealing(models.Model):
    """How far the seal of a completed document is: what was meant to be stored, what went wrong, when it is tried again."""

    document = models.OneToOneField(Document, models.PROTECT, related_name="sealing")
    key = models.ForeignKey(SealKey, models.PROTECT, null=True, related_name="+")
    intended_sha256 = models.CharField(max_length=64, blank=True)  # said before the bytes are stored, so that one file remains
    is_timestamped = models.BooleanField(default=False)
    attempts = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=300, blank=True)  # why it is not sealed yet, in words for people
    began_at = models.DateTimeField(default=clock.now)
    next_attempt_at = models.DateTimeField(default=clock.now)
    told_at = models.DateTimeField(null=True)  # that it is stuck was said
    sealed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(_("Digital seal"))
