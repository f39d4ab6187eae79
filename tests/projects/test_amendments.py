"""Amendments: drafted from requests, signed by whom they bind, in force as the memorandum's next version (rule C9)."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from activity.models import Event, Notice
from common import clock
from common.refusals import Conflict, Refused
from documents.models import Document, Slot
from documents.services import finish_document, object_to
from people.models import User
from projects.models import Amendment, Clause, ClauseChange, Memorandum, Project
from projects.services.amending import bring_amendment_into_force, open_amendment, take_back_amendment
from projects.services.amendments import bring_up_to_date, draft_amendment, drop_amendment, remove_line, save_line
from tests.documents import build as papers
from tests.tracking.changing import (
    amended,
    approved,
    at,
    clause_of,
    in_force,
    later,
    opened,
    pass_time_to_object,
    request,
    sign_all,
    task_of,
)  # fmt: skip
from tracking.models import Baseline, ChangeRequest, Risk, Task
from tracking.services import decide_change, scan_evening

pytestmark = pytest.mark.django_db
People = dict[str, User]


@pytest.fixture
def project(people: People) -> Project:
    return in_force(people)


@pytest.fixture
def sales(project: Project) -> Clause:
    return clause_of(project, "销售部")


@pytest.fixture(autouse=True)
def next_day() -> Any:
    with at(days=1):
        yield


def memorandum_of(project: Project) -> Memorandum:
    return project.memoranda.select_related("document").get()


def test_every_clause_says_where_it_was_agreed(project: Project) -> None:
    memorandum = memorandum_of(project)
    rows = memorandum.clauses.values_list("agreed_in", "agreed_version")
    assert set(rows) == {(memorandum.document_id, 1)}


def test_the_loop_from_late_task_to_moved_task_and_plan(people: People, project: Project, sales: Clause) -> None:
    task = task_of(project, "销售部")
    before, first = task.due_on, memorandum_of(project).document
    assert first is not None
    assert before is not None
    with clock.at(papers.MOMENT + timedelta(days=(before - papers.MOMENT.date()).days - 5, hours=4)):
        scan_evening(project, project.today)
    risk = Risk.objects.get(task=task)
    assert risk.state == "open"
    with clock.at(papers.MOMENT + timedelta(days=(before - papers.MOMENT.date()).days - 5, hours=5)):
        change = request(people, project, "许知夏", sales, fields=later(sales, 120), risk_uid=risk.uid)
        decide_change(actor=people["林书瑶"], change_uid=change.uid, seen_version=None, approve=True, reason="同意延期")
        amendment = Amendment.objects.get()
        document = opened(people, amendment)
        roles = dict(document.slots.values_list("department__name", "role"))
        signs = {name for name, role in roles.items() if role == Slot.Role.PARTY}
        assert signs == {"销售部", sales.handed_to.name if sales.handed_to else ""}
        assert len(roles) == 5
        sign_all(people, document)
    task.refresh_from_db()
    assert task.due_on == before
    pass_time_to_object(document)
    for row in (task, sales, risk, amendment, change):
        row.refresh_from_db()
    assert task.due_on == sales.due_on == before + timedelta(120)
    assert (sales.agreed_in_id, sales.agreed_version) == (document.pk, 2)
    assert (amendment.state, change.state, risk.state) == ("in_force", "implemented", "monitoring")
    assert memorandum_of(project).edition == 2
    plans = dict(Baseline.objects.filter(task=task).values_list("document", "due_on"))
    assert plans == {first.pk: before, document.pk: before + timedelta(120)}
    kept = Document.objects.get(pk=first.pk)
    assert (kept.state, kept.superseded_by_id, kept.sha256, kept.is_genuine) == ("superseded", document.pk, first.sha256, True)
    assert Event.objects.get(verb="task.amended").object_id == task.pk
    told = set(Notice.objects.filter(event__verb="amendment.in_force").values_list("reader__name", flat=True))
    assert {"林书瑶", "周以宁", "顾承泽", "孟初晴"} <= told


def test_twice_is_once(people: People, project: Project, sales: Clause) -> None:
    document = amended(people, approved(people, project, sales))
    counts = [model.objects.count() for model in (Event, Baseline, Task)]
    bring_amendment_into_force(document)
    assert finish_document(document.pk) is False
    assert counts == [model.objects.count() for model in (Event, Baseline, Task)]


def test_only_the_changed_terms_are_signed_before_and_after(people: People, project: Project, sales: Clause) -> None:
    document = opened(people, approved(people, project, sales))
    (line,) = document.snapshot["changes"]
    after = sales.due_on + timedelta(10) if sales.due_on else None
    assert line["fields"] == [{"name": "due_on", "before": str(sales.due_on), "after": str(after)}]
    assert [row["number"] for row in document.snapshot["clauses"]] == [sales.number]
    base = memorandum_of(project).document
    assert base is not None
    assert document.amends == base
    assert document.snapshot["amends"]["sha256"] == base.sha256
    assert (document.version, document.number) == (2, f"{memorandum_of(project).number}-补1")


def state_of(project: Project) -> dict[str, Any]:
    memorandum = memorandum_of(project)
    return {
        "edition": memorandum.edition,
        "clauses": list(memorandum.clauses.order_by("pk").values("due_on", "quantity", "agreed_in", "ended_at", "version")),
        "tasks": list(project.tasks.order_by("pk").values("due_on", "state", "target", "version", "confirmed_at")),
        "plans": Baseline.objects.count(),
        "document": memorandum.document.state if memorandum.document else None,
    }


@pytest.mark.parametrize("who", ["蒋明远", "顾承泽"])
def test_an_objection_of_a_signer_or_of_an_informed_head_leaves_all_as_it_was(
    who: str, people: People, project: Project, sales: Clause
) -> None:
    amendment = approved(people, project, sales)
    before = state_of(project)
    document = opened(people, amendment)
    object_to(actor=people[who], document_uid=document.uid, reason="需要先看到供应商说明")
    amendment.refresh_from_db()
    document.refresh_from_db()
    assert (amendment.state, amendment.document, amendment.edition, document.state) == ("draft", None, None, "withdrawn")
    assert state_of(project) == before
    again = opened(people, amendment)
    assert again.version == 3  # the version that was objected to is never given out twice


def test_taken_back_it_is_a_draft_and_nothing_has_changed(people: People, project: Project, sales: Clause) -> None:
    amendment = approved(people, project, sales)
    before = state_of(project)
    opened(people, amendment)
    with pytest.raises(Refused):
        take_back_amendment(actor=people["林书瑶"], amendment_uid=amendment.uid, seen_version=None, reason=" ")
    take_back_amendment(actor=people["林书瑶"], amendment_uid=amendment.uid, seen_version=None, reason="日期写错")
    assert state_of(project) == before


def test_one_that_changes_a_superseded_version_is_brought_up_to_date_first(
    people: People, project: Project, sales: Clause
) -> None:
    finance = clause_of(project, "财务部")
    first = approved(people, project, sales)
    document = sign_all(people, opened(people, first))
    second = approved(people, project, finance)  # while the first is being signed, a draft of its own
    save_line(
        actor=people["周以宁"],
        amendment_uid=second.uid,
        seen_version=None,
        kind="changed",
        clause_uid=sales.uid,
        **later(sales, 10),
    )
    with pytest.raises(Refused) as early:
        opened(people, second)
    assert early.value.code == "one_at_a_time"
    pass_time_to_object(document)
    with pytest.raises(Refused) as refused:
        opened(people, second)
    assert refused.value.code == "outdated"
    bring_up_to_date(actor=people["周以宁"], amendment_uid=second.uid, seen_version=None)
    assert list(second.changes.values_list("clause", flat=True)) == [finance.pk]  # the other says so already
    second.refresh_from_db()
    assert second.base == document
    third = amended(people, second)
    assert (third.version, third.amends, memorandum_of(project).edition) == (3, document, 3)
    document.refresh_from_db()
    assert document.superseded_by == third


def test_what_is_added_becomes_a_task_and_what_is_taken_out_is_cancelled(people: People, project: Project, sales: Clause) -> None:
    actor, finance = people["周以宁"], clause_of(project, "财务部")
    amendment = draft_amendment(actor=actor, project_uid=project.uid, reason="补充培训")
    said = {
        "department": sales.department, "text": "培训门店店员", "deliverable": "培训记录", "due_on": date(2026, 8, 20),
        "handed_to": project.lead_dept, "quantity": 60, "unit": "人",
    }  # fmt: skip
    save_line(actor=actor, amendment_uid=amendment.uid, seen_version=None, kind="added", **said)
    save_line(actor=actor, amendment_uid=amendment.uid, seen_version=None, kind="ended", clause_uid=finance.uid)
    numbers = list(memorandum_of(project).clauses.values_list("number", flat=True))
    document = amended(people, amendment)
    new = Clause.objects.get(text="培训门店店员")
    assert new.number not in numbers
    assert (new.agreed_in_id, new.agreed_version, new.ended_at) == (document.pk, 2, None)
    assert (new.task.target, new.task.due_on, new.task.assignee) == (60, date(2026, 8, 20), people["许知夏"])
    finance.refresh_from_db()
    assert finance.ended_at is not None
    assert finance.task.state == "cancelled"
    assert not Baseline.objects.filter(document=document, task=finance.task).exists()
    assert Baseline.objects.filter(document=document, task=new.task).exists()


def test_a_change_of_owner_moves_the_task_to_the_new_liaison(people: People, project: Project, sales: Clause) -> None:
    market = project.lead_dept
    document = amended(people, approved(people, project, sales, fields={"department": market, "handed_to": sales.department}))
    task = task_of(project, "市场部")
    task = Task.objects.get(clause=sales)
    assert (task.department, task.handed_to, task.assignee) == (market, sales.department, people["周以宁"])
    assert task.confirmed_at is None
    assert set(document.slots.filter(role="party").values_list("department__name", flat=True)) >= {"市场部", "销售部"}


def test_several_requests_share_one_draft_and_do_not_overwrite_each_other(
    people: People, project: Project, sales: Clause
) -> None:
    amendment = approved(people, project, sales)
    assert approved(people, project, clause_of(project, "研发部")) == amendment
    assert amendment.changes.count() == 2
    with pytest.raises(Refused) as refused:
        approved(people, project, sales, fields=later(sales, 20))
    assert refused.value.code == "decided"
    assert ChangeRequest.objects.filter(state="in_review").count() == 1


def test_a_request_whose_line_was_taken_out_of_the_draft_is_closed_not_done(
    people: People, project: Project, sales: Clause
) -> None:
    amendment = approved(people, project, sales)
    approved(people, project, clause_of(project, "研发部"))
    line = amendment.changes.get(clause=sales)
    remove_line(actor=people["林书瑶"], amendment_uid=amendment.uid, change_uid=line.uid, seen_version=None)
    amended(people, amendment)
    assert list(ChangeRequest.objects.order_by("number").values_list("state", flat=True)) == ["closed", "implemented"]
    sales.refresh_from_db()
    assert sales.agreed_version == 1


def test_a_draft_given_up_leaves_everything_as_it_is(people: People, project: Project, sales: Clause) -> None:
    amendment = approved(people, project, sales)
    before = state_of(project)
    with pytest.raises(Refused) as refused:
        drop_amendment(actor=people["林书瑶"], amendment_uid=amendment.uid, seen_version=None, reason="")
    assert refused.value.field == "reason"
    drop_amendment(actor=people["林书瑶"], amendment_uid=amendment.uid, seen_version=None, reason="供应商已恢复")
    assert state_of(project) == before
    assert ChangeRequest.objects.get().state == "closed"
    assert draft_amendment(actor=people["林书瑶"], project_uid=project.uid).number.endswith("-补2")


def test_a_clause_without_a_date_and_an_empty_draft_are_refused(people: People, project: Project, sales: Clause) -> None:
    amendment = draft_amendment(actor=people["林书瑶"], project_uid=project.uid)
    with pytest.raises(Refused) as empty:
        opened(people, amendment)
    assert empty.value.code == "empty"
    with pytest.raises(Refused) as undated:
        save_line(
            actor=people["林书瑶"],
            amendment_uid=amendment.uid,
            seen_version=None,
            kind="changed",
            clause_uid=sales.uid,
            due_on=None,
        )
    assert undated.value.field == "due_on"
    assert not ClauseChange.objects.exists()


def test_an_old_page_does_not_overwrite(people: People, project: Project, sales: Clause) -> None:
    amendment = approved(people, project, sales)
    seen = amendment.version
    line = amendment.changes.get()
    with pytest.raises(Conflict):
        remove_line(actor=people["林书瑶"], amendment_uid=amendment.uid, change_uid=line.uid, seen_version=seen - 1)
    with pytest.raises(Conflict):
        open_amendment(actor=people["林书瑶"], amendment_uid=amendment.uid, seen_version=seen - 1)


@pytest.mark.parametrize("name", ["许知夏", "蒋明远", "周以宁"])
def test_only_the_head_of_the_lead_opens(name: str, people: People, project: Project, sales: Clause) -> None:
    amendment = approved(people, project, sales)
    with pytest.raises(PermissionDenied):
        open_amendment(actor=people[name], amendment_uid=amendment.uid, seen_version=None)


def test_the_pages_show_each_state(people: People, project: Project, sales: Clause, client: Client) -> None:
    client.force_login(people["林书瑶"])
    amendment = approved(people, project, sales)
    url = amendment.get_absolute_url()
    draft = client.get(url).content.decode()
    assert "2026年8月1日" in draft
    assert "定稿送签" in draft
    assert client.get(f"{url}?clause={sales.uid}").status_code == 200
    assert client.get(f"{url}?add=1").status_code == 200
    line = {"seen_version": "", "department": str(sales.department.uid), "text": "培训", "deliverable": "记录"}
    late = client.post(f"{url}lines/", line)
    assert late.status_code == 422  # neither date nor receiver
    amendment.refresh_from_db()
    client.post(f"{url}open/", {"seen_version": amendment.version, "sign_days": 3})
    document = sign_all(people, Document.objects.get(kind="amendment"))
    assert "2 / 2" in client.get(url).content.decode()
    assert "2026年8月11日" in client.get(document.get_absolute_url()).content.decode()
    pass_time_to_object(document)
    assert "已生效" in client.get(f"/projects/{project.uid}/memorandum/moves/").content.decode()
    assert "v2" in client.get(task_of(project, "销售部").get_absolute_url()).content.decode()
    client.force_login(people["许知夏"])
    assert client.get(url).status_code == 200
