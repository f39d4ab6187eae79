"""Deviation risks follow the figures: opened over the threshold, monitored when back under it, opened again on relapse."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from common import clock
from common.moves import move
from common.ports import record
from common.saying import percent_words, points_words
from people.models import User
from projects.models import Party, Project
from tracking.deviation import Figures
from tracking.models import Risk, Task

FIGURES = ["day", "planned", "actual", "deviation"]
SPELL = ["state", "spells", "opened_at", "recovered_at", "closed_at"]


class Verdict(NamedTuple):
    """What the figures of a task on an evening say of its risk: it is over the threshold, or it is not."""

    task_id: int
    day: date
    figures: Figures
    over: bool


def settle(project: Project, verdicts: Iterable[Verdict], *, at: datetime, evening: bool) -> tuple[list[Risk], list[Risk]]:
    """Bring the deviation risks of these tasks to what the verdicts say; one row per task, ever; gives (opened, recovered).

    `at` is when the spell turned; an evening also notes its figures on risks that stay open. The trees are locked by the caller.
    """
    said = {verdict.task_id: verdict for verdict in verdicts}
    rows = Risk.objects.filter(task__in=list(said), source=Risk.Source.DEVIATION).order_by("id")
    known = {risk.task_id: risk for risk in rows.select_for_update(no_key=True) if risk.task_id is not None}
    tasks = Task.objects.select_related("assignee").in_bulk([key for key in said if said[key].over or key in known])
    opened = [_first(project, tasks[key], said[key], at) for key in said if said[key].over and key not in known]
    if opened:
        opened = bulk_create_with_history(opened, Risk, default_date=clock.now())
    changed: list[Risk] = []
    recovered: list[Risk] = []
    for key, risk in known.items():
        risk.project, risk.task = project, tasks[key]
        turned = _turn(risk, over=said[key].over, at=at)
        if turned or (evening and risk.state == Risk.State.OPEN):
            _note(risk, said[key])
            changed.append(risk)
        if turned:
            (opened if risk.state == Risk.State.OPEN else recovered).append(risk)
    if changed:
        bulk_update_with_history(changed, Risk, FIGURES + SPELL, default_date=clock.now())
    _tell_all(project, opened, recovered)
    return opened, recovered


def _turn(risk: Risk, *, over: bool, at: datetime) -> bool:
    """Relapse or recover (unsaved); says whether the risk turned. One that has occurred stays what a person said."""
    if over and risk.state in (Risk.State.MONITORING, Risk.State.CLOSED):
        move(risk, Risk.State.OPEN, opened_at=at, recovered_at=None, closed_at=None)
        risk.spells += 1
        return True
    if not over and risk.state == Risk.State.OPEN:
        move(risk, Risk.State.MONITORING, recovered_at=at)
        return True
    return False


def _first(project: Project, task: Task, verdict: Verdict, at: datetime) -> Risk:
    risk = Risk(project=project, task=task, source=Risk.Source.DEVIATION, title=task.title, opened_at=at)
    _note(risk, verdict)
    return risk


def _note(risk: Risk, verdict: Verdict) -> None:
    risk.day = verdict.day
    risk.planned, risk.actual, risk.deviation = verdict.figures.planned, verdict.figures.actual, verdict.figures.deviation


def _tell_all(project: Project, opened: list[Risk], recovered: list[Risk]) -> None:
    """One event per risk opened or recovered; its liaison, its assignee and the lead know of it."""
    if not opened and not recovered:
        return
    parties = {party.department_id: party for party in project.parties.select_related("head", "liaison")}
    for verb, risks in (("risk.opened", opened), ("risk.recovered", recovered)):
        for risk in risks:
            record(
                actor=None,
                verb=verb,
                subject=risk,
                project=project,
                facts=figures_as_facts(risk),
                tell=_concerned(project, risk, parties),
            )


def figures_as_facts(risk: Risk) -> dict[str, object]:
    """The figures of a risk as its events say them."""
    return {
        "planned": percent_words(risk.planned),
        "actual": percent_words(risk.actual),
        "deviation": points_words(risk.deviation),
        "day": risk.day,
        "spell": risk.spells,
    }


def _concerned(project: Project, risk: Risk, parties: dict[int, Party]) -> list[User]:
    task = risk.task
    assert task is not None
    own, lead = parties.get(task.department_id), parties.get(project.lead_dept_id)
    people = [task.assignee, own and own.liaison, lead and lead.liaison, lead and lead.head]
    return [person for person in people if person]
