"""What amendments plug into the sockets: door, layout, what follows from the last signature, My desk."""

from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import ports
from common.desk import DeskGroup, DeskRow
from documents.models import Document, Slot
from people.models import User
from people.queries import daily_for
from projects.access import sees_project
from projects.models import Amendment, Party, Project
from projects.services.amending import bring_amendment_into_force

DESK_ROWS = 20


def _sees_amendment(user: User, row: Any) -> bool:
    return sees_project(user, row.memorandum.project_id)


def _layout(document: Document) -> str:
    return render_to_string("documents/pdf/amendment.html", {"s": document.snapshot, "document": document})


def _drafts_and_signing(user: User) -> QuerySet[Amendment]:
    """Drafts that the head of the lead opens, and what waits for the signatures of others."""
    daily = daily_for(user)
    heads = Party.objects.filter(Q(head=user) | Q(head__in=daily), department=F("project__lead_dept"))
    leads = heads | Party.objects.filter(Q(liaison=user) | Q(liaison__in=daily), department=F("project__lead_dept"))
    wanted = Q(state=Amendment.State.SIGNING, memorandum__project__in=leads.values("project")) | Q(
        state=Amendment.State.DRAFT, memorandum__project__in=heads.values("project")
    )
    return Amendment.objects.filter(wanted, memorandum__project__hold=Project.Hold.NONE)


def desk_amendments(user: User) -> dict[str, DeskGroup]:
    """What to open, and whose signatures are missing; one query."""
    open_slots = Count("document__slots", filter=Q(document__slots__state=Slot.State.OPEN, document__slots__role="party"))
    rows = _drafts_and_signing(user).select_related("memorandum__project", "document").annotate(missing=open_slots).order_by("pk")
    found: list[Any] = list(rows[: DESK_ROWS * 5])
    drafts = [row for row in found if row.state == Amendment.State.DRAFT]
    signing = [row for row in found if row.state == Amendment.State.SIGNING and row.missing]
    return {
        "answer": DeskGroup([_row(row, _("Open the amendment %s") % row.number) for row in drafts[:DESK_ROWS]], len(drafts)),
        "waiting": DeskGroup([_row(row, _missing(row)) for row in signing[:DESK_ROWS]], len(signing)),
    }


def _missing(row: Any) -> str:
    return ngettext("%(n)s signature of the amendment", "%(n)s signatures of the amendment", row.missing) % {"n": row.missing}


def _row(row: Amendment, title: str) -> DeskRow:
    document = row.document
    project = row.memorandum.project
    when = document.sign_by if document is not None else row.created_at
    return DeskRow(title=title, url=row.get_absolute_url(), project_name=project.name, when=when)


ports.on_desk("", desk_amendments, waits=_drafts_and_signing)
ports.door_of("projects.amendment", _sees_amendment, as_project=True)
ports.when_all_signed(Document.Kind.AMENDMENT, bring_amendment_into_force)
ports.pdf_of(Document.Kind.AMENDMENT, _layout)
