"""What archived minutes become (rule D6): a paper that says how everybody answered, for signed ones a sheet beside them."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from common.canonical import plain
from documents.models import Document
from documents.services import file_document
from meetings.models import Minutes, ResolutionObjection
from people.models import User


def file_minutes(minutes: Minutes) -> Document:
    """The minutes as they were sent, and behind them the answers; inside the act that archives them."""
    meeting = minutes.meeting
    content = minutes.content or {}
    with override(settings.LANGUAGE_CODE):
        title = _("%(title)s of “%(project)s”: minutes") % {"title": meeting.title, "project": meeting.project.name}
    return _filed(minutes, title, content | {"archive": _answers(minutes)})


def file_sheet(minutes: Minutes, signed: Document) -> Document:
    """The answers to minutes that were signed, whose signatures are over what was sent and nothing more.

    It names the signed paper by its fingerprint; signatures that are missing are named as missing.
    """
    content = minutes.content or {}
    with override(settings.LANGUAGE_CODE):
        title = _("%(title)s: archive sheet") % {"title": signed.title}
    snapshot = {
        "sheet": {"title": signed.title, "version": signed.version, "sha256": signed.sha256, "code": signed.code},
        "meeting": content["meeting"],
        "distributed_at": minutes.distributed_at,
        "signatures": _signatures(signed),
        "archive": _answers(minutes),
    }
    return _filed(minutes, title, snapshot)


def _filed(minutes: Minutes, title: str, snapshot: dict[str, Any]) -> Document:
    return file_document(
        kind=Document.Kind.MINUTES,
        subject=minutes.meeting,
        project=minutes.meeting.project,
        version=minutes.edition,
        number=(minutes.content or {}).get("number", ""),
        title=title,
        snapshot=snapshot,
    )


def _signatures(signed: Document) -> list[dict[str, Any]]:
    """Who signed when, and in whose place; `at` is empty where nobody did."""
    rows = signed.slots.select_related("department", "signer", "signature__signer").order_by("order", "pk")
    said = []
    for slot in rows:
        signature = getattr(slot, "signature", None)
        deputy = signature.signer if signature is not None and signature.signer_id != slot.signer_id else None
        at = signature.signed_at if signature is not None else None
        said.append({"department": slot.department.name, "name": slot.signer.name, "at": at} | _by(deputy))
    return said


def _by(person: User | None) -> dict[str, str]:
    """Who answered in somebody's place."""
    return {"by": person.name} if person is not None else {}


def _answers(minutes: Minutes) -> dict[str, Any]:
    """What everybody answered by a click, as it stood when they were archived; who signed is no matter of clicks."""
    rows = minutes.readers.filter(in_copy=False).select_related("user", "confirmed_by")
    objections = ResolutionObjection.objects.filter(resolution__minutes=minutes).select_related(
        "objector", "said_by", "resolution"
    )
    said = {
        "at": minutes.archived_at,
        "confirmed": [
            {"name": row.user.name, "at": row.confirmed_at} | _by(row.confirmed_by)
            for row in rows
            if row.confirmed_at and not row.confirmed_by_signing
        ],
        "silent": [row.user.name for row in rows if row.confirmed_at is None and row.excused_at is None],
        "objections": [
            {"name": row.objector.name, "resolution": row.resolution.text, "text": row.text, "state": row.state}
            | _by(row.said_by)
            for row in objections
        ],
    }
    kept: dict[str, Any] = plain(said)
    return kept
