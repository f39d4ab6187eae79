"""The people, projects and meetings of a run, written in bulk with their history: part `data` of scripts.chaos.child."""

import sys
from datetime import timedelta

from simple_history.utils import bulk_create_with_history as keep

from meetings.models import Attendee, Meeting, Minutes
from meetings.models.meeting import Kind
from people.models import Department, User
from projects.models import Participant, Party, Project
from scripts.chaos.plan import BEGINS, NOTHING, Plan, address, plan, title

NOBODY = "!"  # signs in by no password
SUMMARY = "首批铺货方案已达成一致,样品测试按期完成。"


def fill(said: Plan) -> None:
    """Ten departments; of each project a head, a liaison and viewers; of each meeting attendees and the minutes as written."""

    made = {"batch_size": 1000, "default_date": BEGINS}
    departments = keep([Department(name=f"部门{n}", sort_key=f"{n:02}") for n in range(10)], Department, **made)
    users = [
        User(
            username=f"p{project}s{seat}", name=f"同事{project:02}-{seat:02}", sort_key=f"{project:02}{seat:02}", password=NOBODY,
            department=departments[(project + 1) % 10], email=address(project, seat),
        )
        for project in range(said.projects) for seat in range(said.seats)
    ]  # fmt: skip
    users = keep(users, User, **made)
    of = [users[n * said.seats : (n + 1) * said.seats] for n in range(said.projects)]
    projects = [
        Project(
            code=f"CH{n}", name=f"项目{n}", state=Project.State.PREPARATION, initiating_dept=departments[n % 10],
            lead_dept=departments[n % 10], created_by=of[n][1], started_at=BEGINS, goal="如期完成",
            scenario=Project.Scenario.NEW_PRODUCT,
        )
        for n in range(said.projects)
    ]  # fmt: skip
    projects = keep(projects, Project, **made)
    parties = [
        Party(project=row, department=row.initiating_dept, head=of[n][0], liaison=of[n][1], accepted_at=BEGINS, duty="牵头")
        for n, row in enumerate(projects)
    ]
    keep(parties, Party, **made)
    Participant.objects.bulk_create(
        Participant(project=projects[n], user=user, kind=Participant.Kind.VIEWER)
        for n in range(said.projects)
        for user in of[n][2:]
    )
    meetings = [
        Meeting(
            project=projects[row.project], kind=Kind.WEEKLY if row.number % 5 == 0 else Kind.OTHER, title=title(row.number),
            starts_at=BEGINS + row.ends - timedelta(minutes=30), ends_at=BEGINS + row.ends, chair=of[row.project][0],
            recorder=of[row.project][1],
        )
        for row in said.meetings
    ]  # fmt: skip
    meetings = keep(meetings, Meeting, **made)
    attendees = [
        Attendee(meeting=meeting, user=of[row.project][seat], order=order)
        for row, meeting in zip(said.meetings, meetings, strict=True)
        for order, seat in enumerate(row.seats)
    ]
    keep(attendees, Attendee, **made)
    written = [
        Minutes(meeting=meeting, summary="" if row.how == NOTHING else SUMMARY)
        for row, meeting in zip(said.meetings, meetings, strict=True)
    ]
    keep(written, Minutes, **made)


def main() -> None:
    """Fill the database named by DATABASE_URL."""
    fill(plan(*(int(word) for word in sys.argv[1:4])))
