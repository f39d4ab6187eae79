"""Change requests: impact, opinions, the decision; a declined one leaves everything as it was (rule C9)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext

from activity.models import Clock, Event, Notice
from activity.ticking import run_due_clocks
from common import clock
from common.refusals import Conflict, Refused
from people.models import User
from projects.models import Amendment, Clause, Project
from tests.documents import build as papers
from tests.tracking.changing import at, clause_of, in_force, later, request, task_of
from tracking.change_access import change_for
from tracking.models import ChangeRequest, Opinion
from tracking.queries.changing import of_requests
from tracking.services import decide_change, give_opinion, save_change, withdraw_change
from tracking.services.changes import InLine, Said

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


def test_handed_in_it_says_what_it_hits_and_asks_the_departments(people: People, project: Project) -> None:
    change = request(people, project, "田牧野", clause_of(project, "生产部"))
    assert (change.state, change.number, change.kind) == ("in_review", 1, "date")
    assert [hit["number"] for hit in change.impact["clauses"]] == ["2.4", "2.5"]
    asked = {party.department.name for party in project.parties.all() if party.department_id in change.impact["asked"]}
    assert asked == {"销售部"}  # the requester's own department has said so by asking
    assert Clock.objects.get(kind="opinions").due_at == change.opinions_by
    assert change.opinions_by == datetime(2026, 4, 17, 10, tzinfo=UTC)  # Friday 18:00 in Shanghai, the second workday
    told = set(Notice.objects.filter(event__verb="change.handed_in").values_list("reader__name", flat=True))
    assert told == {"蒋明远", "许知夏", "林书瑶", "周以宁"}
    assert change.title == str(clause_of(project, "生产部"))


def test_opinions_are_given_by_those_asked_anew_as_often_as_they_like(people: People, project: Project) -> None:
    change = request(people, project, "田牧野", clause_of(project, "生产部"))
    assert [row.opines for row in of_requests(people["许知夏"])] == [True]
    with pytest.raises(Refused) as why:
        give_opinion(actor=people["许知夏"], change_uid=change.uid, says="against", text="")
    assert why.value.field == "text"
    give_opinion(actor=people["许知夏"], change_uid=change.uid, says="against", text="门店已排期")
    assert Clock.objects.get(kind="opinions").stopped_at is not None
    give_opinion(actor=people["蒋明远"], change_uid=change.uid, says="agrees")
    assert [row.says for row in change.opinions.all()] == ["agrees", "against"]
    assert of_requests(people["许知夏"]) == []
    with pytest.raises(PermissionDenied):
        give_opinion(actor=people["孟初晴"], change_uid=change.uid, says="agrees")


def test_silence_decides_nothing_but_is_told(people: People, project: Project) -> None:
    change = request(people, project, "田牧野", clause_of(project, "生产部"))
    assert change.opinions_by is not None
    with clock.at(change.opinions_by + timedelta(minutes=1)):
        run_due_clocks()
        run_due_clocks()
    change.refresh_from_db()
    assert change.state == "in_review"
    assert Event.objects.get(verb="change.opinions_due").facts["missing"] == ["销售部"]


def test_approved_it_stands_in_the_amendments_draft_in_the_same_act(people: People, project: Project, sales: Clause) -> None:
    change = request(people, project, "许知夏", sales, fields=later(sales, 10) | {"quantity": Decimal(80)})
    decide_change(actor=people["林书瑶"], change_uid=change.uid, seen_version=change.version, approve=True, reason="同意")
    change.refresh_from_db()
    assert (change.state, change.decided_by, change.decision) == ("approved", people["林书瑶"], "同意")
    assert change.amendment is not None
    (line,) = change.amendment.changes.all()
    assert line.before == {"due_on": "2026-08-01", "quantity": "100"}
    assert line.after == {"due_on": "2026-08-11", "quantity": "80"}
    assert "供应商交期推迟" in change.amendment.reason


def test_declined_everything_stays(people: People, project: Project, sales: Clause) -> None:
    before = list(project.tasks.order_by("pk").values("due_on", "version")), Clause.objects.get(pk=sales.pk).version
    change = request(people, project, "许知夏", sales)
    with pytest.raises(Refused):
        decide_change(actor=people["林书瑶"], change_uid=change.uid, seen_version=None, approve=False, reason=" ")
    decide_change(actor=people["林书瑶"], change_uid=change.uid, seen_version=None, approve=False, reason="不影响上市前提下再议")
    assert (list(project.tasks.order_by("pk").values("due_on", "version")), Clause.objects.get(pk=sales.pk).version) == before
    assert not Amendment.objects.exists()
    with pytest.raises(Refused):
        decide_change(actor=people["林书瑶"], change_uid=change.uid, seen_version=None, approve=True, reason="还是同意")


@pytest.mark.parametrize("name", ["周以宁", "蒋明远", "许知夏"])
def test_only_the_head_of_the_lead_decides(name: str, people: People, project: Project, sales: Clause) -> None:
    change = request(people, project, "许知夏", sales)
    with pytest.raises(PermissionDenied):
        decide_change(actor=people[name], change_uid=change.uid, seen_version=None, approve=True, reason="同意")


def test_the_author_is_not_the_only_approver(people: People, project: Project, sales: Clause) -> None:
    change = request(people, project, "林书瑶", sales)
    for says in ("conditions", None):
        with pytest.raises(Refused) as alone:
            decide_change(actor=people["林书瑶"], change_uid=change.uid, seen_version=None, approve=True, reason="同意")
        assert alone.value.code == "alone"
        if says:
            give_opinion(actor=people["蒋明远"], change_uid=change.uid, says=says, text="需补人")
    give_opinion(actor=people["蒋明远"], change_uid=change.uid, says="agrees")
    decide_change(actor=people["林书瑶"], change_uid=change.uid, seen_version=None, approve=True, reason="同意")


def test_a_liaisons_yes_is_no_other_heads(people: People, project: Project, sales: Clause) -> None:
    change = request(people, project, "林书瑶", sales)
    give_opinion(actor=people["许知夏"], change_uid=change.uid, says="agrees")
    with pytest.raises(Refused):
        decide_change(actor=people["林书瑶"], change_uid=change.uid, seen_version=None, approve=True, reason="同意")


def test_bad_lines_are_refused_at_their_line(people: People, project: Project, sales: Clause) -> None:
    good = Said("changed", sales.uid, later(sales, 10))
    finance = clause_of(project, "财务部")
    for bad, field, code in (
        (Said("changed", finance.uid, {"due_on": None}), "due_on", "empty"),
        (Said("changed", finance.uid, {"due_on": finance.due_on}), "due_on", "same"),
        (Said("changed", finance.uid, {"due_on": date(2026, 4, 1)}), "due_on", "past"),
        (Said("changed", finance.uid, {"due_on": date(2040, 4, 1)}), "due_on", "calendar"),
        (Said("changed", sales.uid, {"quantity": Decimal(3)}), "clause", "twice"),
        (Said("added", None, {"text": "培训"}), "department", "empty"),
        (Said("changed", None, {}), "clause", "no_clause"),
    ):
        with pytest.raises(InLine) as refused:
            save_change(actor=people["许知夏"], project_uid=project.uid, lines=[good, bad], reason="r", hand_in=True)
        assert (refused.value.line, refused.value.field, refused.value.code) == (1, field, code)
    with pytest.raises(Refused) as reason:
        save_change(actor=people["许知夏"], project_uid=project.uid, lines=[good], reason=" ", hand_in=True)
    assert reason.value.field == "reason"
    with pytest.raises(Refused) as nothing:
        save_change(actor=people["许知夏"], project_uid=project.uid, lines=[], reason="r")
    assert nothing.value.field == "clause"
    assert not ChangeRequest.objects.exists()


def test_a_draft_is_its_authors_alone_until_it_is_handed_in(people: People, project: Project, sales: Clause) -> None:
    change = request(people, project, "许知夏", sales, hand_in=False)
    assert change.state == "draft"
    with pytest.raises(Http404):
        change_for(people["林书瑶"], change.uid)
    said = {"actor": people["许知夏"], "project_uid": project.uid, "change_uid": change.uid, "reason": "改了"}
    with pytest.raises(Conflict):
        save_change(**said, lines=[Said("changed", sales.uid, later(sales, 20))], seen_version=change.version + 1)
    save_change(**said, lines=[Said("changed", sales.uid, later(sales, 20))], seen_version=change.version, hand_in=True)
    assert change_for(people["林书瑶"], change.uid).lines.get().after == {"due_on": "2026-08-21"}


def test_who_asked_withdraws_before_the_decision(people: People, project: Project) -> None:
    change = request(people, project, "田牧野", clause_of(project, "生产部"))
    withdraw_change(actor=people["田牧野"], change_uid=change.uid)
    change.refresh_from_db()
    assert change.state == "closed"
    assert Clock.objects.get(kind="opinions").stopped_at is not None
    with pytest.raises(Refused):
        give_opinion(actor=people["蒋明远"], change_uid=change.uid, says="agrees")
    assert not Opinion.objects.exists()


def test_before_a_memorandum_is_in_force_nothing_is_requested(people: People) -> None:
    with papers.at():
        project, memorandum = papers.drafted(people)
        clause = memorandum.clauses.get(number="2.1")
        with pytest.raises(Refused) as refused:
            request(people, project, "周以宁", clause)
    assert refused.value.code == "not_in_force"


# pages


@pytest.fixture
def visit(client: Client) -> Any:
    def go(person: User, url: str, data: dict[str, Any] | None = None, **more: Any) -> Any:
        User.objects.filter(pk=person.pk).update(language="en")
        client.force_login(User.objects.get(pk=person.pk))
        return client.get(url, **more) if data is None else client.post(url, data, **more)

    return go


def form(project: Project, clause: Clause, **more: str) -> dict[str, str]:
    return {"count": "1", "l0-kind": "changed", "l0-clause": str(clause.uid), "reason": "供应商推迟"} | more


def test_the_form_is_filled_in_from_a_task_and_handed_in_without_script(
    people: People, project: Project, sales: Clause, visit: Any
) -> None:
    task = task_of(project, "销售部")
    page = visit(people["许知夏"], f"/projects/{project.uid}/changes/new/?task={task.uid}&due=2026-08-11").content.decode()
    assert f'<option value="{sales.uid}" selected>' in page
    assert 'value="2026-08-11"' in page
    answer = visit(people["许知夏"], f"/projects/{project.uid}/changes/new/", form(project, sales, **{"l0-due_on": "2026-08-11"}))
    change = ChangeRequest.objects.get()
    assert (answer.status_code, answer.url) == (302, change.get_absolute_url())
    shown = visit(people["林书瑶"], change.get_absolute_url()).content.decode()
    assert "供应商推迟" in shown
    assert "Approve and draft the amendment" in shown
    visit(
        people["林书瑶"],
        f"/changes/{change.uid}/decide/",
        {"seen_version": change.version, "reason": "同意", "decision": "approve"},
    )
    assert Amendment.objects.get().changes.count() == 1


def test_an_error_stands_at_its_field_and_nothing_typed_is_lost(
    people: People, project: Project, sales: Clause, visit: Any
) -> None:
    said = form(project, sales, **{"l0-due_on": "2026-02-30", "l0-quantity": "90"})
    answer = visit(people["许知夏"], f"/projects/{project.uid}/changes/new/", said)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "2026-02-30" in page
    assert 'value="90"' in page
    past = visit(people["许知夏"], f"/projects/{project.uid}/changes/new/", form(project, sales, **{"l0-due_on": "2026-01-05"}))
    assert past.status_code == 422
    assert 'id="change-0-l0-due_on-error"' in past.content.decode()


def test_a_further_line_is_asked_for_without_script(people: People, project: Project, sales: Clause, visit: Any) -> None:
    said = form(project, sales, more="1", reason="")
    page = visit(people["许知夏"], f"/projects/{project.uid}/changes/new/", said)
    assert page.status_code == 200
    assert 'name="l1-clause"' in page.content.decode()
    assert "is-invalid" not in page.content.decode()


def test_what_it_would_hit_is_shown_while_it_is_typed(people: People, project: Project, sales: Clause, visit: Any) -> None:
    task = task_of(project, "销售部")
    said = " ".join(visit(people["周以宁"], f"/tasks/{task.uid}/impact/?due=2026-08-11").content.decode().split())
    assert "1 clause" in said
    assert "终端铺货门店" in said
    assert "2 signatures" in said
    query = "&".join(f"{name}={value}" for name, value in form(project, sales, **{"l0-due_on": "2026-08-11"}).items())
    whole = visit(people["许知夏"], f"/projects/{project.uid}/changes/impact/?{query}").content.decode()
    assert "2 signatures" in whole
    assert visit(people["周以宁"], f"/tasks/{task.uid}/impact/?due=xx").status_code == 200


def test_pages_ask_a_bounded_number_of_questions(people: People, project: Project, visit: Any) -> None:
    def asked(url: str) -> int:
        visit(people["林书瑶"], url)
        with CaptureQueriesContext(connection) as seen:
            assert visit(people["林书瑶"], url).status_code == 200
        return len(seen)

    first = request(people, project, "田牧野", clause_of(project, "生产部"))
    pages = [f"/projects/{project.uid}/changes/", first.get_absolute_url(), f"/projects/{project.uid}/memorandum/moves/"]
    before = [asked(url) for url in pages]
    for number in range(5):
        request(people, project, "沈嘉禾", clause_of(project, "研发部"), fields={"due_on": date(2026, 6, 1 + number)})
    assert [asked(url) for url in pages] == before
    assert max(before) <= 30


def test_programs_read_the_requests_and_drafts_stay_their_authors(
    people: People, project: Project, sales: Clause, client: Client
) -> None:
    request(people, project, "许知夏", sales)
    request(people, project, "许知夏", sales, hand_in=False)

    def seen(name: str) -> list[dict[str, Any]]:
        client.force_login(people[name])
        found: list[dict[str, Any]] = client.get(f"/api/v1/projects/{project.uid}/changes/").json()["results"]
        return found

    (row,) = seen("林书瑶")
    assert (row["number"], row["state"], row["requested_by"]["name"]) == (1, "in_review", "许知夏")
    assert row["lines"] == [
        {
            "kind": "changed", "clause": str(sales.uid), "number": "2.5",
            "before": {"due_on": "2026-08-01"}, "after": {"due_on": "2026-08-11"},
        }
    ]  # fmt: skip
    assert [row["state"] for row in seen("许知夏")] == ["in_review", "draft"]
