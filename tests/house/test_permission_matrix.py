"""Every route of the product × a cast of named people: who passes the door, who is refused, for whom it does not exist.

A cell: ✔ passes (what follows may still be a mistake in the form, or “not now”), – 403, ∅ 404. A URL that stands in no row fails.
"""

import logging
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.urls import URLPattern, get_resolver, reverse
from pytest_django import DjangoDbBlocker

from collab.samples.people import load_people
from common import clock
from projects.models import ClauseRemark, ResourceNeed
from tests.api.routes import NAMES as API
from tests.house.rows import EVERYBODY, HEAD, READERS, STEERING, Args, Route, get, post
from tests.house.rows_calendar import CALENDAR
from tests.house.rows_changes import CHANGES
from tests.house.rows_documents import DOCUMENTS
from tests.house.rows_meetings import MEETINGS
from tests.house.world import CAST, NOW, World, build_world
from tracking.models import ChecklistItem, SavedView

SIGNS = {403: "–", 404: "∅"}
NOWHERE = UUID("00000000-0000-4000-8000-000000000000")


def draft(w: World) -> list[Any]:
    return [w.draft.uid]


def prepared(w: World) -> list[Any]:
    return [w.prepared.uid]


def drafting(w: World) -> list[Any]:
    return [w.drafting.uid]


def signing(w: World) -> list[Any]:
    return [w.signing.uid]


def running(w: World) -> list[Any]:
    return [w.running.uid]


def task(w: World) -> list[Any]:
    return [w.task.uid]


def talk(w: World) -> list[Any]:
    return ["tracking.task", w.task.uid]


def point(w: World) -> list[Any]:
    """A point of the task's checklist."""
    return [ChecklistItem.objects.get_or_create(task=w.task, text="照片齐全")[0].uid]


def attached(w: World) -> list[Any]:
    return [w.file.uid]


def handed(w: World) -> list[Any]:
    return [w.running.tasks.filter(handed_to__name="市场部").exclude(department__name="市场部")[0].uid]


def view(w: World) -> list[Any]:
    said = {"layout": "table", "is_shared": True}
    made, _new = SavedView.objects.get_or_create(project=w.running, owner=w.people[CAST["PL"]], name="共享", defaults=said)
    return [w.running.uid, made.uid]


def risk(w: World) -> list[Any]:
    return [w.risk.uid]


def planned(w: World) -> list[Any]:
    return [w.planned.uid]


def writing(w: World) -> list[Any]:
    return [w.writing.uid]


def out(w: World) -> list[Any]:
    return [w.out.uid]


def part(kind: str, row: str) -> Args:
    return lambda w: [w.prepared.uid, kind, w.part(row).uid]


def clause(w: World) -> list[Any]:
    return [w.drafting.uid, w.drafting.memoranda.get().clauses.first().uid]


def remark(w: World) -> list[Any]:
    """A counter-text of 销售部 on a clause of the draft."""
    clause = w.drafting.memoranda.get().clauses.get(department=w.sales)
    said = {"department": w.sales, "author": w.people[CAST["PL"]], "kind": "counter", "text": "多两周"}
    return [w.drafting.uid, ClauseRemark.objects.get_or_create(clause=clause, **said)[0].uid]


def need(w: World) -> list[Any]:
    """A resource that is asked of 销售部."""
    said = {"spec": "促销员", "for_dept": w.drafting.initiating_dept, "from_dept": w.sales}
    return [w.drafting.uid, ResourceNeed.objects.get_or_create(project=w.drafting, **said)[0].uid]


def minutes_row(rows: str) -> Args:
    return lambda w: [getattr(w.writing.minutes_versions.get(), rows).get().uid]


MATRIX = [
    # everybody who has signed in
    get("desk", EVERYBODY),
    get("director", EVERYBODY, note="empty for who heads nothing"),
    get("me", EVERYBODY),
    post("add_token", EVERYBODY, said=lambda _w: {"days": 90}),
    post("end_token", "∅" * 12, lambda _w: [NOWHERE], note="one's own alone"),
    # what proves a signer, leave, what the organisation chose
    post("set_pin", EVERYBODY),
    post("remove_pin", EVERYBODY),
    get("add_code_device", EVERYBODY),
    post("add_code_device", EVERYBODY),
    get("add_passkey", EVERYBODY),
    post("add_passkey", EVERYBODY),
    post("end_factor", "∅" * 12, lambda _w: [NOWHERE], said=lambda _w: {"password": "x"}, note="one's own alone"),
    post("name_deputy", "✔✔✔✔✔✔✔✔✔–✔✔"),  # nobody stands in for an auditor
    get("stand_ins", "✔–✔–––––––✔–"),
    post("stand_ins", "✔–✔–––––––✔–"),
    post("end_leave", "∅✔✔✔∅∅∅∅∅∅✔∅", lambda w: [w.leave.uid], note="the two, the head, the administrator"),
    get("organisation", "–––––––––✔✔–"),
    post("organisation", "––––––––––✔–"),
    get("number_example", "–––––––––✔✔–"),
    *CALENDAR,
    get("rights", EVERYBODY),
    get("api_docs", EVERYBODY),
    get("notices", EVERYBODY),
    post("notices_seen", EVERYBODY),
    get("notice", "∅∅✔∅∅∅∅∅∅∅∅∅", lambda w: [w.notice.uid]),  # one's own
    get("account_change_password", EVERYBODY),
    get("account_set_password", EVERYBODY),
    get("projects", EVERYBODY),
    get("project_new", EVERYBODY),
    get("recent_projects", EVERYBODY),
    post("vague_hints", EVERYBODY, said=lambda _w: {"goal": "尽快"}),
    get("sign_several", EVERYBODY),  # one's own alone
    post("sign_several", EVERYBODY),
    post("sign_passkey", EVERYBODY),  # only of papers that wait for oneself
    get("risks", EVERYBODY),
    get("meetings", EVERYBODY),
    get("weekly_card", EVERYBODY),
    post("weekly_card", EVERYBODY),  # each line passes the door of its own task
    get("live", EVERYBODY),  # says nothing; streams ask at a door of their own
    # a draft: its author and the head who could start it
    get("project", "✔✔∅∅∅∅∅∅∅∅∅∅", draft, note="draft"),
    post("start_project", "✔–∅∅∅∅∅∅∅∅∅∅", draft),
    # step 1
    get("project", READERS, prepared),
    get("project_log", "✔✔✔✔✔✔–✔✔✔∅∅", prepared),
    get("gate", READERS, prepared),
    get("project_head", READERS, prepared),
    Route("live_poll", READERS, method="get", said=lambda w: {"project": w.prepared.uid}),
    post("gate", HEAD, prepared),
    post("suspend_project", HEAD, prepared),
    post("resume_project", HEAD, prepared),
    post("cancel_project", HEAD, prepared),
    post("add_viewer", HEAD, prepared),
    post("drop_viewer", HEAD, lambda w: [w.prepared.uid, w.people[CAST["NV"]].uid]),
    post("add_part", STEERING, lambda w: [w.prepared.uid, "kpi"], note="kpi"),
    post("add_part", STEERING, lambda w: [w.prepared.uid, "node"], note="node"),
    post("add_part", STEERING, lambda w: [w.prepared.uid, "scope"], note="scope"),
    post("add_part", STEERING, lambda w: [w.prepared.uid, "contingency"], note="contingency"),
    post("add_part", HEAD, lambda w: [w.prepared.uid, "invite"], note="invitation"),
    post("save_part", STEERING, part("kpi", "kpi"), note="kpi"),
    post("save_part", "✔✔✔✔––––––∅∅", part("actual", "kpi"), note="what a kpi reached"),
    post("save_part", "––✔–––––––∅∅", part("liaison", "liaison"), note="liaison of 销售部"),
    post("save_part", STEERING, lambda w: [w.prepared.uid, "goal", w.prepared.uid], note="goal"),
    post("remove_part", STEERING, part("kpi", "kpi"), note="kpi"),
    # step 2
    get("memorandum", READERS, drafting),
    post("memorandum_draft", STEERING, prepared),
    post("memorandum_terms", STEERING, drafting),
    post("clause_add", STEERING, drafting),
    post("clause_save", STEERING, clause),
    post("clause_remove", STEERING, clause),
    get("memorandum_preview", READERS, drafting),
    get("memorandum_changes", READERS, drafting),
    post("clause_remark", "✔✔✔✔✔–––––∅∅", clause, lambda _w: {"comment": "太晚"}),
    post("remark_take", STEERING, remark),
    post("remark_decline", STEERING, remark, lambda _w: {"answer": "不能再晚"}),
    post("need_answer", "––✔✔––––––∅∅", need, lambda w: {"seen_version": 1, "state": "agreed"}, note="asked of 销售部"),
    get("kickoff_resolutions", "✔✔✔✔✔––✔✔✔∅∅", drafting),
    post("resolution_not_needed", STEERING, lambda w: [w.resolution.uid], lambda _w: {"reason": "已写入"}),
    post("resolution_reopen", STEERING, lambda w: [w.resolution.uid]),
    get("promise_tasks", READERS, running),
    get("memorandum_open", HEAD, drafting),
    post("memorandum_open", HEAD, drafting),
    post("memorandum_take_back", HEAD, signing),
    *DOCUMENTS,
    # step 3
    get("project_meetings", READERS, running),
    get("kickoff_lines", READERS, running),
    get("call_meeting", STEERING, running),
    post("call_meeting", STEERING, running),
    get("meeting", READERS, planned),
    post("end_meeting", STEERING, planned),
    post("mark_not_held", STEERING, planned),
    post("call_anew", STEERING, planned),
    get("move_meeting", STEERING, planned),
    post("move_meeting", STEERING, planned),
    post("add_agenda_item", "✔✔✔✔––––––∅∅", planned, lambda w: {"title": "排期", "department": w.sales.uid}),
    post("set_attendance", STEERING, planned),
    get("minutes", "✔✔✔✔✔––✔✔✔∅∅", writing, note="draft: to others than its writers only that there is one"),
    get("minutes", "✔✔✔✔✔––✔✔✔∅∅", out, note="distributed"),
    post("write_summary", STEERING, writing),
    post("add_resolution", STEERING, writing),
    post("add_action", STEERING, writing),
    post("write_item", STEERING, lambda w: [w.writing.agenda.first().uid]),
    post("remove_resolution", STEERING, minutes_row("resolutions")),
    post("remove_action", STEERING, minutes_row("actions")),
    post("action_to_task", STEERING, minutes_row("actions")),
    post("publish_minutes", STEERING, writing),
    post("confirm_minutes", "✔✔✔✔✔–––––∅∅", out),
    post("archive_minutes", STEERING, out),
    # steps 4 and 5
    get("project_tasks", READERS, running),
    get("project_card", READERS, running),
    post("project_card", READERS, running),  # each line passes the door of its own task
    get("board", READERS, running),
    get("board_overview", READERS, running),
    get("card", READERS, task),
    get("table", READERS, running),
    post("table_columns", READERS, running),
    get("row_of_task", READERS, task),
    get("cell_of_task", "✔✔✔✔––––––∅∅", lambda w: [w.task.uid, "weight"], note="weight"),
    post("cell_of_task", "✔✔✔✔––––––∅∅", lambda w: [w.task.uid, "assignee"], note="assignee"),
    get("cell_of_task", "✔✔✔✔–✔––––∅∅", lambda w: [w.task.uid, "status"], note="status"),
    get("saved_views", READERS, running),
    post("saved_views", READERS, running, lambda _w: {"name": "自留", "layout": "table"}, note="own"),
    post(
        "saved_views", "✔✔✔✔✔–––––∅∅", running, lambda _w: {"name": "共享", "layout": "table", "is_shared": "on"}, note="shared"
    ),
    get("saved_view", READERS, view),
    post("usual_view", READERS, running),
    post("change_view", "✔✔–✔––––––∅∅", view),  # who keeps it (here the liaison of 销售部), and the lead
    post("delete_view", "✔✔–✔––––––∅∅", view),
    get("project_risks", READERS, running),
    get("task", READERS, task),
    get("task_plan", READERS, task),
    post("save_checklist", "✔✔✔✔––––––∅∅", task),
    post("save_steps", "✔✔✔✔––––––∅∅", task),
    post("save_needs", "✔✔✔✔––––––∅∅", task),
    post("tick_point", "✔✔✔✔–✔––––∅∅", point),
    get("line_of_task", READERS, task),
    post("place_task", "✔✔✔✔––––––∅∅", task),
    get("add_task", "✔✔✔✔✔–––––∅∅", running),
    post("edit_task", "✔✔✔✔––––––∅∅", task),
    post("split_task", "✔✔✔✔–✔––––∅∅", task),
    post("confirm_task", "––✔✔––––––∅∅", task),  # each department its own
    post("assign_task", "✔✔✔✔––––––∅∅", task),
    post("report_progress", "✔✔✔✔–✔––––∅∅", task),
    get("task_review", READERS, task),
    post("submit_task", "✔✔✔✔–✔––––∅∅", task),
    post("accept_task", "✔✔––––––––∅∅", handed),  # 市场部 receives it
    get("return_task", "✔✔––––––––∅∅", handed),
    post("return_task", "✔✔––––––––∅∅", handed),
    post("move_task", "✔✔✔✔–✔––––∅∅", task),
    post("undo_move", "✔✔✔✔–✔––––∅∅", task),
    # files and comments
    get("files_of", READERS, talk),
    post("files_of", "✔✔✔✔–✔––––∅∅", talk),
    get("file", READERS, attached),
    get("file_view", READERS, attached),
    get("file_preview", READERS, attached),
    post("remove_file", "✔✔–✔––––––∅∅", attached),  # who attached it (here the liaison of 销售部), and the lead
    post("restore_file", "∅∅∅∅∅∅∅∅∅∅∅∅", attached),  # it was not removed
    get("comments_of", READERS, talk),
    post("comments_of", "✔✔✔✔–✔✔✔✔–∅∅", talk),
    get("risk", READERS, risk),
    post("answer_risk", "✔✔✔✔–✔––––∅∅", risk),
    post("close_risk", "✔✔✔–––––––∅∅", risk),
    *CHANGES,
    *MEETINGS,
]
PUBLIC = {  # before sign-in; what they show is no project's
    "healthz",
    "language",
    "account_login",
    "account_logout",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "verify",
    "calendar_feed",  # who holds its address reads one person's meetings; tests/meetings/test_calendar_feed.py
    "check_distribution",  # who holds a code learns when minutes were distributed and to how many, not what they say
    "verify_code",  # who holds a code learns whether the document is genuine, not what it says
}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One world for all rows; every try is rolled back."""
    logging.disable(logging.WARNING)  # a refused request is what is tried here
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world(load_people())
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


def answer(world: World, route: Route, person: str | None, args: list[Any] | None = None) -> Any:
    """What this person gets for the route; nothing of it stays."""
    client = world.browsers[person]
    with clock.at(NOW), transaction.atomic():
        url = reverse(route.name, args=route.args(world) if args is None else args)
        response = getattr(client, route.method)(url, route.said(world))
        transaction.set_rollback(True)
    return response


def cell(status: int) -> str:
    """A status as the matrix writes it; 503 is a PDF that is not printed yet."""
    return str(status) if status in (405, 500) else SIGNS.get(status, "✔")


@pytest.mark.parametrize("route", MATRIX, ids=str)
def test_who_passes(world: World, route: Route) -> None:
    found = "".join(cell(answer(world, route, name).status_code) for name in CAST.values())
    assert found == route.cells, " ".join(CAST)


@pytest.mark.parametrize("route", MATRIX, ids=str)
def test_nobody_passes_before_sign_in(world: World, route: Route) -> None:
    response = answer(world, route, None)
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


def routes(patterns: Any, found: list[URLPattern] | None = None) -> list[URLPattern]:
    """Every URL pattern below a resolver."""
    found = [] if found is None else found
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            found.append(pattern)
        else:
            routes(pattern.url_patterns, found)
    return found


def test_every_route_stands_in_the_matrix() -> None:
    known = {route.name for route in MATRIX} | PUBLIC | API
    found = {pattern.name or str(pattern.pattern) for pattern in routes(get_resolver().url_patterns)}
    assert found - known == set()
    assert known - found == set()


def test_what_is_public_says_so_and_nothing_else_is() -> None:
    for pattern in routes(get_resolver().url_patterns):
        opened = getattr(pattern.callback, "login_required", True) is False
        assert opened == (pattern.name in PUBLIC | API), pattern.name  # the API answers 401 itself: tests/api


OF_NO_PROJECT = {
    "name_deputy",
    "stand_ins",
    "end_leave",
    "organisation",
    "number_example",
    *(row.name for row in CALENDAR),
}  # people and their house


def test_whatever_belongs_to_a_project_does_not_exist_for_outsider_and_administrator() -> None:
    for route in MATRIX:
        if route.cells != EVERYBODY and route.name not in OF_NO_PROJECT:
            assert route.cells.endswith("∅∅"), str(route)


@pytest.mark.parametrize("route", [row for row in MATRIX if row.cells.endswith("∅∅")], ids=str)
def test_missing_and_hidden_give_the_same_answer(world: World, route: Route) -> None:
    args = [NOWHERE if isinstance(arg, UUID) else arg for arg in route.args(world)]
    hidden, missing = answer(world, route, CAST["OUT"]), answer(world, route, CAST["OUT"], args)
    assert hidden.status_code == missing.status_code == 404
    assert len(hidden.content) == len(missing.content)
