"""Departments say what they think of a clause of the draft: comments, counter-texts, and how they are answered (rule C5)."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from activity.models import Event, Notice
from common.refusals import Conflict, Refused
from projects.models import ClauseRemark, Project
from projects.queries.desk import to_answer_remarks
from projects.queries.readiness import missing_in_memorandum
from projects.services.clauses import remove_clause, save_clause
from projects.services.remarks import decline, remark_on_clause, take_over
from tests.documents import build
from tests.documents.build import People

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day() -> object:
    with build.at():
        yield


def seen_by(people: People, name: str) -> Client:
    client = Client()
    client.force_login(people[name])
    return client


def counter(people: People, project: Project, memorandum: Any, name: str = "许知夏", **fields: Any) -> ClauseRemark:
    clause = memorandum.clauses.get(number="2.5")
    said = {"due_on": date(2026, 8, 15), "quantity": 80} | fields
    return remark_on_clause(actor=people[name], project_uid=project.uid, clause_uid=clause.uid, **said)


def told(people: People, name: str, verb: str) -> bool:
    return Notice.objects.filter(reader=people[name], event__verb=verb).exists()


def test_a_department_comments_in_its_own_name(people: People) -> None:
    project, memorandum = build.drafted(people)
    clause = memorandum.clauses.get(number="2.4")  # of 生产部, handed to 销售部
    remark = remark_on_clause(actor=people["许知夏"], project_uid=project.uid, clause_uid=clause.uid, comment="提前一周更好")
    assert (remark.kind, remark.department.name, remark.proposed) == ("comment", "销售部", {})
    assert told(people, "周以宁", "clause.commented")  # who drafts
    assert told(people, "贺立川", "clause.commented")  # who promises
    assert not told(people, "许知夏", "clause.commented")


def test_only_what_reads_otherwise_is_proposed(people: People) -> None:
    project, memorandum = build.drafted(people)
    clause = memorandum.clauses.get(number="2.5")
    remark = counter(people, project, memorandum, text=clause.text, deliverable=clause.deliverable, unit="家")
    assert remark.kind == "counter"
    assert remark.proposed == {"due_on": ["2026-08-01", "2026-08-15"], "quantity": ["100", "80"]}


def test_who_neither_says_nor_changes_anything_is_told_so(people: People) -> None:
    project, memorandum = build.drafted(people)
    clause = memorandum.clauses.get(number="2.5")
    for said in ({}, {"comment": "  "}, {"text": clause.text, "quantity": clause.quantity}):
        with pytest.raises(Refused) as refusal:
            remark_on_clause(actor=people["许知夏"], project_uid=project.uid, clause_uid=clause.uid, **said)  # type: ignore[arg-type]
        assert refusal.value.field == "comment"
    with pytest.raises(Refused):
        counter(people, project, memorandum, due_on=date(2099, 1, 1))
    with pytest.raises(Refused):
        counter(people, project, memorandum, quantity=-1)
    long = {"comment": "长" * 2001, "clause_uid": clause.uid}
    with pytest.raises(Refused):
        remark_on_clause(actor=people["许知夏"], project_uid=project.uid, **long)  # type: ignore[arg-type]


def test_two_thousand_signs_are_kept(people: People) -> None:
    project, memorandum = build.drafted(people)
    clause = memorandum.clauses.get(number="2.5")
    remark = remark_on_clause(actor=people["许知夏"], project_uid=project.uid, clause_uid=clause.uid, comment="长" * 2000)
    assert len(remark.text) == 2000


def test_taken_over_the_clause_reads_as_proposed(people: People) -> None:
    project, memorandum = build.drafted(people)
    remark = counter(people, project, memorandum, comment="雨季，推迟两周")
    taken = take_over(actor=people["周以宁"], project_uid=project.uid, remark_uid=remark.uid)
    clause = memorandum.clauses.get(number="2.5")
    assert (clause.due_on, clause.quantity) == (date(2026, 8, 15), 80)
    assert (taken.state, taken.answered_by) == ("taken", people["周以宁"])
    assert taken.proposed["due_on"][0] == "2026-08-01"  # how it read stays with it
    assert told(people, "许知夏", "clause.counter_taken")
    assert Event.objects.filter(verb__in=["clause.edited", "clause.counter_taken"], object_id=clause.pk).count() == 1


def test_declined_with_a_reason_both_stay_under_the_clause(people: People) -> None:
    project, memorandum = build.drafted(people)
    remark = counter(people, project, memorandum)
    with pytest.raises(Refused) as refusal:
        decline(actor=people["周以宁"], project_uid=project.uid, remark_uid=remark.uid, answer=" ")
    assert refusal.value.field == "answer"
    decline(actor=people["周以宁"], project_uid=project.uid, remark_uid=remark.uid, answer="上市日不能动")
    assert memorandum.clauses.get(number="2.5").due_on == date(2026, 8, 1)
    assert told(people, "蒋明远", "clause.counter_declined")
    text = seen_by(people, "许知夏").get(reverse("memorandum", args=[project.uid])).content.decode()
    assert "上市日不能动" in text
    assert "<ins>2026年8月15日</ins>" in text
    for again in (take_over, decline):
        with pytest.raises(Refused) as refusal:
            again(
                actor=people["周以宁"],
                project_uid=project.uid,
                remark_uid=remark.uid,
                **({"answer": "不"} if again is decline else {}),
            )
        assert refusal.value.code == "answered"


def test_what_was_reworded_meanwhile_is_not_taken_over_unseen(people: People) -> None:
    project, memorandum = build.drafted(people)
    remark = counter(people, project, memorandum)
    clause = memorandum.clauses.get(number="2.5")
    save_clause(actor=people["林书瑶"], project_uid=project.uid, row_uid=clause.uid, quantity=90)
    said = {"project_uid": project.uid, "remark_uid": remark.uid, "seen_version": clause.version}
    with pytest.raises(Conflict):
        take_over(actor=people["周以宁"], **said)
    url = reverse("remark_take", args=[project.uid, remark.uid])
    answer = seen_by(people, "周以宁").post(url, {"seen_version": clause.version})
    assert answer.status_code == 412
    assert "invalid-feedback d-block" in answer.content.decode()


def test_who_speaks_for_no_department_says_nothing_and_only_the_drafting_side_answers(people: People) -> None:
    project, memorandum = build.drafted(people)
    clause = memorandum.clauses.get(number="2.5")
    with pytest.raises(PermissionDenied):
        remark_on_clause(actor=people["米小禾"], project_uid=project.uid, clause_uid=clause.uid, comment="我看行")
    remark = counter(people, project, memorandum)
    for name in ("许知夏", "蒋明远", "贺立川"):
        with pytest.raises(PermissionDenied):
            take_over(actor=people[name], project_uid=project.uid, remark_uid=remark.uid)
        with pytest.raises(PermissionDenied):
            decline(actor=people[name], project_uid=project.uid, remark_uid=remark.uid, answer="不")


def test_what_is_out_is_objected_to_not_commented_on(people: People) -> None:
    document = build.opened(people)
    project = Project.objects.get(pk=document.project_id)
    clause = project.memoranda.get().clauses.get(number="2.5")
    with pytest.raises(Refused) as refusal:
        remark_on_clause(actor=people["许知夏"], project_uid=project.uid, clause_uid=clause.uid, comment="太多")
    assert refusal.value.code == "signing"


def test_an_open_counter_text_stands_in_the_readiness_and_on_the_desk(people: People) -> None:
    project, memorandum = build.drafted(people)
    remark = counter(people, project, memorandum)
    found = [item for item in missing_in_memorandum(memorandum) if "销售部" in str(item.text)]
    assert [item.url.endswith(f"#remark-{remark.uid}") and not item.hard for item in found] == [True]
    assert to_answer_remarks(people["周以宁"]).total == 1
    assert to_answer_remarks(people["许知夏"]).total == 0
    take_over(actor=people["周以宁"], project_uid=project.uid, remark_uid=remark.uid)
    assert to_answer_remarks(people["周以宁"]).total == 0


def test_the_form_keeps_what_was_typed_and_proposes_from_the_page(people: People) -> None:
    project, memorandum = build.drafted(people)
    clause = memorandum.clauses.get(number="2.5")
    client, url = seen_by(people, "许知夏"), reverse("clause_remark", args=[project.uid, clause.uid])
    form = client.get(reverse("memorandum", args=[project.uid]) + f"?remark={clause.uid}").context["remark_form"]
    said = {name: form[name].value() or "" for name in form.fields}
    said = {name: value.isoformat() if isinstance(value, date) else value for name, value in said.items()}
    empty = client.post(url, said)
    assert empty.status_code == 422
    assert empty.context["remark_form"].errors["comment"]
    wrong = client.post(url, said | {"due_on": "2026-08-99", "comment": "推迟"})
    assert wrong.status_code == 422
    assert "推迟" in wrong.content.decode()
    right = client.post(url, said | {"due_on": "2026-08-20"}, headers={"HX-Request": "true"})
    assert right.status_code == 200
    assert list(ClauseRemark.objects.get().proposed) == ["due_on"]
    assert client.post(reverse("clause_remark", args=[project.uid, project.uid]), said).status_code == 404


def test_a_removed_clause_takes_its_remarks_along(people: People) -> None:
    project, memorandum = build.drafted(people)
    remark = counter(people, project, memorandum)
    remove_clause(actor=people["周以宁"], project_uid=project.uid, row_uid=remark.clause.uid)
    assert not ClauseRemark.objects.exists()
    assert ClauseRemark.history.filter(id=remark.pk).exists()
