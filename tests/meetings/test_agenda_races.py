"""At the same instant: three schedulers write one agenda down, two people amend one part, a part is amended as it begins."""

from datetime import date, timedelta

import pytest

from common import clock
from common.refusals import Conflict, Refused
from meetings.beat import plan_meetings
from meetings.models import AgendaPart, Meeting
from meetings.services import amend_part, call_meeting
from people.models import User
from projects.models import Project
from tests.documents.test_sign_races import together
from tests.tracking.build import moment

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
People = dict[str, User]
BEGINS = moment(date(2026, 4, 20), 10)


@pytest.fixture
def meeting(people: People, project: Project) -> Meeting:
    Project.objects.filter(pk=project.pk).update(state="execution")
    with clock.at(BEGINS - timedelta(days=1)):
        return call_meeting(
            actor=people["周以宁"], project_uid=project.uid, kind="weekly", title="周例会",
            starts_at=BEGINS, ends_at=BEGINS + timedelta(minutes=30),
        )  # fmt: skip


def plan() -> object:
    with clock.at(BEGINS):
        plan_meetings()
    return None


def amend(person: User, meeting: Meeting, text: str) -> object:
    department = meeting.attendees.select_related("department").get(user__name="许知夏").department
    assert department is not None
    with clock.at(BEGINS - timedelta(minutes=1)):
        return amend_part(actor=person, meeting_uid=meeting.uid, department_uid=department.uid, seen_version=0, matters=text)


def test_three_schedulers_write_an_agenda_down_once(meeting: Meeting, project: Project) -> None:
    together(*[plan] * 3)
    titles = [item.title for item in meeting.agenda.filter(source="part")]
    assert len(titles) == len(set(titles)) == project.parties.count()


def test_of_two_who_amend_a_part_first_one_is_shown_both_texts(meeting: Meeting, people: People) -> None:
    answers = together(lambda: amend(people["许知夏"], meeting, "盘点"), lambda: amend(people["周以宁"], meeting, "开业"))
    assert sum(isinstance(answer, Conflict) for answer in answers) == 1
    assert AgendaPart.objects.get().matters in ("盘点", "开业")


def test_what_is_amended_as_it_begins_stands_on_the_agenda_or_is_refused(meeting: Meeting, people: People) -> None:
    _none, answer = together(plan, lambda: amend(people["许知夏"], meeting, "盘点"))
    said = [item.facts["matters"] for item in meeting.agenda.filter(source="part") if item.facts["matters"]]
    assert said == ([] if isinstance(answer, Refused) else ["盘点"])
