"""Who may read and who may sign a document: the door and its rule table (rule A5)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from common import ports
from common.refusals import Refused
from common.rights import Reach, Role, rule
from documents.models import Document, Slot
from people.models import User


class Act(StrEnum):
    """What one may do with a frozen document; nobody may change it."""

    VIEW = "view"
    SIGN = "sign"
    OBJECT = "object"


RULES: Mapping[str, Mapping[Role, Reach]] = {
    Act.VIEW: rule("IH IL PH PL TA:✔ MB NV EX AU:r"),
    Act.SIGN: rule("IH PH EX:o"),
    Act.OBJECT: rule("IH PH EX:o"),
}

WORDS = {
    Act.VIEW: _("Read documents and their PDF"),
    Act.SIGN: _("Sign (own slot)"),
    Act.OBJECT: _("Object instead of signing (own slot)"),
}


def rights_table() -> ports.RightsTable:
    """Documents on the rights page."""
    rows = [(WORDS[act], {role.value: reach.value for role, reach in RULES[act].items()}) for act in Act]
    return ports.RightsTable(_("Documents and signatures"), [*rows, (_("Change a signed document"), {})])


def visible_to(user: User) -> QuerySet[Document]:
    """The documents that exist for this user: those of the projects that do."""
    return Document.objects.filter(project_id__in=ports.projects().visible_ids(user))


def sees_document(user: User, document: Document) -> bool:
    """Whether a document (still) exists for this user and may be read; for notices and clocks."""
    return document.project_id is not None and bool(ports.projects().sees(user, document.project_id)) and may_read(user, document)


def may_read(user: User, document: Document) -> bool:
    """Whoever signs it reads it; else the app that made this kind says who does (all who see the project, if it says nothing)."""
    asked = ports.readers.get(document.kind)
    return asked is None or document.slots.filter(signer=user).exists() or asked(user, document)


def project_of(document: Document) -> Any:
    """The project whose document this is; whatever is signed belongs to one."""
    if document.project_id is None:
        raise ValueError(f"document {document.uid} belongs to no project")
    return ports.projects().row(document.project_id)


def document_for(user: User, uid: UUID, act: Act = Act.VIEW, *, lock: bool = False) -> Document:
    """The one door to a document on someone's behalf: 404 unseen, 403 when it is not theirs to read or to sign."""
    rows = visible_to(user)
    if lock:
        rows = rows.select_for_update(of=("self",))
    document = rows.filter(uid=uid).first()
    if document is None:
        raise Http404
    if not may_read(user, document):
        raise PermissionDenied
    if act != Act.VIEW:
        if not document.slots.filter(signer=user).exists():
            raise PermissionDenied
        if project_of(document).is_frozen:
            raise Refused(_("This project is read only now; nothing can be signed in it."), code="frozen")
    return document


def own_slots(user: User, document: Document) -> list[Slot]:
    """The slots of a document that this person signs, in the order of the document."""
    return list(document.slots.filter(signer=user).select_related("department"))
