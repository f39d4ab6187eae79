"""What may happen at the same second has one outcome each, with the right words, and is never a crash (rules A1, C6)."""

from datetime import timedelta

import pytest

from activity.models import Event
from common.refusals import Refused
from documents.models import Document, PaperCopy, Signature, Slot
from documents.services import add_signer, judge_scan, note_document, nudge, pass_on
from documents.services.freezing import freeze
from people.models import Department, User
from people.services import set_department_head
from projects.models import Memorandum, Project
from projects.services.clauses import save_clause
from projects.services.signing import take_back
from tests.documents import build
from tests.documents.build import HEADS, MOMENT, People, sign_as
from tests.documents.racing import an_hour_later, at_the_page, together
from tests.documents.test_sign_on_paper import handed_in

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


def opened(people: People) -> Document:
    with build.at():
        return build.opened(people)


def test_eight_directors_sign_at_the_same_second_through_the_page(people: People) -> None:
    document = opened(people)
    further = ["邵云舟", "温可言", "卫书窈"]
    with build.at():
        for name in further:
            add_signer(actor=people["林书瑶"], document_uid=document.uid, signer=people[name])
    answers = together(*[at_the_page(people[name], document) for name in (*HEADS, *further)])
    assert [answer.status_code for answer in answers] == [302] * 8
    document.refresh_from_db()
    assert document.state == Document.State.COMPLETE
    assert Signature.objects.count() == Event.objects.filter(verb="document.signed").count() == 8
    left = Event.objects.filter(verb="document.signed").values_list("facts__left", flat=True)
    assert sorted(left) == list(range(8))  # one after the other, and one was the last


def test_a_double_click_without_a_key_signs_once_and_says_so(people: People) -> None:
    document = opened(people)
    answers = together(*[at_the_page(people["贺立川"], document)] * 1, at_the_page(people["贺立川"], document))
    assert sorted(answer.status_code for answer in answers) == [302, 422]
    refused = next(answer for answer in answers if answer.status_code == 422)
    assert "您已签署" in refused.content.decode()
    assert Signature.objects.count() == 1


def test_a_double_click_with_the_form_s_key_gets_the_same_answer_twice(people: People) -> None:
    document = opened(people)
    answers = together(*[at_the_page(people["贺立川"], document, once="k1") for _turn in range(3)])
    assert {answer.status_code for answer in answers} == {302}
    assert Signature.objects.count() == Event.objects.filter(verb="document.signed").count() == 1


def test_while_it_is_taken_back_a_signature_falls_with_it_or_is_refused(people: People) -> None:
    document = opened(people)
    memorandum = Memorandum.objects.get()
    project = Project.objects.get()

    def back() -> object:
        said = {"seen_version": memorandum.version, "reason": "漏了一条"}
        return take_back(actor=people["林书瑶"], project_uid=project.uid, **said)

    answer, taken = together(at_the_page(people["贺立川"], document), an_hour_later(back))
    assert isinstance(taken, Memorandum)
    document.refresh_from_db()
    assert document.state == Document.State.WITHDRAWN
    assert set(document.slots.values_list("state", flat=True)) == {Slot.State.VOID}
    if answer.status_code == 422:
        assert "撤回" in answer.content.decode()
        assert not Signature.objects.exists()
    else:
        assert (answer.status_code, Signature.objects.count()) == (302, 1)


def test_while_heads_sign_the_author_s_edit_is_refused_in_words(people: People) -> None:
    document = opened(people)
    clause = Memorandum.objects.get().clauses.get(number="2.4")
    project = Project.objects.get()

    def edit() -> object:
        said = {"department": clause.department, "text": "改一改", "deliverable": clause.deliverable}
        return save_clause(
            actor=people["周以宁"], project_uid=project.uid, row_uid=clause.uid, seen_version=clause.version,
            due_on=clause.due_on, **said,
        )  # fmt: skip

    answer, refusal = together(at_the_page(people["贺立川"], document), an_hour_later(edit))
    assert answer.status_code == 302
    assert isinstance(refusal, Refused)
    clause.refresh_from_db()
    assert clause.text != "改一改"


@pytest.mark.parametrize("turn", range(3))
def test_a_director_demoted_while_signing_signed_before_or_is_told_who_signs_now(people: People, turn: int) -> None:
    document = opened(people)
    department = Department.objects.get(name="研发部")
    successor = User.objects.get(name="沈嘉禾")

    def demote() -> object:
        return set_department_head(actor=None, department_uid=department.uid, head=successor)

    answer, _changed = together(at_the_page(people["顾承泽"], document), an_hour_later(demote))
    slot = document.slots.get(department=department)
    if answer.status_code == 302:
        assert (slot.state, slot.signer) == (Slot.State.SIGNED, people["顾承泽"])
    else:
        assert answer.status_code == 409
        assert "沈嘉禾" in answer.content.decode()
        assert (slot.state, slot.signer) == (Slot.State.OPEN, successor)
        with build.at(hours=2):
            sign_as(successor, document)
    assert Signature.objects.count() == 1


def test_passing_on_and_signing_at_once_leaves_one_of_both(people: People) -> None:
    document = opened(people)
    slot = document.slots.get(department__name="研发部")

    def passing() -> object:
        said = {"to": people["陆景行"], "reason": "由分管领导签署"}
        return pass_on(actor=people["顾承泽"], document_uid=document.uid, slot_uid=slot.uid, **said)

    answer, passed = together(at_the_page(people["顾承泽"], document), an_hour_later(passing))
    slot.refresh_from_db()
    assert (answer.status_code == 302) == isinstance(passed, Refused) == (slot.state == Slot.State.SIGNED)
    assert slot.signer == (people["顾承泽"] if answer.status_code == 302 else people["陆景行"])


def test_the_paper_copy_and_the_page_at_once_make_one_signature(people: People) -> None:
    document = opened(people)
    with build.at():
        copy = handed_in(people, document)

    def judge(name: str) -> object:
        return judge_scan(actor=people[name], document_uid=document.uid, scan_uid=copy.uid, matches=True)

    together(
        at_the_page(people["顾承泽"], document),
        an_hour_later(lambda: judge("许知夏")),
        an_hour_later(lambda: judge("贺立川")),
    )
    signature = Signature.objects.get()
    copy.refresh_from_db()
    is_paper = signature.method == Signature.Method.PAPER
    assert copy.state == (PaperCopy.State.CONFIRMED if is_paper else PaperCopy.State.REFUSED)


def test_two_who_nudge_at_once_nudge_once(people: People) -> None:
    document = opened(people)
    slot = document.slots.get(department__name="研发部")

    def nudged(name: str) -> object:
        return nudge(actor=people[name], document_uid=document.uid, slot_uid=slot.uid)

    answers = together(*[an_hour_later(lambda name=name: nudged(name)) for name in ("林书瑶", "周以宁", "许知夏")])
    assert answers.count(1) == 1
    assert Event.objects.filter(verb="document.nudged").count() == 1


def test_the_last_signature_and_the_last_note_at_once_complete_it_once(people: People) -> None:
    with build.at():
        base = build.signed_by_all(people)
        known = {slot.department.name: (slot.department, slot.signer) for slot in base.slots.all()}
        document = freeze(
            kind=Document.Kind.AMENDMENT, subject=base, project=Project.objects.get(), version=2, number="补1",
            title="补充协议", snapshot={"clauses": []}, signers=[known["研发部"]], informed=[known["销售部"]],
            object_by=MOMENT + timedelta(days=2),
        )  # fmt: skip

    def note() -> object:
        return note_document(actor=people["蒋明远"], document_uid=document.uid)

    answer, _noted = together(at_the_page(people["顾承泽"], document), an_hour_later(note))
    assert answer.status_code == 302
    document.refresh_from_db()
    assert document.state == Document.State.COMPLETE
