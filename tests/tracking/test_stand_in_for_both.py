"""Where two departments say yes, one person does not say it for both while standing in for somebody (rule A4)."""

from datetime import timedelta

import pytest

from activity.models import Event
from common.refusals import Refused
from people.leaves import turn_leaves
from projects.models import Project
from tests.people.on_leave import People, at_work, away, budget, morning
from tracking.models import Slip
from tracking.services import accept_task, report_progress
from tracking.services.slips import agree_slip, ask_slip

pytestmark = pytest.mark.django_db
# 孟初晴 delivers for 财务部, 周以宁 receives for 市场部


@pytest.fixture
def project(people: People) -> Project:
    return at_work(people)


def test_who_handed_it_over_does_not_accept_it(people: People, project: Project) -> None:
    away(people, "周以宁", "孟初晴")
    task = budget(project)
    with morning():
        turn_leaves()
        report_progress(actor=people["孟初晴"], task_uid=task.uid, done=100, seen_version=None)
        with pytest.raises(Refused) as refusal:
            accept_task(actor=people["孟初晴"], task_uid=task.uid, seen_version=None)
        assert refusal.value.code == "both_sides"
        accept_task(actor=people["周以宁"], task_uid=task.uid, seen_version=None)


def test_a_third_person_accepts_in_the_place_of_the_receiver(people: People, project: Project) -> None:
    away(people, "周以宁", "裴念安")
    task = budget(project)
    with morning():
        turn_leaves()
        report_progress(actor=people["孟初晴"], task_uid=task.uid, done=100, seen_version=None)
        accept_task(actor=people["裴念安"], task_uid=task.uid, seen_version=None)
    assert Event.objects.get(verb="task.accepted").facts["on_behalf_of"] == "周以宁"


def test_who_asked_for_a_slip_does_not_agree_to_it(people: People, project: Project) -> None:
    away(people, "周以宁", "孟初晴")
    task = budget(project)
    with morning():
        turn_leaves()
        slip = ask_slip(actor=people["孟初晴"], task_uid=task.uid, to_due=task.due_on + timedelta(days=7), reason="等审批")
        with pytest.raises(Refused) as refusal:
            agree_slip(actor=people["孟初晴"], slip_uid=slip.uid)
        assert refusal.value.code == "both_sides"
        agree_slip(actor=people["周以宁"], slip_uid=slip.uid)
    assert Slip.objects.get().state == "agreed"


def test_a_slip_is_agreed_to_in_the_place_of_a_liaison(people: People, project: Project) -> None:
    away(people, "周以宁", "裴念安")
    task = budget(project)
    with morning():
        turn_leaves()
        slip = ask_slip(actor=people["孟初晴"], task_uid=task.uid, to_due=task.due_on + timedelta(days=7), reason="等审批")
        agree_slip(actor=people["裴念安"], slip_uid=slip.uid)
    assert Event.objects.get(verb="slip.agreed").facts["on_behalf_of"] == "周以宁"
