"""What the memorandum plugs into the sockets."""

from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import ports
from common.desk import DeskGroup, DeskRow
from documents.models import Document, Slot
from people.models import User
from projects.access import sees_project
from projects.models import Memorandum, Party, Project
from projects.queries.desk import speaks_for
from projects.queries.readiness import missing_in_kickoff
from projects.services.signing import bring_into_force

DESK_ROWS = 20


def _sees_memorandum(user: User, row: Any) -> bool:
    return sees_project(user, row.project_id)


def _sees_clause(user: User, row: Any) -> bool:
    return sees_project(user, row.memorandum.project_id)


def _layout(document: Document) -> str:
    return render_to_string("documents/pdf/memorandum.html", {"s": document.snapshot, "document": document})


def _mine(user: User) -> QuerySet[Memorandum]:
    """The memoranda of the projects for whose initiating department this person speaks, as head, liaison or stand-in."""
    speaks = Party.objects.filter(speaks_for(user), department=F("project__initiating_dept"))
    return Memorandum.objects.filter(project__in=speaks.values("project"), project__hold=Project.Hold.NONE)


def _signing_or_returned(user: User) -> QuerySet[Memorandum]:
    """Memoranda of mine that wait for the signatures of others, and those that an objection has returned."""
    signing = Q(state=Memorandum.State.SIGNING, document__state=Document.State.SIGNING)
    returned = Q(state=Memorandum.State.DRAFT, edition__gt=1)
    return _mine(user).filter(signing | returned)


def desk_memoranda(user: User) -> dict[str, DeskGroup]:
    """Whose signatures are missing, and what is to be revised; one query."""
    open_slots = Count("document__slots", filter=Q(document__slots__state=Slot.State.OPEN))
    rows = _signing_or_returned(user).select_related("project", "document")
    found = list(rows.annotate(missing=open_slots).order_by("document__sign_by", "pk")[: DESK_ROWS * 5])
    by_state = {state: [row for row in found if row.state == state] for state in Memorandum.State}
    return {"waiting": _waiting(by_state[Memorandum.State.SIGNING]), "answer": _returned(by_state[Memorandum.State.DRAFT])}


def _waiting(found: list[Any]) -> DeskGroup:
    return DeskGroup(
        [
            DeskRow(
                title=ngettext("%(n)s signature of the memorandum", "%(n)s signatures of the memorandum", row.missing)
                % {"n": row.missing},
                url=row.get_absolute_url(),
                project_name=row.project.name,
                when=row.document.sign_by if row.document else None,
            )
            for row in found[:DESK_ROWS]
        ],
        len(found),
    )


def _returned(found: list[Any]) -> DeskGroup:
    title = _("Memorandum %s came back: revise it")
    return DeskGroup(
        [
            DeskRow(title=title % row.number, url=row.get_absolute_url(), project_name=row.project.name)
            for row in found[:DESK_ROWS]
        ],
        len(found),
    )


ports.on_desk("", desk_memoranda, waits=_signing_or_returned)
ports.door_of("projects.memorandum", _sees_memorandum)
ports.door_of("projects.clause", _sees_clause)
ports.gate_items(Project.State.KICKOFF, missing_in_kickoff)
ports.when_all_signed(Document.Kind.MEMORANDUM, bring_into_force)
ports.pdf_of(Document.Kind.MEMORANDUM, _layout)
