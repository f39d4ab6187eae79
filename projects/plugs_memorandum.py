"""What the memorandum plugs into the sockets."""

from typing import Any

from django.template.loader import render_to_string

from common import ports
from documents.models import Document
from people.models import User
from projects.access import sees_project
from projects.models import Project
from projects.queries.memorandum import missing_in_kickoff
from projects.services.signing import bring_into_force


def _sees_memorandum(user: User, row: Any) -> bool:
    return sees_project(user, row.project_id)


def _sees_clause(user: User, row: Any) -> bool:
    return sees_project(user, row.memorandum.project_id)


def _layout(document: Document) -> str:
    return render_to_string("documents/pdf/memorandum.html", {"s": document.snapshot, "document": document})


ports.door_of("projects.memorandum", _sees_memorandum)
ports.door_of("projects.clause", _sees_clause)
ports.gate_items(Project.State.KICKOFF, missing_in_kickoff)
ports.when_all_signed(Document.Kind.MEMORANDUM, bring_into_force)
ports.pdf_of(Document.Kind.MEMORANDUM, _layout)
