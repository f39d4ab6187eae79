"""Cause, measure, owner and due date of a risk in one form; closing."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from activity.models import Event
from common import clock
from common.refusals import Conflict, Refused
from projects.models import Participant, Project
from tests.tracking.build import People, july, say, task
from tracking.models import Risk
from tracking.services import answer_risk, close_risk, scan_evening

pytestmark = pytest.mark.django_db


@pytest.fixture
def risk(people: People, project: Project) -> Risk:
    task(people, project, assignee=people["郭砚秋"])
    with clock.at(july(20, 18)):
        scan_evening(project, date(2026, 7, 20))
    return Risk.objects.get()


def answer(people: People, risk: Risk, by: str = "许知夏", **more: Any) -> Risk:
    said = {
        "cause": "resource_shortage", "cause_text": "华北人手不足", "measure": "抽调华东2名业务代表支援10天",
        "owner": people["程子昂"], "due_on": date(2026, 7, 30), "seen_version": risk.version,
    } | more  # fmt: skip
    with clock.at(july(21, 9)):
        return answer_risk(actor=people[by], risk_uid=risk.uid, **said)


def test_cause_measure_owner_and_due_are_one_form(people: People, project: Project, risk: Risk) -> None:
    assert risk.needs_measure
    answer(people, risk)
    risk.refresh_from_db()
    assert not risk.needs_measure
    assert (risk.cause, risk.owner, risk.version) == ("resource_shortage", people["程子昂"], 2)
    assert Event.objects.get(verb="risk.answered").facts["measure"] == "抽调华东2名业务代表支援10天"
    assert Participant.objects.filter(user=people["程子昂"], project=project).exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("cause", ""), ("cause", "luck"), ("measure", " "), ("owner", None), ("due_on", None), ("due_on", date(2026, 7, 20))],
)  # fmt: skip
def test_what_lacks_is_said_at_its_field(people: People, risk: Risk, field: str, value: object) -> None:
    with pytest.raises(Refused) as caught:
        answer(people, risk, **{field: value})
    assert caught.value.field == field


def test_the_scan_never_makes_a_person_s_form_stale(people: People, project: Project, risk: Risk) -> None:
    seen = risk.version
    with clock.at(july(21, 18)):
        scan_evening(project, date(2026, 7, 21))
    answer(people, risk, seen_version=seen, due_on=date(2026, 7, 30))


def test_a_second_writer_is_shown_both(people: People, risk: Risk) -> None:
    seen = risk.version
    answer(people, risk)
    with pytest.raises(Conflict) as caught:
        answer(people, risk, by="郭砚秋", seen_version=seen, measure="加班")
    assert caught.value.mine["measure"] == "加班"
    assert caught.value.theirs["measure"] == "抽调华东2名业务代表支援10天"
    assert caught.value.theirs["who"] == people["许知夏"]


def test_who_may_answer_and_who_may_close(people: People, risk: Risk) -> None:
    for name in ("许知夏", "蒋明远", "郭砚秋", "周以宁"):
        risk.refresh_from_db()
        answer(people, risk, by=name)
    risk.refresh_from_db()
    for name in ("沈嘉禾", "陆景行"):
        with pytest.raises(PermissionDenied):
            answer(people, risk, by=name)
    for name in ("许知夏", "郭砚秋", "沈嘉禾"):
        with pytest.raises(PermissionDenied):
            close_risk(actor=people[name], risk_uid=risk.uid, seen_version=risk.version, reason="x")
    with pytest.raises(Refused) as caught:
        close_risk(actor=people["蒋明远"], risk_uid=risk.uid, seen_version=risk.version, reason=" ")
    assert caught.value.field == "reason"
    Risk.objects.filter(pk=risk.pk).update(is_major=True)
    with pytest.raises(PermissionDenied):
        close_risk(actor=people["周以宁"], risk_uid=risk.uid, seen_version=risk.version, reason="x")
    close_risk(actor=people["林书瑶"], risk_uid=risk.uid, seen_version=risk.version, reason="已恢复")
    with pytest.raises(Refused):
        answer(people, risk, seen_version=None)


def test_recovery_keeps_what_was_said(people: People, project: Project, risk: Risk) -> None:
    answer(people, risk)
    say(people, risk.task, Decimal(90), at=july(22))
    risk.refresh_from_db()
    assert (risk.state, risk.measure) == ("monitoring", "抽调华东2名业务代表支援10天")
