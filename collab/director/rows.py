"""What a head of a department sees at a glance: what the department promised, what waits for a signature, what others owe it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from activity.models import Clock
from common import clock, ports
from documents import queries as papers
from documents.models import Document, Slot
from people.models import Department, User
from people.queries import leaves_for, running_leaves
from projects.models import Party, Project
from tracking.queries import promises
from tracking.queries.promises import Goes

ROWS = 6
PAPERS = 4


@dataclass(frozen=True)
class Paper:
    """A document that waits for this person's signature, own or in another's place."""

    document: Document
    project_name: str
    clock: Clock | None
    instead_of: list[User]


@dataclass(frozen=True)
class Promise:
    """A promise as one line: how it goes, by how many days it is late, and in whose place one looks at it."""

    task: Any
    goes: Goes
    days_late: int
    moved: bool
    instead_of: User | None


@dataclass(frozen=True)
class View:
    """The director's view; `counts` are the three numbers, and what was done too late."""

    instead_of: list[User]
    papers: list[Paper]
    papers_total: int
    counts: Mapping[str, int]
    promises: Page
    debts: Page

    @property
    def total(self) -> int:
        """All promises that hold."""
        return sum(self.counts.values())

    @property
    def is_empty(self) -> bool:
        return not (self.papers_total or self.total or self.debts.object_list)


@dataclass(frozen=True)
class Place:
    """Whether this page is for somebody: who heads a department or signs papers, or stands in for somebody on leave."""

    is_director: bool
    stands_in: bool


def place_of(user: User) -> Place:
    """One query, asked for My desk."""
    me = OuterRef("pk")
    heads = Q(Exists(Department.objects.filter(head=me))) | Q(Exists(Party.objects.filter(head=me)))
    signs = Q(Exists(Slot.objects.filter(signer=me)))
    stands_in = Exists(running_leaves().filter(deputy=me))
    rows = User.objects.filter(pk=user.pk).order_by()
    is_one, stands = rows.values_list(ExpressionWrapper(heads | signs, output_field=BooleanField()), stands_in).get()
    return Place(is_one or stands, stands)


def view_of(user: User, *, page: str | None = None, debts: str | None = None) -> View:
    """All of it, in a bounded number of queries; everything is of projects that exist for this user."""
    today = clock.today(settings.TIME_ZONE)
    projects = Project.objects.visible_to(user)
    instead = {leave.person_id: leave.person for leave in leaves_for(user, signing=False)}
    heads = [user, *instead.values()]
    mine = promises.how_they_go(promises.of_departments(projects, heads), today)
    owed = promises.how_they_go(promises.owed_to(projects, heads), today)
    counts = promises.counts(mine)
    found = list(papers.waiting_for(user).prefetch_related("slots__signer")[: PAPERS + 1])
    return View(
        instead_of=list(instead.values()),
        papers=_papers(user, found[:PAPERS]),
        papers_total=len(found) if len(found) <= PAPERS else papers.waiting_for(user).count(),
        counts=counts,
        promises=_page(mine, page, instead, today, sum(counts.values())),
        debts=_page(owed, debts, instead, today),
    )


def _papers(user: User, documents: list[Document]) -> list[Paper]:
    if not documents:
        return []
    clocks = papers.clocks_of(documents)
    names = ports.projects().names({row.project_id for row in documents if row.project_id})
    stood_for = {leave.person_id for leave in leaves_for(user, signing=True)}
    return [
        Paper(
            document=row,
            project_name=names.get(row.project_id or 0, ""),
            clock=clocks.get(row.pk),
            instead_of=[slot.signer for slot in row.slots.all() if slot.is_open and slot.signer_id in stood_for],
        )
        for row in documents
    ]


def _page(rows: QuerySet[Any], asked: str | None, instead: Mapping[int, User], today: date, total: int | None = None) -> Page:
    """One page of promises, the worst first."""
    pages = Paginator(promises.worst_first(rows), ROWS)
    if total is not None:
        pages.count = total
    page = pages.get_page(asked)
    page.object_list = [
        Promise(
            task=task,
            goes=Goes(task.goes),
            days_late=(today - task.due_on).days if task.goes == Goes.BROKEN else 0,
            moved=bool(task.first_due and task.first_due != task.due_on),
            instead_of=instead.get(task.for_head),
        )
        for task in page.object_list
    ]
    return page
