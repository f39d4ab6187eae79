"""Who may read and who may sign a document: the door and its rule table (rule A5)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.models import Event
from common import ports
from common.refusals import Refused
from common.rights import Reach, Role, may, rule
from documents.models import Document, Slot
from people.models import Leave, User
from people.queries import leaves_for, signing_for


class Act(StrEnum):
    """What one may do with a frozen document; nobody may change it."""

    VIEW = "view"
    PROOF = "proof"
    SIGN = "sign"
    OBJECT = "object"
    NOTE = "note"
    PASS_ON = "pass_on"  # noqa: S105
    ADD_SIGNER = "add_signer"
    EXTEND = "extend"
    NUDGE = "nudge"
    UPLOAD_SCAN = "upload_scan"
    JUDGE_SCAN = "judge_scan"


RULES: Mapping[str, Mapping[Role, Reach]] = {
    Act.VIEW: rule("IH IL PH PL TA:✔ MB NV EX AU:r"),
    Act.PROOF: rule("IH IL:✔ PH NV EX:o AU:r"),
    Act.SIGN: rule("IH PH NV EX:o"),
    Act.OBJECT: rule("IH PH NV EX:o"),
    Act.NOTE: rule("IH PH NV EX:o"),
    Act.PASS_ON: rule("IH PH NV EX:o"),
    Act.ADD_SIGNER: rule("IH IL:✔"),
    Act.EXTEND: rule("IH:✔"),
    Act.NUDGE: rule("IH IL PH PL TA EX:✔"),
    Act.UPLOAD_SCAN: rule("IH IL:✔"),
    Act.JUDGE_SCAN: rule("IH IL PH PL:✔"),
}
OWN = {Act.SIGN, Act.OBJECT, Act.NOTE, Act.PASS_ON}

WORDS = {
    Act.VIEW: gettext_lazy("Read documents and their PDF"),
    Act.PROOF: gettext_lazy("Get the proof file, with addresses and devices of the signers (who signs: of that document)"),
    Act.SIGN: gettext_lazy("Sign (own slot, or that of whom one stands in for)"),
    Act.OBJECT: gettext_lazy("Object instead of signing (own slot)"),
    Act.NOTE: gettext_lazy("Say that there is no objection, where one is only informed (own slot)"),
    Act.PASS_ON: gettext_lazy("Pass the own slot on to the right person"),
    Act.ADD_SIGNER: gettext_lazy("Add a signer"),
    Act.EXTEND: gettext_lazy("Give more time for signing"),
    Act.NUDGE: gettext_lazy("Nudge who has not signed"),
    Act.UPLOAD_SCAN: gettext_lazy("Hand in the scan of a copy signed on paper"),
    Act.JUDGE_SCAN: gettext_lazy("Compare such a scan (not one's own)"),
}


def rights_table() -> ports.RightsTable:
    """Documents on the rights page."""
    rows = [(WORDS[act], {role.value: reach.value for role, reach in RULES[act].items()}) for act in Act]
    return ports.RightsTable(gettext_lazy("Documents and signatures"), [*rows, (gettext_lazy("Change a signed document"), {})])


def mandates(user: User) -> dict[int, Leave]:
    """In whose place this person may sign today, and by which leave (rule A4)."""
    return {leave.person_id: leave for leave in leaves_for(user, signing=True)}


def slots_of(user: User) -> QuerySet[Slot]:
    """The slots that are open to this person: the own, and those of whom one stands in for."""
    return Slot.objects.filter(Q(signer=user) | Q(signer__in=signing_for(user)))


def visible_to(user: User) -> QuerySet[Document]:
    """The documents that exist for this user: those of the projects that do."""
    return Document.objects.filter(project_id__in=ports.projects().visible_ids(user))


def sees_document(user: User, document: Document) -> bool:
    """Whether a document (still) exists for this user and may be read; for notices and clocks."""
    return document.project_id is not None and bool(ports.projects().sees(user, document.project_id)) and may_read(user, document)


def may_read(user: User, document: Document) -> bool:
    """Whoever signs it reads it; else the app that made this kind says who does (all who see the project, if it says nothing)."""
    asked = ports.readers.get(document.kind)
    return asked is None or slots_of(user).filter(document=document).exists() or asked(user, document)


def may_have_proof(user: User, document: Document) -> bool:
    """Whoever signs or leads, and an auditor: the proof says from where and on which devices others signed."""
    roles = ports.projects().roles(user, project_of(document))
    return may(RULES, Act.PROOF, roles) or slots_of(user).filter(document=document).exists()


def project_of(document: Document) -> Any:
    """The project whose document this is; whatever is signed belongs to one."""
    if document.project_id is None:
        raise ValueError(f"document {document.uid} belongs to no project")
    return ports.projects().row(document.project_id)


def document_for(user: User, uid: UUID, act: Act = Act.VIEW, *, lock: bool = False) -> Document:
    """The one door to a document on someone's behalf: 404 unseen, 403 when it is not theirs to read or to sign.

    Whose slot has passed to somebody else meanwhile is told so (Refused, rule A1).
    """
    rows = visible_to(user)
    if lock:
        rows = rows.select_for_update(of=("self",))
    document = rows.filter(uid=uid).first()
    if document is None:
        if act in OWN:
            refuse_whose_slot_passed(user, uid)
        raise Http404
    if not may_read(user, document):
        raise PermissionDenied
    if act == Act.PROOF:
        if not may_have_proof(user, document):
            raise PermissionDenied
    elif act in OWN:
        _pass_to_own_slot(user, document)
    elif act != Act.VIEW:
        ports.projects().pass_through(user, project_of(document), RULES, act)
    return document


def _pass_to_own_slot(user: User, document: Document) -> None:
    """One's own slots are the own right, whatever else one is in the project."""
    if not slots_of(user).filter(document=document).exists():
        refuse_whose_slot_passed(user, document.uid)
        raise PermissionDenied
    if project_of(document).is_frozen:
        raise Refused(_("This project is read only now; nothing can be signed in it."), code="frozen")


def refuse_whose_slot_passed(user: User, uid: UUID) -> None:
    """Whoever could sign it before is told who does now; to anybody else this says nothing."""
    passed = Event.objects.filter(
        verb__in=["document.slot_passed_on", "document.passed_on"],
        facts__from_id=user.pk,
        object_id__in=Document.objects.filter(uid=uid).values("pk"),
    )
    last = passed.order_by("-id").first()
    if last is not None:
        said = {"department": last.facts["department"], "name": last.facts["to"]}
        raise Refused(
            _("Signing it for %(department)s has passed to %(name)s; you no longer sign this document.") % said, code="passed_on"
        )


def own_slots(user: User, document: Document) -> list[Slot]:
    """The slots of a document that are this person's to sign or to note, in the order of the document."""
    return list(slots_of(user).filter(document=document).select_related("department", "signer"))
