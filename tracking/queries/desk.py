"""What waits for a person on My desk: tasks to confirm, tasks to report, risks that need a measure."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common import clock
from common.desk import DeskGroup, DeskRow
from common.saying import here
from people.models import User
from people.queries import daily_for
from projects.models import Party, Project
from tracking.models import Risk, Task
from tracking.queries import reviews

SHOWN = 20
OVER = (Task.State.DONE, Task.State.CANCELLED)
TO_REPORT = (Task.State.NOT_STARTED, Task.State.IN_PROGRESS)
LACKING = Q(cause="") | Q(measure="") | Q(owner__isnull=True) | Q(due_on__isnull=True)
REST = (
    "project",
    "parent",
    "department",
    "assignee",
    "root__clause__memorandum__project",
    "clause__memorandum__project",
    "figures",
)


def leaves(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """The tasks that are reported on: those without parts."""
    return tasks.filter(~Exists(Task.objects.filter(parent=OuterRef("pk")).exclude(state=Task.State.CANCELLED)))


def _open_projects(user: User) -> QuerySet[Project]:
    """Projects that the person sees and in which something can be done."""
    return Project.objects.visible_to(user).filter(hold=Project.Hold.NONE).exclude(state=Project.State.ARCHIVED)


def _liaison_of(user: User) -> Exists:
    """Whether the person, or one in whose place he works, is the liaison of the row's department in its project."""
    speaks = Q(liaison=user) | Q(liaison__in=daily_for(user))
    return Exists(Party.objects.filter(speaks, project=OuterRef("project"), department=OuterRef("department")))


def unconfirmed(user: User) -> QuerySet[Task]:
    """Tasks made from clauses that the person's department has not yet said yes to."""
    rows = Task.objects.filter(_liaison_of(user), project__in=_open_projects(user), clause__isnull=False, confirmed_at=None)
    return rows.exclude(state__in=OVER)


def _owed_by(user: User) -> Q:
    """The own tasks, and those that nobody has in a department one speaks for."""
    return Q(assignee=user) | Q(assignee__in=daily_for(user)) | Q(_liaison_of(user), assignee__isnull=True)


def running(user: User) -> QuerySet[Task]:
    """The running tasks whose figures this person owes."""
    today = clock.today(settings.TIME_ZONE)
    begun = Q(starts_on__isnull=True) | Q(starts_on__lte=today)
    rows = Task.objects.filter(begun, _owed_by(user), project__in=_open_projects(user), state__in=TO_REPORT)
    return leaves(rows)


def unreported(user: User) -> QuerySet[Task]:
    """Those of the person's running tasks on which nothing was reported today."""
    return unreported_of(running(user))


def unreported_of(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """Those of some tasks on which nothing was reported today."""
    return tasks.filter(Q(reported_at__isnull=True) | Q(reported_at__date__lt=clock.today(settings.TIME_ZONE)))


def _answers(user: User) -> Q:
    """Whether the person is asked for the cause and measure of a risk."""
    daily = daily_for(user)
    speaks = Q(liaison=user) | Q(liaison__in=daily)
    liaison = Party.objects.filter(speaks, project=OuterRef("project"), department=OuterRef("task__department"))
    assigned = Q(Q(task__assignee=user) | Q(task__assignee__in=daily), task__isnull=False)
    return Q(Exists(liaison)) | assigned | Q(Q(owner=user) | Q(owner__in=daily), owner__isnull=False)


def unanswered(user: User) -> QuerySet[Any]:
    """Open risks that lack cause, measure, owner or date: those that this person must answer (`mine`), of the own department
    or task; and those that others must, of the department that the person heads, and of projects that theirs leads.
    """
    parties = Party.objects.filter(project=OuterRef("project"))
    heads = parties.filter(department=OuterRef("task__department"), head=user)
    leads = parties.filter(Q(head=user) | Q(liaison=user), department=OuterRef("project__lead_dept"))
    rows: QuerySet[Any] = Risk.objects.filter(LACKING, project__in=_open_projects(user), state=Risk.State.OPEN)
    rows = rows.annotate(mine=Case(When(_answers(user), then=True), default=False, output_field=BooleanField()))
    return rows.filter(Q(mine=True) | Exists(heads) | Exists(leads))


def _row(row: Any, template: str, when: Any, **context: Any) -> DeskRow:
    context |= {type(row).__name__.lower(): row, "project": row.project}
    whole = row.parent if isinstance(row, Task) else None
    where = f"{row.project.name} · {whole.title}" if whole is not None else row.project.name  # 华东 alone says little
    of: Task | None = row if isinstance(row, Task) else row.task
    whose: tuple[int, int | None, int | None] = (row.project_id, None, None)
    if of is not None:
        accepts = template == "tracking/_desk_accept.html"
        whose = (of.project_id, of.receiver_id, None) if accepts else (of.project_id, of.department_id, of.assignee_id)
    return DeskRow(
        title=str(row),
        url=row.get_absolute_url(),
        project_name=where,
        when=when,
        promise=of.promise if of is not None else None,
        template=template,
        context=context,
        whose=whose,
    )


def to_confirm(user: User) -> DeskGroup:
    """One click each."""
    rows = unconfirmed(user).select_related(*REST).order_by("due_on", "id")
    shown = list(rows[:SHOWN])
    made = [_row(row, "tracking/_desk_confirm.html", row.due_on) for row in shown]
    return DeskGroup(made, len(shown) if len(shown) < SHOWN else rows.count())


def handed_over(user: User) -> QuerySet[Any]:
    """Deliverables that wait for the acceptance of a department that this person speaks for."""
    return reviews.to_accept(Task.objects.filter(project__in=_open_projects(user)), user)


def to_accept(user: User) -> DeskGroup:
    """Deliverables handed to the person's department: one click each, or a reason."""
    rows = handed_over(user).select_related(*REST, "handed_to")
    shown = list(rows[:SHOWN])
    made = [_row(row, "tracking/_desk_accept.html", row.review_at, line=reviews.line_of(row, may_accept=True)) for row in shown]
    return DeskGroup(made, len(shown) if len(shown) < SHOWN else rows.count())


def own_tasks(user: User) -> dict[str, DeskGroup]:
    """What is due on the person's own tasks: figures (all at once on the weekly card), what came back, what waits for others.

    Which task stands where is told by light rows; only those that are shown are read whole.
    """
    places: dict[str, list[int]] = {"report": [], "answer": [], "waiting": []}
    for key, place in _places(user):
        places[place].append(key)
    wanted = [key for keys in places.values() for key in keys[:SHOWN]]
    found = {row.pk: row for row in reviews.reviewed(Task.objects.filter(pk__in=wanted)).select_related(*REST, "handed_to")}
    shown = {place: [found[key] for key in keys[:SHOWN]] for place, keys in places.items()}
    made = {
        "report": [_row(row, "tracking/_desk_report.html", row.due_on) for row in shown["report"]],
        "answer": [
            _row(row, "tracking/_desk_mend.html", row.review_at, line=reviews.line_of(row, may_submit=True))
            for row in shown["answer"]
        ],
        "waiting": [_row(row, "tracking/_desk_handed.html", row.review_at) for row in shown["waiting"]],
    }
    link = (reverse("weekly_card"), _("All at once on the weekly card"))
    return {place: DeskGroup(made[place], len(places[place]), link if place == "report" else None) for place in places}


def _places(user: User) -> Iterable[tuple[int, str]]:
    """The key of each own task about which there is something to do or to know, and the group where it stands."""
    waiting = Task.objects.filter(_owed_by(user), project__in=_open_projects(user), state=Task.State.AWAITING_ACCEPTANCE)
    columns = ("pk", "state", "reported_at", "review_kind", "review_at")
    today = clock.today(settings.TIME_ZONE)
    rows = reviews.reviewed(Task.objects.filter(Q(pk__in=running(user).values("pk")) | Q(pk__in=waiting.values("pk"))))
    for key, state, reported_at, kind, review_at in rows.order_by("due_on", "id").values_list(*columns):
        if state == Task.State.AWAITING_ACCEPTANCE:
            yield key, "waiting"
        elif reviews.is_back(kind, review_at, reported_at):
            yield key, "answer"
        elif reported_at is None or here(reported_at).date() < today:
            yield key, "report"


def of_risks(user: User) -> dict[str, DeskGroup]:
    """Risks to answer, one form each; and those that others owe, where there is nothing to do but to look."""
    clauses = ("task__clause__memorandum__project", "task__root__clause__memorandum__project")
    rest = ("project", "task__department", "task__assignee", "owner", *clauses)
    found = list(unanswered(user).select_related(*rest).order_by("-mine", "-deviation", "id")[: SHOWN * 5])
    mine, theirs = [row for row in found if row.mine], [row for row in found if not row.mine]
    return {
        "answer": DeskGroup([_row(row, "tracking/_desk_answer.html", row.opened_at) for row in mine[:SHOWN]], len(mine)),
        "waiting": DeskGroup([_row(row, "tracking/_desk_waiting.html", row.opened_at) for row in theirs[:SHOWN]], len(theirs)),
    }
