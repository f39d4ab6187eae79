"""Deviation risks follow the figures: opened over the threshold, monitored when back under it, opened again on relapse."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import QuerySet
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from common import clock
from common.again import Again, signs
from common.moves import move
from common.ports import record_all
from common.saying import percent_words, points_words
from people.models import User
from projects.models import Party, Project
from tracking.deviation import Figures
from tracking.models import Risk, Task

FIGURES = ["day", "planned", "actual", "deviation"]
SPELL = ["state", "spells", "opened_at", "recovered_at", "closed_at", "closed_as", "is_stale"]


class Verdict(NamedTuple):
    """What the figures of a task on an evening say of its risk: it is over the threshold, or it is not; or its figure is old."""

    task_id: int
    day: date
    figures: Figures
    over: bool
    stale: bool = False


def deviation_risks(tasks: Collection[int]) -> dict[int, Risk]:
    """The deviation risks of these tasks under lock, by task: one row per task, ever."""
    rows = _risks(list(tasks)) if len(tasks) > FEW else _few_risks(sorted(tasks))
    return {risk.task_id: risk for risk in rows if risk.task_id is not None}


FEW = 8
_ASKED: dict[int, Again[Risk]] = {}  # by how many tasks are looked at: as many as a branch is deep


def _risks(tasks: Sequence[int]) -> QuerySet[Risk]:
    rows = Risk.objects.filter(task__in=tasks, source=Risk.Source.DEVIATION)
    return rows.order_by("id").select_for_update(no_key=True)


def _few_risks(tasks: Sequence[int]) -> list[Risk]:
    if not tasks:
        return []
    if len(tasks) not in _ASKED:
        _ASKED[len(tasks)] = Again(lambda *some: _risks(some), *signs(len(tasks)))
    return _ASKED[len(tasks)](*tasks)


def settle(
    project: Project, verdicts: Iterable[Verdict], *, at: datetime, evening: bool, known: dict[int, Risk] | None = None
) -> tuple[list[Risk], list[Risk]]:
    """Bring the deviation risks of these tasks to what the verdicts say; gives (opened, recovered).

    `at` is when the spell turned; an evening also notes its figures on risks that stay open. The trees are locked by the caller.
    """
    said = {verdict.task_id: verdict for verdict in verdicts}
    known = {key: risk for key, risk in (deviation_risks(list(said)) if known is None else known).items() if key in said}
    tasks = Task.objects.select_related("assignee").in_bulk([key for key in said if said[key].over or key in known])
    opened = [_first(project, tasks[key], said[key], at) for key in said if said[key].over and key not in known]
    if opened:
        opened = bulk_create_with_history(opened, Risk, default_date=clock.now())
    changed: list[Risk] = []
    recovered: list[Risk] = []
    for key, risk in known.items():
        risk.project, risk.task = project, tasks[key]
        turned = _turn(risk, said[key], at=at, evening=evening)
        if turned or (evening and risk.state == Risk.State.OPEN) or _heard(risk, said[key], evening=evening):
            _note(risk, said[key])
            changed.append(risk)
        if turned:
            (opened if risk.state == Risk.State.OPEN else recovered).append(risk)
    if changed:
        bulk_update_with_history(changed, Risk, FIGURES + SPELL, default_date=clock.now())
    _tell_all(project, opened, recovered)
    return opened, recovered


def _turn(risk: Risk, verdict: Verdict, *, at: datetime, evening: bool) -> bool:
    """Relapse or recover (unsaved); says whether the risk turned. One that has occurred stays what a person said.

    Stale is not late (rule F1): an old figure that a report brings under the threshold closes the risk at once as not updated.
    """
    if verdict.over and risk.state in (Risk.State.MONITORING, Risk.State.CLOSED):
        move(risk, Risk.State.OPEN, opened_at=at, recovered_at=None, closed_at=None, closed_as="", is_stale=verdict.stale)
        risk.spells += 1
        return True
    if not verdict.over and risk.state == Risk.State.OPEN:
        if risk.is_stale and not evening:
            closed_as = Risk.ClosedAs.NOT_UPDATED
            move(risk, Risk.State.CLOSED, recovered_at=at, closed_at=at, closed_as=closed_as, is_stale=False)
        else:
            move(risk, Risk.State.MONITORING, recovered_at=at, is_stale=False)
        return True
    if evening and risk.state == Risk.State.OPEN:
        risk.is_stale = verdict.stale and risk.needs_measure  # who has said a measure has said that the figure is true
    return False


def _heard(risk: Risk, verdict: Verdict, *, evening: bool) -> bool:
    """A report that leaves the task over the threshold: now the figure is known, and the measure is asked for."""
    if evening or not risk.is_stale or not verdict.over:
        return False
    risk.is_stale = False
    return True


def _first(project: Project, task: Task, verdict: Verdict, at: datetime) -> Risk:
    risk = Risk(project=project, task=task, source=Risk.Source.DEVIATION, title=task.title, opened_at=at)
    risk.is_stale = verdict.stale
    _note(risk, verdict)
    return risk


def _note(risk: Risk, verdict: Verdict) -> None:
    risk.day = verdict.day
    risk.planned, risk.actual, risk.deviation = verdict.figures.planned, verdict.figures.actual, verdict.figures.deviation


def _tell_all(project: Project, opened: list[Risk], recovered: list[Risk]) -> None:
    """One event per risk opened or recovered; its liaison, its assignee and the lead know of it."""
    if not opened and not recovered:
        return
    not_updated = [risk for risk in recovered if risk.closed_as == Risk.ClosedAs.NOT_UPDATED]
    back = [risk for risk in recovered if risk not in not_updated]
    parties = _parties(project)
    for verb, risks in (("risk.opened", opened), ("risk.recovered", back), ("risk.not_updated", not_updated)):
        tell_of(project, verb, risks, parties)


def tell_of(project: Project, verb: str, risks: list[Risk], parties: dict[int, Party] | None = None) -> None:
    """One event per risk, each with whom it concerns."""
    known = _parties(project) if parties is None else parties
    said = [(risk, figures_as_facts(risk), _concerned(project, risk, known)) for risk in risks]
    record_all(actor=None, verb=verb, project=project, said=said)


def all_concerned(project: Project, found: Collection[tuple[int, int | None]]) -> list[User]:
    """Whom the risks of these tasks concern together, told by department and assignee."""
    parties = _parties(project)
    lead = parties.get(project.lead_dept_id)
    own = [parties[department].liaison for department in {department for department, _who in found} if department in parties]
    people = [*User.objects.filter(pk__in={who for _department, who in found if who}).order_by("pk"), *own]
    return [person for person in (*people, lead and lead.liaison, lead and lead.head) if person]


def _parties(project: Project) -> dict[int, Party]:
    return {party.department_id: party for party in project.parties.select_related("head", "liaison")}


def figures_as_facts(risk: Risk) -> dict[str, object]:
    """The figures of a risk as its events say them."""
    return {
        "planned": percent_words(risk.planned),
        "actual": percent_words(risk.actual),
        "deviation": points_words(risk.deviation),
        "day": risk.day,
        "spell": risk.spells,
        "stale": risk.is_stale,
    }


def _concerned(project: Project, risk: Risk, parties: dict[int, Party]) -> list[User]:
    task = risk.task
    assert task is not None
    own, lead = parties.get(task.department_id), parties.get(project.lead_dept_id)
    people = [task.assignee, own and own.liaison, lead and lead.liaison, lead and lead.head]
    return [person for person in people if person]
