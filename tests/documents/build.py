"""A memorandum in a given stage, made through the services on the launch sample."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from collab.samples.people import PASSWORD
from common import clock
from documents.models import Document
from documents.services import sign
from lifecycle.services import pass_gate
from people.models import User
from people.proving import prove
from projects.models import Memorandum, Project
from projects.services.clauses import save_clause
from projects.services.memorandum import draft_memorandum
from projects.services.signing import open_for_signature
from tests import build
from tests.memory import remembered

People = dict[str, User]
HEADS = ["林书瑶", "顾承泽", "贺立川", "蒋明远", "宋清越"]
MOMENT = datetime(2026, 4, 14, 7, 0, tzinfo=UTC)  # 15:00 in Shanghai, the day of the kick-off


def at(days: int = 0, hours: int = 0, minutes: int = 0) -> object:
    """`with at(days=1):` is so long after the kick-off."""
    return clock.at(MOMENT + timedelta(days=days, hours=hours, minutes=minutes))


@remembered
def kickoff(people: People) -> Project:
    """A project that stands in the kick-off."""
    project = build.prepared(people)
    pass_gate(actor=people["林书瑶"], project_uid=project.uid, reason="按期启动")
    project.refresh_from_db()
    return project


@remembered
def drafted(people: People) -> tuple[Project, Memorandum]:
    """Its memorandum, prefilled, with a promise of 财务部 as well."""
    project = kickoff(people)
    memorandum = draft_memorandum(actor=people["林书瑶"], project_uid=project.uid)
    known = build.departments()
    save_clause(
        actor=people["周以宁"], project_uid=project.uid, department=known["财务部"], text="核定上市预算",
        deliverable="预算批复", standard="含推广与铺货两项", due_on=date(2026, 4, 30), handed_to=known["市场部"],
    )  # fmt: skip
    return project, memorandum


@remembered
def opened(people: People) -> Document:
    """The memorandum, open for signature by five heads."""
    project, _memorandum = drafted(people)
    return open_for_signature(actor=people["林书瑶"], project_uid=project.uid, seen_version=None)


def sign_as(user: User, document: Document, *, password: str = PASSWORD, **given: Any) -> Document:
    """One head signs, having proved by the sample password who he is."""
    given.setdefault("seen_sha256", document.sha256)
    if "proof" not in given:
        given["proof"] = prove(user=user, secret=password)
    return sign(actor=user, document_uid=document.uid, **given)


@remembered
def signed_by_all(people: People) -> Document:
    """All five have signed; nothing that follows has been done yet."""
    document = opened(people)
    for name in HEADS:
        sign_as(people[name], document)
    document.refresh_from_db()
    return document
