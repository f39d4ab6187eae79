"""Short slips (顺延): within the tolerance, by both liaisons, collected in the next amendment (rule C9)."""

import html
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from activity.models import Event, Notice
from common.refusals import Refused
from people.models import User
from projects.models import Amendment, ClauseChange, Project
from projects.services.amendments import draft_amendment, drop_amendment
from tests.tracking.changing import amended, approved, at, clause_of, in_force, opened, sign_all, task_of
from tracking.models import Baseline, Slip, Task
from tracking.queries.changing import moved, to_confirm
from tracking.services import agree_slip, ask_slip, refuse_slip, split_task, withdraw_slip

pytestmark = pytest.mark.django_db
People = dict[str, User]
SIXTH, SEVENTH, EIGHTH = date(2026, 5, 6), date(2026, 5, 7), date(2026, 5, 8)  # the workdays after 30 April and the holiday


@pytest.fixture
def project(people: People) -> Project:
    return in_force(people)


@pytest.fixture
def task(project: Project) -> Task:
    """财务部 answers by 30 April; 市场部 receives it."""
    return task_of(project, "财务部")


@pytest.fixture(autouse=True)
def next_day() -> Any:
    with at(days=1):
        yield


def ask(people: People, task: Task, to: date = SIXTH, by: str = "孟初晴") -> Slip:
    return ask_slip(actor=people[by], task_uid=task.uid, to_due=to, reason="发票到得晚")


def slipped(people: People, task: Task, to: date = SIXTH) -> Slip:
    return agree_slip(actor=people["周以宁"], slip_uid=ask(people, task, to).uid)


def test_both_liaisons_agree_and_the_day_moves_while_the_clause_waits(people: People, task: Task) -> None:
    slip = ask(people, task)
    assert (slip.workdays, slip.giver, slip.receiver) == (1, people["孟初晴"], None)
    assert list(to_confirm(people["周以宁"])) == [slip]
    assert list(to_confirm(people["孟初晴"])) == []
    told = Notice.objects.filter(event__verb="slip.asked").values_list("reader__name", flat=True)
    assert list(told) == ["周以宁"]
    slip = agree_slip(actor=people["周以宁"], slip_uid=slip.uid)
    task = Task.objects.select_related("clause").get(pk=task.pk)
    assert (slip.state, slip.receiver, task.due_on) == ("agreed", people["周以宁"], SIXTH)
    assert task.clause is not None
    assert task.clause.due_on == date(2026, 4, 30)
    assert task.is_slipped
    assert Baseline.objects.get(task=task).due_on == date(2026, 4, 30)
    found = moved([task.clause])[task.clause.pk]
    assert (found.slips, found.changes, found.workdays) == (1, 0, 1)
    assert Event.objects.filter(verb="slip.agreed").count() == 1


def test_twice_is_once(people: People, task: Task) -> None:
    slip = slipped(people, task)
    agree_slip(actor=people["周以宁"], slip_uid=slip.uid)
    assert Event.objects.filter(verb="slip.agreed").count() == 1


def test_all_slips_since_the_version_in_force_stay_within_the_tolerance(people: People, task: Task) -> None:
    with pytest.raises(Refused) as at_once:
        ask(people, task, EIGHTH)
    assert (at_once.value.code, at_once.value.field) == ("beyond_slip", "to_due")
    slipped(people, task, SIXTH)
    with pytest.raises(Refused) as in_all:
        ask(people, task, EIGHTH)
    assert in_all.value.code == "beyond_slip"
    slipped(people, task, SEVENTH)


@pytest.mark.parametrize("to", [date(2026, 4, 30), date(2026, 4, 20), None])
def test_a_slip_moves_later(to: date | None, people: People, task: Task) -> None:
    with pytest.raises(Refused) as refused:
        ask_slip(actor=people["孟初晴"], task_uid=task.uid, to_due=to, reason="晚")
    assert refused.value.code == "not_later"


def test_a_key_node_or_a_kpi_that_would_be_passed_over_asks_for_a_change_request(people: People, project: Project) -> None:
    with pytest.raises(Refused) as refused:
        ask(people, task_of(project, "生产部"), date(2026, 7, 16), by="田牧野")
    assert refused.value.code == "beyond_slip"
    assert "生产备货" in str(refused.value)
    assert "量产数量" in str(refused.value)


def test_without_a_reason_it_is_not_asked(people: People, task: Task) -> None:
    with pytest.raises(Refused) as refused:
        ask_slip(actor=people["孟初晴"], task_uid=task.uid, to_due=SIXTH, reason=" ")
    assert refused.value.field == "reason"


def test_one_is_asked_at_a_time(people: People, task: Task) -> None:
    ask(people, task)
    with pytest.raises(Refused) as refused:
        ask(people, task, SEVENTH, by="宋清越")
    assert refused.value.code == "asked"


@pytest.mark.parametrize("name", ["许知夏", "周以宁", "林书瑶"])
def test_only_the_delivering_department_asks(name: str, people: People, task: Task) -> None:
    with pytest.raises(PermissionDenied):
        ask(people, task, by=name)


@pytest.mark.parametrize("name", ["孟初晴", "林书瑶", "许知夏"])
def test_only_the_receiving_liaison_confirms(name: str, people: People, task: Task) -> None:
    slip = ask(people, task)
    for service, more in ((agree_slip, {}), (refuse_slip, {"answer": "不行"})):
        act: Callable[..., Any] = service
        with pytest.raises(PermissionDenied):
            act(actor=people[name], slip_uid=slip.uid, **more)


def test_refused_with_why_the_day_stays(people: People, task: Task) -> None:
    slip = ask(people, task)
    with pytest.raises(Refused):
        refuse_slip(actor=people["周以宁"], slip_uid=slip.uid, answer="")
    refuse_slip(actor=people["周以宁"], slip_uid=slip.uid, answer="推广预算等不了")
    task.refresh_from_db()
    assert task.due_on == date(2026, 4, 30)
    ask(people, task)


def test_who_asked_withdraws(people: People, task: Task) -> None:
    slip = ask(people, task)
    with pytest.raises(PermissionDenied):
        withdraw_slip(actor=people["周以宁"], slip_uid=slip.uid)
    withdraw_slip(actor=people["孟初晴"], slip_uid=slip.uid)
    with pytest.raises(Refused):
        agree_slip(actor=people["周以宁"], slip_uid=slip.uid)


def test_a_slip_is_collected_in_the_next_amendment_and_binds_nobody_anew(people: People, project: Project, task: Task) -> None:
    slip = slipped(people, task)
    amendment = approved(people, project, clause_of(project, "销售部"))
    line = amendment.changes.get(kind=ClauseChange.Kind.SLIPPED)
    assert (line.clause, line.after) == (task.clause, {"due_on": "2026-05-06"})
    document = opened(people, amendment)
    assert [row["number"] for row in document.snapshot["slips"]] == ["2.6"]
    roles = dict(document.slots.values_list("department__name", "role"))
    assert roles["财务部"] == "informed"
    amended_document = sign_all(people, document)
    assert amended_document.state == "signing"
    slip.refresh_from_db()
    assert slip.amendment == amendment


def test_once_written_down_the_clause_says_the_new_day(people: People, project: Project, task: Task) -> None:
    slipped(people, task)
    document = amended(people, approved(people, project, clause_of(project, "销售部")))
    task = Task.objects.select_related("clause").get(pk=task.pk)
    assert task.clause is not None
    assert (task.clause.due_on, task.due_on, task.clause.agreed_version) == (SIXTH, SIXTH, 2)
    assert not task.is_slipped
    assert Baseline.objects.get(task=task, document=document).due_on == SIXTH
    found = moved([task.clause])[task.clause.pk]
    assert (found.slips, found.workdays) == (1, 1)


def test_one_agreed_while_a_draft_stands_is_written_into_it_and_set_free_with_it(
    people: People, project: Project, task: Task
) -> None:
    amendment = draft_amendment(actor=people["林书瑶"], project_uid=project.uid)
    slip = slipped(people, task)
    assert amendment.changes.get().kind == "slipped"
    drop_amendment(actor=people["林书瑶"], amendment_uid=amendment.uid, seen_version=None, reason="不需要")
    slip.refresh_from_db()
    assert slip.amendment is None
    again = draft_amendment(actor=people["林书瑶"], project_uid=project.uid)
    assert again.changes.get().clause == task.clause


def test_an_amendment_of_slips_alone_is_signed_by_the_lead(people: People, project: Project, task: Task) -> None:
    slipped(people, task)
    document = opened(people, draft_amendment(actor=people["林书瑶"], project_uid=project.uid))
    assert list(document.slots.filter(role="party").values_list("department__name", flat=True)) == ["市场部"]


def test_while_an_amendment_that_changes_the_clause_is_signed_it_does_not_slip(
    people: People, project: Project, task: Task
) -> None:
    slip = ask(people, task)
    assert task.clause is not None
    amendment = approved(people, project, task.clause)
    opened(people, amendment)
    with pytest.raises(Refused) as refused:
        agree_slip(actor=people["周以宁"], slip_uid=slip.uid)
    assert refused.value.code == "signing"
    assert Amendment.objects.get().state == "signing"


def test_parts_that_end_with_the_whole_go_along(people: People, task: Task) -> None:
    part, early = split_task(
        actor=people["孟初晴"], task_uid=task.uid, parts=[{"title": "推广"}, {"title": "铺货", "due_on": date(2026, 4, 20)}]
    )
    slipped(people, task)
    part.refresh_from_db()
    early.refresh_from_db()
    assert (part.due_on, early.due_on) == (SIXTH, date(2026, 4, 20))


def test_too_far_the_page_leads_to_the_change_request_filled_in(people: People, task: Task, client: Client) -> None:
    client.force_login(people["孟初晴"])
    answer = client.post(f"/tasks/{task.uid}/slip/", {"to_due": "2026-05-08", "reason": "发票到得晚"})
    assert answer.status_code == 422
    page = answer.content.decode()
    (link,) = re.findall(r'href="(/projects/[^"]+/changes/new/[^"]+)"', page)
    form = client.get(html.unescape(link)).content.decode()
    assert 'value="2026-05-08"' in form
    assert "发票到得晚" in form


def test_asked_and_agreed_on_pages_and_in_one_click_on_the_desk(people: People, task: Task, client: Client) -> None:
    client.force_login(people["孟初晴"])
    assert client.get(f"/tasks/{task.uid}/slip/").status_code == 200
    client.post(f"/tasks/{task.uid}/slip/", {"to_due": "2026-05-06", "reason": "发票到得晚"})
    slip = Slip.objects.get()
    client.force_login(people["周以宁"])
    assert f"/slips/{slip.uid}/agree/" in client.get("/").content.decode()
    assert f"/slips/{slip.uid}/agree/" in client.get(f"/tasks/{task.uid}/promise/").content.decode()
    answer = client.post(f"/slips/{slip.uid}/agree/", {"place": "line"}, headers={"HX-Request": "true"})
    assert "data-finished" in answer.content.decode()
    assert "顺延" in client.get(f"/tasks/{task.uid}/").content.decode()
