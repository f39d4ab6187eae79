"""A sample project laid through the services as far as its tasks need it: parties, nodes, memorandum in force on `signed_on`."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from collab.samples import beginning, papers, work
from collab.samples.acts import REPORTED_AT, SCANNED_AT, at
from collab.samples.files import PartyLine, Sample, TaskLine
from collab.samples.people import read
from collab.samples.shift import ZONE
from collab.samples.story import Story
from common import acts, clock
from lifecycle.services import pass_gate
from people.models import Department, User
from tracking.services import create_task

DAY = timedelta(1)


def begin(sample: Sample, people: dict[str, User]) -> Story:
    """The project on the morning of its first day: started, its departments in, goal and flow said, kick-off phase reached."""
    departments = {row.name: row for row in Department.objects.all()}
    story = Story(sample, people, departments, read("people")["liaison_authority"])
    lead = sample.party(sample.project["initiating_dept"])
    head, liaison = people[lead.head], people[lead.liaison]
    with acts.nothing_leaves(), clock.at(at(sample.start, 9)):
        beginning.draft(story, liaison)
        beginning.goal(story, liaison)
        beginning.start(story, head)
        for party in sample.departments:
            beginning.invite(story, head, party)
            beginning.appoint(story, people[party.head], party)
        beginning.flow(story, liaison)
        pass_gate(actor=head, project_uid=story.uid, reason="样例只取任务与进度")
    return story


def make_early_tasks(story: Story) -> None:
    """In an incident: what begins before the memorandum is made a task at once, by the department's liaison (rule B7)."""
    sample = story.sample
    for line in sample.promised:
        if line.start >= sample.memorandum["signed_on"]:
            continue
        with acts.nothing_leaves(), clock.at(at(line.start, 10)):
            story.tasks[line.id] = _create(story, line)
            for part in sample.parts(line.id):
                story.tasks[part.id] = _create(story, part, parent_uid=story.tasks[line.id])


def _create(story: Story, line: TaskLine, **more: Any) -> Any:
    actor = story.people[_party(story.sample, line).liaison]
    return create_task(
        actor=actor,
        project_uid=story.uid,
        title=line.name,
        department=story.departments[line.dept],
        node=story.nodes.get(line.node),
        assignee=story.people[line.owner],
        starts_on=line.start,
        due_on=line.due,
        target=line.qty,
        unit=line.unit,
        **more,
    ).uid


def put_in_force(story: Story) -> None:
    """The memorandum is drafted, opened and signed by all on the day the file says; tasks are taken on right after."""
    sample, people = story.sample, story.people
    lead = sample.party(sample.project["initiating_dept"])
    early = set(story.tasks)
    day = sample.memorandum["signed_on"]
    with acts.nothing_leaves():
        with clock.at(at(day, 8)):
            papers.write_memorandum(story, people[lead.liaison])
            papers.open_memorandum(story, people[lead.head])
        with clock.at(at(day, 9)):
            for name in sample.memorandum["signers"]:
                papers.sign(story, people[name])
        with clock.at(at(day, 10)):
            for line in sample.promised:
                if line.id not in early:
                    work.take_on(story, people[_party(sample, line).liaison], line)


def live(story: Story, days: int, *, after_scan: Callable[[date], None]) -> None:
    """Each day its reports at 17:00 and the scan at 18:00, from the first day until `days` after the last due date."""
    sample = story.sample
    last = max(line.due for line in sample.tasks) + timedelta(days)
    for day in _days(sample.start, last):
        if day == sample.memorandum["signed_on"]:
            put_in_force(story)
        with acts.nothing_leaves():
            with clock.at(clock.local(day, REPORTED_AT, ZONE)):
                for id, said in sample.reports.items():
                    if day in said:
                        line = sample.task(id)
                        work.report(story, story.people[line.owner], line, said[day])
            with clock.at(clock.local(day, SCANNED_AT, ZONE)):
                work.evening(story, None, day)
                after_scan(day)


def _party(sample: Sample, line: TaskLine) -> PartyLine:
    return sample.party(line.dept)


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY
