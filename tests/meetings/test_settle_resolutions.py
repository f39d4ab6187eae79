"""The kick-off's resolutions beside the draft: each a clause, set aside, or open; newer minutes carry it on (rule C5)."""

from datetime import date, timedelta
from urllib.parse import parse_qs, urlparse

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client
from django.urls import reverse

from common import clock
from common.refusals import Refused
from documents.services import object_to
from meetings.models import Meeting, ResolutionUse
from meetings.parsing import read
from meetings.resolutions import Resolutions
from meetings.services import add_resolution, end_meeting, mark_not_needed, publish_minutes, take_up_again, write_summary
from people.models import Department, User
from projects.models import Project
from projects.queries.readiness import missing_in_memorandum
from projects.services.clauses import remove_clause, save_clause
from projects.services.memorandum import draft_memorandum
from tests.meetings.conftest import END

pytestmark = pytest.mark.django_db
People = dict[str, User]
SAID = ("@销售部 下周五前 铺货 20 家", "统一使用新品包装")


@pytest.fixture
def out(people: People, kickoff: Meeting) -> Meeting:
    """The kick-off was held; its minutes with two resolutions are out."""
    with clock.at(END):
        end_meeting(actor=people["周以宁"], meeting_uid=kickoff.uid)
        for text in SAID:
            add_resolution(actor=people["周以宁"], meeting_uid=kickoff.uid, text=text)
    with clock.at(END + timedelta(hours=1)):
        publish_minutes(actor=people["周以宁"], meeting_uid=kickoff.uid)
    return kickoff


@pytest.fixture(autouse=True)
def _after() -> object:
    with clock.at(END + timedelta(hours=2)):
        yield


def seen_by(people: People, name: str) -> Client:
    client = Client()
    client.force_login(people[name])
    return client


def rows(project: Project) -> list[tuple[str, str]]:
    return [(row.text, str(use) if use else "") for row, use in Resolutions(project).rows]


@pytest.mark.parametrize(
    ("text", "department", "due_on", "quantity", "unit", "rest"),
    [
        ("@销售部 下周五前 铺货 20 家", "销售部", date(2026, 4, 24), 20, "家", "铺货 20 家"),
        ("生产部：6月30日前备货1万台", "生产部", date(2026, 6, 30), 10000, "台", "备货1万台"),
        ("由研发部在月底前出样机", "研发部", date(2026, 4, 30), None, "", "由研发部在 出样机"),
        ("统一使用新品包装", None, None, None, "", "统一使用新品包装"),
        ("2月30日前完成", None, None, None, "", "2月30日前完成"),
    ],
)
def test_a_resolution_is_read_as_far_as_it_can(
    people: People, text: str, department: str | None, due_on: date | None, quantity: int | None, unit: str, rest: str
) -> None:
    said = read(text, Department.objects.all(), date(2026, 4, 14))
    found = (said.department.name if said.department else None, said.due_on, said.quantity, said.unit, said.rest)
    assert found == (department, due_on, quantity, unit, rest)


def test_one_click_opens_the_form_with_what_it_says_and_the_clause_settles_it(
    people: People, project: Project, out: Meeting
) -> None:
    draft_memorandum(actor=people["周以宁"], project_uid=project.uid)
    client = seen_by(people, "周以宁")
    page = client.get(reverse("kickoff_resolutions", args=[project.uid]), headers={"HX-Request": "true"})
    line = page.context["open"][0]
    said = {name: value[0] for name, value in parse_qs(urlparse(line.address).query).items()}
    assert (said["due_on"], said["quantity"], said["unit"], said["deliverable"]) == ("2026-04-24", "20", "家", "铺货 20 家")
    form = client.get(line.address).context["clause_form"]
    assert form["department"].value() == str(Department.objects.get(name="销售部").uid)
    typed = {name: form[name].value() or "" for name in form.fields}
    assert client.post(reverse("clause_add", args=[project.uid]), typed).status_code == 302
    use = ResolutionUse.objects.get()
    assert use.clause is not None
    assert (use.clause.text, use.clause.due_on, use.by) == ("铺货 20 家", date(2026, 4, 24), people["周以宁"])
    assert [text for text, use in rows(project) if not use] == [SAID[1]]
    remove_clause(actor=people["周以宁"], project_uid=project.uid, row_uid=use.clause.uid)
    assert [text for text, use in rows(project) if not use] == list(SAID)


def test_one_is_set_aside_with_a_reason_and_taken_up_again(people: People, project: Project, out: Meeting) -> None:
    first, second = (row for row, _use in Resolutions(project).rows)
    with pytest.raises(Refused) as refusal:
        mark_not_needed(actor=people["周以宁"], resolution_uid=first.uid, reason=" ")
    assert refusal.value.field == "reason"
    mark_not_needed(actor=people["周以宁"], resolution_uid=second.uid, reason="已在包装规范中")
    with pytest.raises(Refused):
        mark_not_needed(actor=people["林书瑶"], resolution_uid=second.uid, reason="再说一次")
    assert rows(project) == [(SAID[0], ""), (SAID[1], "已在包装规范中")]
    take_up_again(actor=people["周以宁"], resolution_uid=second.uid)
    assert rows(project) == [(SAID[0], ""), (SAID[1], "")]


def test_what_is_a_clause_is_not_taken_up_again_and_a_foreign_origin_settles_nothing(
    people: People, project: Project, out: Meeting
) -> None:
    draft_memorandum(actor=people["周以宁"], project_uid=project.uid)
    first = Resolutions(project).rows[0][0]
    said = {"department": Department.objects.get(name="销售部"), "text": "铺货", "deliverable": "铺货"}
    for origin in ("x", str(project.uid)):
        save_clause(actor=people["周以宁"], project_uid=project.uid, origin=origin, **said)
    assert not ResolutionUse.objects.exists()
    save_clause(actor=people["周以宁"], project_uid=project.uid, origin=str(first.uid), **said)
    with pytest.raises(Refused) as refusal:
        take_up_again(actor=people["周以宁"], resolution_uid=first.uid)
    assert refusal.value.code == "clause"


def test_newer_minutes_that_repeat_it_word_for_word_carry_it_on(people: People, project: Project, out: Meeting) -> None:
    mark_not_needed(actor=people["周以宁"], resolution_uid=Resolutions(project).rows[1][0].uid, reason="已在包装规范中")
    document = out.minutes_versions.get().document
    assert document is not None
    object_to(actor=people["蒋明远"], document_uid=document.uid, reason="漏了一条")
    assert [text for text, _use in rows(project)] == list(SAID)  # the new version is still being written
    add_resolution(actor=people["周以宁"], meeting_uid=out.uid, text="售后部备件一周内到位")
    draft = out.minutes_versions.get(edition=2)
    write_summary(actor=people["周以宁"], meeting_uid=out.uid, seen_version=draft.version, summary="补充一条")
    publish_minutes(actor=people["周以宁"], meeting_uid=out.uid)
    assert rows(project) == [(SAID[0], ""), (SAID[1], "已在包装规范中"), ("售后部备件一周内到位", "")]


def test_what_is_open_stands_in_the_readiness(people: People, project: Project, out: Meeting) -> None:
    memorandum = draft_memorandum(actor=people["周以宁"], project_uid=project.uid)
    found = [item for item in missing_in_memorandum(memorandum) if item.url == reverse("kickoff_resolutions", args=[project.uid])]
    assert ["2" in str(item.text) and not item.hard for item in found] == [True]
    for row, _use in Resolutions(project).rows:
        mark_not_needed(actor=people["周以宁"], resolution_uid=row.uid, reason="已写入")
    assert not [item for item in missing_in_memorandum(memorandum) if "resolutions" in item.url]


def test_who_drafts_settles_who_attended_reads(people: People, project: Project, out: Meeting) -> None:
    row = Resolutions(project).rows[0][0]
    url = reverse("kickoff_resolutions", args=[project.uid])
    with pytest.raises(PermissionDenied):
        mark_not_needed(actor=people["蒋明远"], resolution_uid=row.uid, reason="不要")
    with pytest.raises(Http404):
        mark_not_needed(actor=people["单𠮷安"], resolution_uid=row.uid, reason="不要")
    assert [seen_by(people, name).get(url).status_code for name in ("周以宁", "蒋明远", "米小禾", "单𠮷安")] == [
        200,
        200,
        403,
        404,
    ]
    post = reverse("resolution_not_needed", args=[row.uid])
    assert seen_by(people, "周以宁").post(post, {"reason": ""}).status_code == 422
    assert seen_by(people, "周以宁").post(post, {"reason": "已写入"}).status_code == 302
    assert seen_by(people, "周以宁").post(reverse("resolution_reopen", args=[row.uid])).status_code == 302
