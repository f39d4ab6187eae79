"""The evening scan: every evening of a project once, in order, as of its 18:00."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count, Max, Min

from common import clock
from common.ports import record
from people import calendar
from projects.models import Project
from tracking import figures, scan_many, scan_sql
from tracking.deviation import Figures
from tracking.models import EveningScan, Task
from tracking.queries.overview import project_figures
from tracking.scan_many import MANY, TOLD, Turned
from tracking.services.follow import judge_tree
from tracking.services.progress import reported_since
from tracking.spells import Verdict, all_concerned, settle, tell_of


@transaction.atomic
@calendar.looked_at_once()  # one evening is judged by one edition of the calendar
def scan_evening(project: Project, day: date) -> EveningScan | None:
    """Open and recover the deviation risks of a project on the evening of `day`; None if that evening was scanned before.

    Reports count as of that 18:00, however late the scan runs; the newest evening also brings what pages show up to date.
    """
    moment = figures.evening_of(project, day)
    if moment > clock.now():
        raise ValueError(f"the evening of {day} has not come")
    scan, made = EveningScan.objects.get_or_create(project=project, day=day)
    if not made:
        return None
    figures.alone(project)
    known = Task.objects.filter(project=project).aggregate(n=Count("pk"), said=Max("reported_at"), made=Max("created_at"))
    scan_tasks = _scan_many if known["n"] > MANY else _scan_few
    late = any(at is not None and at > moment for at in (known["said"], known["made"]))
    turned = scan_tasks(project, scan, moment, late)
    facts = {"day": day, "opened": turned.opened, "recovered": turned.recovered, "tasks": known["n"]}
    if day == figures.last_evening(project) and (whole := project_figures(project)) is not None:
        facts |= {"planned": whole.planned, "actual": whole.actual}  # of the whole: the trend is told from these
    record(actor=None, verb="scan.run", subject=scan, project=project, facts=facts)
    return scan


def _scan_few(project: Project, scan: EveningScan, moment: datetime, _late: bool) -> Turned:
    day = scan.day
    verdicts = [
        Verdict(found.task_id, day, Figures(found.planned, found.actual), over=found.over, stale=found.over and found.stale)
        for found in scan_sql.over_or_open(project, day, moment)
    ]
    opened, recovered = settle(project, verdicts, at=moment, evening=True)
    if day == figures.last_evening(project):
        scan_sql.keep_figures(project, day, clock.now())
        _after(project, day)
    return Turned(len(opened), len(recovered))


def _scan_many(project: Project, scan: EveningScan, moment: datetime, late: bool) -> Turned:
    """The same in whole statements; where very many risks turn, people are told once, of their number."""
    day = scan.day
    turned = scan_many.settle_all(project, day, moment)
    for verb, number, turns in (
        ("opened", turned.opened, ("first", "again")),
        ("recovered", turned.recovered, ("back",)),
    ):
        if number > TOLD:
            scan_many.record_turned(project, f"risk.{verb}", day, *turns)
            told = all_concerned(project, scan_many.departments_and_assignees(*turns))
            facts = {"count": number, "day": day}
            record(actor=None, verb=f"risk.many_{verb}", subject=scan, project=project, facts=facts, tell=told)
        elif number:
            tell_of(project, f"risk.{verb}", scan_many.turned(*turns))
    if day == figures.last_evening(project):
        if late:
            scan_sql.keep_figures(project, day, clock.now())
        else:
            scan_sql.keep_found(day)
        _after(project, day)
    scan_many.forget()
    return turned


def _after(project: Project, day: date) -> None:
    """What was reported after that 18:00 is judged again as such a report is."""
    for top in sorted(reported_since(project, figures.evening_of(project, day))):
        rows = list(Task.objects.filter(pk=top)) + list(Task.objects.filter(root=top))
        judge_tree(project, rows)


def missed_evenings(project: Project) -> list[date]:
    """The evenings that have passed and were not scanned, in order, from the first on which the project had a task."""
    last = project.scans.order_by("-day").values_list("day", flat=True).first()
    if last is None:
        made = Task.objects.filter(project=project).aggregate(first=Min("created_at"))["first"]
        if made is None:
            return []
        last = made.astimezone(ZoneInfo(project.time_zone)).date() - timedelta(1)
    return [last + timedelta(apart) for apart in range(1, (figures.last_evening(project) - last).days + 1)]
