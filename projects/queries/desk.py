"""What projects put on My desk: drafts to start, departments without a liaison, requests and counter-texts to answer."""

from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.desk import DeskGroup, DeskRow
from people.models import User
from people.queries import daily_for
from projects.models import ClauseRemark, Memorandum, Party, Project, ResourceNeed

SHOWN = 20


def drafts(user: User) -> QuerySet[Project]:
    """Drafts of the department that the person heads; only its head starts them (rule B1)."""
    heads = Q(initiating_dept__head=user) | Q(initiating_dept__head__in=daily_for(user))
    return Project.objects.filter(heads, started_at=None, hold=Project.Hold.NONE)


def to_start(user: User) -> DeskGroup:
    """One row for each draft to start."""
    rows = drafts(user)
    first = list(rows.select_related("created_by", "initiating_dept").order_by("created_at", "pk")[:SHOWN])
    return DeskGroup(
        [
            DeskRow(
                title=_("Start the project that %s drafted") % row.created_by.name,
                url=row.get_absolute_url(),
                project_name=row.name,
                when=row.created_at,
                template="projects/_desk_start.html",
                context={"project": row},
                whose=(row.pk, row.initiating_dept_id, row.initiating_dept.head_id),
            )
            for row in first
        ],
        len(first) if len(first) < SHOWN else rows.count(),
    )


def without_liaison(user: User) -> QuerySet[Party]:
    """Departments that the person speaks for and that have no liaison yet; naming one accepts the invitation."""
    closed = Q(project__state=Project.State.ARCHIVED) | ~Q(project__hold=Project.Hold.NONE)
    heads = Q(head=user) | Q(head__in=daily_for(user))
    return Party.objects.filter(heads, liaison=None, project__started_at__isnull=False).exclude(closed)


def to_appoint(user: User) -> DeskGroup:
    """One row for each department that lacks its liaison."""
    rows = without_liaison(user)
    first = list(rows.select_related("project", "department").order_by("invited_at", "pk")[:SHOWN])
    return DeskGroup(
        [
            DeskRow(
                title=_("Name the liaison of %s") % row.department,
                url=reverse("project", args=[row.project.uid]) + f"?open=liaison&row={row.uid}#parties",
                project_name=row.project.name,
                when=row.invited_at,
                template="projects/_desk_appoint.html",
                context={"party": row, "project": row.project},
                whose=(row.project_id, row.department_id, row.head_id),
            )
            for row in first
        ],
        len(first) if len(first) < SHOWN else rows.count(),
    )


def speaks_for(user: User) -> Q:
    """Departments for which this person speaks, as head, as liaison, or in the place of one on leave."""
    daily = daily_for(user)
    return Q(head=user) | Q(liaison=user) | Q(head__in=daily) | Q(liaison__in=daily)


def needs_asked(user: User) -> QuerySet[ResourceNeed]:
    """Resources that are asked of the departments this person speaks for, until the memorandum is out (rule C5)."""
    speaks = Party.objects.filter(speaks_for(user), project=OuterRef("project"), department=OuterRef("from_dept"))
    out = Memorandum.objects.filter(project=OuterRef("project")).exclude(state=Memorandum.State.DRAFT)
    return ResourceNeed.objects.filter(
        Exists(speaks), ~Exists(out), state=ResourceNeed.State.ASKED,
        project__started_at__isnull=False, project__hold=Project.Hold.NONE,
    ).select_related("project", "for_dept", "from_dept")  # fmt: skip


def to_answer_needs(user: User) -> DeskGroup:
    """One row for each resource that is asked."""
    rows = needs_asked(user)
    first = list(rows.order_by("starts_on", "pk")[:SHOWN])
    return DeskGroup(
        [
            DeskRow(
                title=_("%(who)s asks for “%(what)s”: does your department bring it?") % {"who": row.for_dept, "what": row.spec},
                url=reverse("memorandum", args=[row.project.uid]) + f"?answer={row.uid}#need-{row.uid}",
                project_name=row.project.name,
                when=row.starts_on,
                template="projects/_desk_need.html",
                context={"need": row, "project": row.project},
                whose=(row.project_id, row.from_dept_id, row.from_dept.head_id if row.from_dept else None),
            )
            for row in first
        ],
        len(first) if len(first) < SHOWN else rows.count(),
    )


def with_counters(user: User) -> QuerySet[Any]:
    """Draft memoranda that this person writes, with how many counter-texts wait for an answer (rule C5)."""
    own = Party.objects.filter(speaks_for(user), department=F("project__initiating_dept"))
    waiting = Count(
        "clauses__remarks", filter=Q(clauses__remarks__kind="counter", clauses__remarks__state=ClauseRemark.State.OPEN)
    )
    rows = Memorandum.objects.filter(
        project__in=own.values("project"), project__hold=Project.Hold.NONE, state=Memorandum.State.DRAFT
    )
    return rows.annotate(waiting=waiting).filter(waiting__gt=0)


def to_answer_remarks(user: User) -> DeskGroup:
    """One row for each memorandum with counter-texts."""
    found = list(with_counters(user).select_related("project").order_by("pk")[:SHOWN])
    return DeskGroup([_counter_row(row) for row in found], len(found))


def _counter_row(row: Any) -> DeskRow:
    title = ngettext("%(n)s counter-text on %(number)s", "%(n)s counter-texts on %(number)s", row.waiting)
    words = title % {"n": row.waiting, "number": row.number}
    return DeskRow(title=words, url=row.get_absolute_url() + "#readiness", project_name=row.project.name)
