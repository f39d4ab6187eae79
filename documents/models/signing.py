"""Slots, signatures, objections, and copies signed on paper."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common import clock
from common.frozen import FrozenRow
from common.rows import Row
from documents.models.documents import Blob, Document


class Slot(Row, FrozenRow):
    """A place to sign: one department, one signer (who may change until signed). The database knows one signature per slot.

    A further signer (加签) signs beside the parties; who is only informed of an amendment notes it or objects in time.
    """

    FROZEN: ClassVar[tuple[str, ...]] = ("uid", "document", "department", "order", "role", "stage")

    class Role(models.TextChoices):
        PARTY = "party", _("Signs for the department")
        ADDED = "added", _("Further signer")
        INFORMED = "informed", _("Informed")

    class State(models.TextChoices):
        OPEN = "open", _("Not signed")
        SIGNED = "signed", _("Signed")
        OBJECTED = "objected", _("Objected")
        NOTED = "noted", _("No objection")
        SILENT = "silent", _("No reply")
        VOID = "void", _("Void")

    MOVES: ClassVar[dict[str, set[str]]] = {
        State.OPEN: {State.SIGNED, State.OBJECTED, State.NOTED, State.SILENT, State.VOID},
        State.SIGNED: {State.VOID},
        State.OBJECTED: set(),
        State.NOTED: {State.VOID},
        State.SILENT: {State.VOID},
        State.VOID: set(),
    }

    document = models.ForeignKey(Document, models.PROTECT, related_name="slots")
    department = models.ForeignKey("people.Department", models.PROTECT, related_name="+")
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="slots")
    order = models.PositiveIntegerField(default=0)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.PARTY)
    stage = models.PositiveSmallIntegerField(default=0)  # whoever stands in a later stage signs when the earlier have
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    noted_at = models.DateTimeField(null=True)  # an informed head said that there is no objection

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "department"], name="one_slot_per_department", condition=~Q(role="added")
            ),
            models.UniqueConstraint(fields=["document", "signer"], name="added_once", condition=Q(role="added")),
        ]

    def __str__(self) -> str:
        return f"{self.department} / {self.signer}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def signs(self) -> bool:
        """Whether whoever stands here signs, and is not only informed."""
        return self.role != self.Role.INFORMED


class Signature(Row, FrozenRow):
    """A signature as it was made: who, for whom, how they proved who they are, over which hash. Never changed."""

    FROZEN: ClassVar[tuple[str, ...]] = (
        *("uid", "slot", "signer", "on_behalf_of", "mandate", "method", "evidence", "statement", "remark"),
        *("drawing", "paper", "document_sha256", "signed_at", "address", "agent"),
    )

    class Method(models.TextChoices):
        PASSWORD = "password", _("Password entered again")
        PIN = "pin", _("Signing PIN")
        PASSWORD_TOTP = "password_totp", _("Password and one-time code")
        PIN_TOTP = "pin_totp", _("Signing PIN and one-time code")
        PASSKEY = "passkey", _("Passkey")
        PASSKEY_TOTP = "passkey_totp", _("Passkey and one-time code")
        PAPER = "paper", _("On paper")
        REPLAYED = "replayed", _("Sample data")

    slot = models.OneToOneField(Slot, models.PROTECT, related_name="signature")
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="signatures")
    on_behalf_of = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    mandate = models.CharField(max_length=300, blank=True)  # of a deputy: from when until when, named by whom
    method = models.CharField(max_length=20, choices=Method.choices)
    evidence = models.JSONField(default=dict)  # of a passkey: what the device signed, the document's hash among it
    statement = models.TextField()
    remark = models.TextField(blank=True)
    drawing = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+")  # drawn by hand, beside the proof
    paper = models.OneToOneField("PaperCopy", models.PROTECT, null=True, related_name="signature")
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


class PaperCopy(Row, FrozenRow):
    """A slot signed on the printed copy: whose hand, the scan, who uploaded it, and the second person who compared it (纸质)."""

    FROZEN: ClassVar[tuple[str, ...]] = ("uid", "slot", "signer", "blob", "uploaded_by", "uploaded_at", "signed_on")

    class State(models.TextChoices):
        WAITING = "waiting", _("To be compared by a second person")
        CONFIRMED = "confirmed", _("Confirmed")
        REFUSED = "refused", _("Refused")

    MOVES: ClassVar[dict[str, set[str]]] = {
        State.WAITING: {State.CONFIRMED, State.REFUSED},
        State.CONFIRMED: set(),
        State.REFUSED: set(),
    }

    slot = models.ForeignKey(Slot, models.PROTECT, related_name="paper_copies")
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")  # who stood in the slot
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    signed_on = models.DateField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    judged_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)  # why it was refused

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["slot"], name="one_scan_at_a_time", condition=~Q(state="refused")),
            models.CheckConstraint(
                name="scan_judged_iff_dated",
                condition=Q(state="waiting", judged_at__isnull=True) | (~Q(state="waiting") & Q(judged_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slot} {self.signed_on}"
