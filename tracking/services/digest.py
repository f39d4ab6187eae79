"""The evening digest of the board, and asking those who have not updated (rule E6)."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction

from activity.models import Notice
from common import clock
from common.ports import record
from people.models import User
from projects.models import Party, Project
from tracking import figures
from tracking.models import Digest, Task
from tracking.queries import digest as said

DAY, WEEK = "day", "week"


@dataclass
class Told:
    """Who is told what: members the day, heads the week or an exception of their department."""

    day: dict[int, User] = field(default_factory=dict)
    week: dict[int, User] = field(default_factory=dict)

    @property
    def everybody(self) -> list[User]:
        return list((self.day | self.week).values())


@transaction.atomic
def make_digest(project: Project, day: date) -> Digest | None:
    """Make and send the digest of a day, after its scan; None if it was made before. Nothing changed: nothing is sent.

    It covers what happened since the last one, so that a digest that an outage swallowed is missed by nobody.
    """
    if not project.scans.filter(day=day).exists():
        return None
    digest, made = Digest.objects.get_or_create(project=project, day=day)
    if not made:
        return None
    last = project.digests.filter(day__lt=day).order_by("-day").values_list("day", flat=True).first()
    since = last or day - timedelta(1)
    digest.facts = {DAY: _section(project, since, day)}
    if said.ends_week(day):
        digest.facts[WEEK] = _section(project, _last_week(project, day), day)
    told = _readers(project, digest)
    digest.facts["weekly"] = [str(person.uid) for key, person in told.week.items() if key not in told.day]
    digest.save(update_fields=["facts"])
    if told.everybody:
        _tell(project, digest, told)
    _ask(project, digest)
    return digest


def _section(project: Project, since: date, day: date) -> dict[str, Any]:
    after, until = figures.evening_of(project, since), figures.evening_of(project, day)
    events, changed = said.changes(project, after, until)
    return {
        "since": since.isoformat(),
        "changed": changed,
        "lines": said.change_lines(events),
        "risks": said.new_risks(project, after, until),
        "newly_late": said.late_on(project, day, since=since),
        "late": said.late_on(project, day)[: said.MOST],
        "silent": said.silent_on(project, day),
        "whole": said.whole(project),
    }


def _last_week(project: Project, day: date) -> date:
    """The evening up to which the heads know: that of the last digest before this week."""
    monday = day - timedelta(day.weekday())
    last = project.digests.filter(day__lt=monday).order_by("-day").values_list("day", flat=True).first()
    return last or monday - timedelta(1)


def _is_news(section: dict[str, Any] | None) -> bool:
    return bool(section and (section["changed"] or section["newly_late"]))


def _readers(project: Project, digest: Digest) -> Told:
    """Lead and members when the day brought something; heads weekly, and at a new risk or delay of their department."""
    told, day = Told(), digest.facts[DAY]
    parties = said.parties_of(project)
    if _is_news(day):
        told.day = {person.pk: person for person in _members(project, parties)}
        hit = {line["key"] for line in [*day["risks"], *day["newly_late"]]}
        told.day |= {party.head_id: party.head for party in parties if party.department_id in hit}
    if _is_news(digest.facts.get(WEEK)):
        told.week = {party.head_id: party.head for party in parties}
    return told


def _members(project: Project, parties: list[Party]) -> list[User]:
    """The lead, the liaisons, and whoever has an open task."""
    lead = next((party for party in parties if party.department_id == project.lead_dept_id), None)
    leads = [lead.liaison or lead.head] if lead else []
    liaisons = [party.liaison for party in parties if party.liaison]
    over = [Task.State.DONE, Task.State.CANCELLED]
    keys = Task.objects.filter(project=project, assignee__isnull=False).exclude(state__in=over).values("assignee")
    return [*leads, *liaisons, *User.objects.filter(pk__in=keys, is_active=True)]


def _tell(project: Project, digest: Digest, told: Told) -> None:
    section = digest.facts[DAY] if told.day else digest.facts[WEEK]
    facts = {
        "project": project.name,
        "day": digest.day.isoformat(),
        "changed": section["changed"],
        "late": len(section["late"]),
        "silent": len(section["silent"]),
        "risks": len(section["risks"]),
    }
    record(actor=None, verb="digest.made", subject=digest, project=project, facts=facts, tell=told.everybody)


def _ask(project: Project, digest: Digest) -> None:
    """Whoever owes a figure for more than two workdays is asked for it, at most once a workday whatever the projects."""
    liaisons = {party.department_id: party.liaison for party in said.parties_of(project) if party.liaison}
    known = {person.pk: person for person in liaisons.values()}
    owed: dict[int, list[str]] = {}
    for line in digest.facts[DAY]["silent"]:
        liaison = liaisons.get(line["key"])
        owes = line["assignee"] or (liaison.pk if liaison else None)
        if owes is not None:
            owed.setdefault(owes, []).append(line["title"])
    begins = clock.local(project.today, time(0), project.time_zone)
    asked = set(_asked_since(begins, list(owed)))
    people = [known.get(key) or User.objects.get(pk=key) for key in owed if key not in asked]
    if not people:
        return
    facts = {"project": project.name, "owed": {str(person.uid): owed[person.pk] for person in people}}
    digest.asks = True  # its notices open the weekly card
    record(actor=None, verb="report.asked", subject=digest, project=project, facts=facts, tell=people)


def _asked_since(moment: datetime, people: list[int]) -> list[int]:
    rows = Notice.objects.filter(reader__in=people, event__verb="report.asked", created_at__gte=moment)
    return list(rows.values_list("reader_id", flat=True))
