"""Leave (rule A4): a deputy has the row of whom he stands in for, within period and scope, and what is done so says so."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.http import Http404
from django.test import Client

from activity.models import Event, Notice
from collab.desk.rows import gather
from common import clock
from common.refusals import Refused
from common.rights import Role
from common.saying import event_words
from people import leaves
from people.beat import turn_leaves
from people.models import Leave
from people.queries import leaves_for, stood_in_by
from people.services import disable_account
from projects.access import Act, project_for, sees_project, standing
from projects.models import Project
from projects.queries.readers import who_sees
from tests.documents import build as papers
from tests.people.on_leave import DAY, People, at_work, away, budget, morning, sales
from tracking.access import task_for
from tracking.services import assign_task, confirm_task, report_progress

pytestmark = pytest.mark.django_db


@pytest.fixture
def running(people: People) -> Project:
    """A project at work; its memorandum is in force, and tasks wait to be confirmed."""
    return at_work(people)


def refused(people: People, person: str, deputy: str, *, by: str = "", start: int = 0, end: int = 4, scope: str = "all") -> str:
    """At which field it is refused."""
    with morning(-1), pytest.raises(Refused) as refusal:
        leaves.name_deputy(
            actor=people[by or person], person_uid=people[person].uid, deputy_uid=people[deputy].uid,
            starts_on=DAY + timedelta(days=start), ends_on=DAY + timedelta(days=end), scope=scope,
        )  # fmt: skip
    return refusal.value.field or ""


def test_both_are_told_when_it_is_named_when_it_begins_and_when_it_ends(people: People) -> None:
    leave = away(people, "许知夏", "程子昂")
    for day in (-1, 0, 4, 5):
        for _twice in range(2):
            with morning(day):
                turn_leaves()
    verbs = ["people.deputy_named", "people.leave_began", "people.leave_ended"]
    events = list(Event.objects.filter(verb__startswith="people.", verb__in=verbs).order_by("pk"))
    assert [event.verb for event in events] == verbs
    told = [{notice.reader.name for notice in Notice.objects.filter(event=event)} for event in events]
    assert told == [{"程子昂"}, {"许知夏", "程子昂"}, {"许知夏", "程子昂"}]
    assert events[0].sentence == "许知夏 指定 程子昂 代理 许知夏，自 2026年4月20日 至 2026年4月24日"
    leave.refresh_from_db()
    assert (leave.state, leave.began_at.date(), leave.ended_at.date()) == ("ended", DAY, DAY + timedelta(days=5))


def test_a_scheduler_that_slept_through_it_catches_up(people: People) -> None:
    away(people, "许知夏", "程子昂")
    with morning(30):
        call_command("sweep")
    assert Leave.objects.get().state == "ended"
    assert not Event.objects.filter(verb="people.leave_began").exists()


def test_a_leave_from_today_runs_at_once(people: People) -> None:
    with morning():
        leave = leaves.name_deputy(
            actor=people["许知夏"], person_uid=people["许知夏"].uid, deputy_uid=people["程子昂"].uid, starts_on=DAY, ends_on=DAY
        )
        assert (leave.state, leave.began_at) == ("active", clock.now())
        assert leaves_for(people["程子昂"], signing=True) == [leave] == stood_in_by(people["许知夏"])
    with morning(1):  # nobody turned it yet: the days decide
        assert leaves_for(people["程子昂"], signing=True) == [] == stood_in_by(people["许知夏"])


@pytest.mark.parametrize(("scope", "signing", "daily"), [("all", True, True), ("daily", False, True), ("signing", True, False)])
def test_the_scope_says_for_what(people: People, scope: str, signing: bool, daily: bool) -> None:
    away(people, "蒋明远", "程子昂", scope)
    with morning():
        turn_leaves()
        assert bool(leaves_for(people["程子昂"], signing=True)) is signing
        assert bool(leaves_for(people["程子昂"], signing=False)) is daily


def test_who_names_a_deputy(people: People) -> None:
    away(people, "许知夏", "程子昂", by="蒋明远")  # a head for own people
    away(people, "陆景行", "蒋明远")  # an executive for himself
    away(people, "顾承泽", "沈嘉禾", by="毕以恒", reason="突发住院")  # an administrator, who says why
    assert refused(people, "贺立川", "田牧野", by="毕以恒") == "reason"
    for person, by in (
        ("许知夏", "林书瑶"),
        ("蒋明远", "许知夏"),
        ("钟鉴明", "钟鉴明"),
        ("钟鉴明", "毕以恒"),
        ("许知夏", "程子昂"),
    ):
        with pytest.raises(PermissionDenied):
            away(people, person, "米小禾", by=by, reason="不该")
    with pytest.raises(Http404), morning():
        leaves.name_deputy(
            actor=people["许知夏"], person_uid=people["许知夏"].uid, deputy_uid=people["林书瑶"].department.uid,
            starts_on=DAY, ends_on=DAY,
        )  # fmt: skip


def test_who_signs_for_a_department_is_not_named_by_a_head_above(people: People) -> None:
    above, below = people["林书瑶"].department, people["蒋明远"]
    below.department = above
    below.save(update_fields=["department"])
    with pytest.raises(PermissionDenied):
        away(people, "蒋明远", "林书瑶", by="林书瑶")
    assert below not in leaves.own_people(people["林书瑶"])


def test_who_cannot_stand_in(people: People) -> None:
    disable_account(actor=None, user_uid=people["米小禾"].uid)
    for deputy in ("毕以恒", "钟鉴明", "米小禾", "许知夏"):  # runs the system only, audits, disabled, oneself
        assert refused(people, "许知夏", deputy) == "deputy", deputy
    assert refused(people, "贺立川", "毕以恒", by="毕以恒") == "reason"
    away(people, "程子昂", "黎思齐")
    assert refused(people, "许知夏", "程子昂") == "deputy", "he is away himself"


def test_an_administrator_who_works_gives_himself_nobodys_rights(people: People) -> None:
    people["温可言"].is_administrator = True
    people["温可言"].save(update_fields=["is_administrator"])
    with morning(-1), pytest.raises(Refused) as refusal:
        leaves.name_deputy(
            actor=people["温可言"], person_uid=people["蒋明远"].uid, deputy_uid=people["温可言"].uid,
            starts_on=DAY, ends_on=DAY, reason="代班",
        )  # fmt: skip
    assert refusal.value.field == "deputy"


@pytest.mark.parametrize(("start", "end", "field"), [(-2, 4, "starts_on"), (0, -1, "ends_on"), (0, 367, "ends_on")])
def test_a_period_is_ahead_and_a_year_at_most(people: People, start: int, end: int, field: str) -> None:
    assert refused(people, "许知夏", "程子昂", start=start, end=end) == field


def test_each_day_has_one_deputy_for_signing_and_one_for_the_daily_work(people: People) -> None:
    away(people, "蒋明远", "程子昂", "signing")
    away(people, "蒋明远", "许知夏", "daily")
    for scope in ("all", "daily", "signing"):
        assert refused(people, "蒋明远", "黎思齐", scope=scope, start=4, end=9) == "starts_on"
    with morning(-1):
        leaves.end_leave(actor=people["蒋明远"], leave_uid=Leave.objects.get(scope="daily").uid)
    away(people, "蒋明远", "黎思齐", "daily")


def test_what_one_holds_as_a_deputy_is_not_handed_on(people: People, running: Project) -> None:
    away(people, "许知夏", "程子昂", days=30)
    with morning():
        turn_leaves()
        leaves.name_deputy(
            actor=people["程子昂"], person_uid=people["程子昂"].uid, deputy_uid=people["米小禾"].uid, starts_on=DAY, ends_on=DAY
        )
        told = Notice.objects.filter(event__verb="people.deputy_named", reader=people["许知夏"])
        assert told.exists(), "the stand-in is away too"
        assert Role.PL in standing(people["程子昂"], running).roles
        assert standing(people["米小禾"], Project.objects.get(pk=running.pk)).roles == {Role.MB}


def test_it_ends_earlier_by_those_whom_it_concerns(people: People) -> None:
    leave = away(people, "许知夏", "程子昂")
    for stranger in ("林书瑶", "米小禾", "钟鉴明"):
        with pytest.raises(Http404):
            leaves.end_leave(actor=people[stranger], leave_uid=leave.uid)
    with pytest.raises(Refused) as refusal:
        leaves.end_leave(actor=people["毕以恒"], leave_uid=leave.uid)
    assert refusal.value.field == "reason"
    leaves.end_leave(actor=people["程子昂"], leave_uid=leave.uid)  # gives it back
    leaves.end_leave(actor=people["蒋明远"], leave_uid=leave.uid)  # twice is once
    assert Event.objects.filter(verb="people.leave_ended").count() == 1


def test_a_disabled_account_stands_in_for_nobody(people: People) -> None:
    away(people, "许知夏", "程子昂")
    disable_account(actor=people["毕以恒"], user_uid=people["程子昂"].uid)
    assert Leave.objects.get().state == "ended"


# what a deputy may do in a project


def stands(people: People, name: str, project: Project) -> set[Role]:
    return standing(people[name], Project.objects.get(pk=project.pk)).roles


@pytest.mark.parametrize("day", [-1, 0, 4, 5])
def test_a_deputy_has_the_row_within_the_period_and_not_a_day_longer(people: People, running: Project, day: int) -> None:
    away(people, "许知夏", "单𠮷安")
    out = people["单𠮷安"]
    with morning(day):
        turn_leaves()
        within = 0 <= day <= 4
        assert sees_project(out, running.pk) is within
        assert who_sees([running.pk], [out.pk])[running.pk] == ({out.pk} if within else set())
        assert (Role.PL in stands(people, "单𠮷安", running)) is within
        if within:
            assert task_for(out, sales(running).uid).pk == sales(running).pk
        else:
            with pytest.raises(Http404):
                task_for(out, sales(running).uid)


def test_the_days_decide_while_nobody_has_turned_the_state(people: People, running: Project) -> None:
    away(people, "许知夏", "单𠮷安")
    with morning():
        turn_leaves()
    with morning(5):
        assert stands(people, "单𠮷安", running) == set()
        with pytest.raises(PermissionDenied):
            confirm_task(actor=people["单𠮷安"], task_uid=sales(running).uid)


@pytest.mark.parametrize(("person", "role"), [("林书瑶", Role.IH), ("周以宁", Role.IL), ("蒋明远", Role.PH), ("许知夏", Role.PL)])
def test_the_row_is_that_of_whom_one_stands_in_for(people: People, running: Project, person: str, role: Role) -> None:
    away(people, person, "单𠮷安", "daily")
    with morning():
        turn_leaves()
        assert role in stands(people, "单𠮷安", running) == stands(people, person, running) - {Role.MB}


def test_a_confidential_project_is_seen_by_a_deputy_and_by_no_other_colleague(people: People, running: Project) -> None:
    running.confidential = True
    running.save(update_fields=["confidential"])
    away(people, "许知夏", "单𠮷安")
    with morning():
        turn_leaves()
        assert project_for(people["单𠮷安"], running.uid).pk == running.pk
        for other in ("米小禾", "程子昂"):
            with pytest.raises(Http404):
                project_for(people[other], running.uid)


def test_signing_alone_gives_sight_and_no_daily_work(people: People, running: Project) -> None:
    away(people, "蒋明远", "单𠮷安", "signing")
    with morning():
        turn_leaves()
        assert stands(people, "单𠮷安", running) == {Role.NV}
        assert project_for(people["单𠮷安"], running.uid, Act.SEE_LOG)
        with pytest.raises(PermissionDenied):
            confirm_task(actor=people["单𠮷安"], task_uid=sales(running).uid)
        with pytest.raises(PermissionDenied):
            report_progress(actor=people["单𠮷安"], task_uid=sales(running).uid, done=1, seen_version=None)


def test_the_overview_of_senior_management_is_not_handed_over(people: People, running: Project) -> None:
    away(people, "陆景行", "单𠮷安")
    with morning():
        turn_leaves()
        assert not sees_project(people["单𠮷安"], running.pk)


def test_what_is_done_in_somebodys_place_says_so(people: People, running: Project) -> None:
    away(people, "孟初晴", "单𠮷安")
    deputy, task = people["单𠮷安"], budget(running)
    with morning():
        turn_leaves()
        confirm_task(actor=deputy, task_uid=task.uid)
        report_progress(actor=deputy, task_uid=task.uid, done=1, seen_version=None)
        report_progress(actor=people["孟初晴"], task_uid=task.uid, done=2, seen_version=None)
    events = list(Event.objects.filter(verb__in=("task.confirmed", "task.progress_reported")).order_by("pk"))
    assert [event.facts.get("on_behalf_of") for event in events] == ["孟初晴", "孟初晴", None]
    assert [event.actor for event in events] == [deputy, deputy, people["孟初晴"]]
    assert event_words(events[0].verb, deputy, "铺货", events[0].facts) == "单𠮷安（代 孟初晴）确认了任务“铺货”"
    task.refresh_from_db()
    assert task.history.filter(history_user=deputy).count() == 2


def test_the_own_right_goes_before_the_borrowed_one(people: People, running: Project) -> None:
    away(people, "宋清越", "孟初晴")
    with morning():
        turn_leaves()
        confirm_task(actor=people["孟初晴"], task_uid=budget(running).uid)
    assert "on_behalf_of" not in Event.objects.get(verb="task.confirmed").facts


def test_the_tasks_of_an_assignee_are_taken_over(people: People, running: Project) -> None:
    task = sales(running)
    with morning(-1):
        assign_task(actor=people["许知夏"], task_uid=task.uid, assignee=people["程子昂"])
    away(people, "程子昂", "单𠮷安", by="蒋明远")
    with morning():
        turn_leaves()
        report_progress(actor=people["单𠮷安"], task_uid=task.uid, done=1, seen_version=None)
        other = running.tasks.exclude(department__name="销售部").filter(parent=None).first()
        with pytest.raises(PermissionDenied):
            report_progress(actor=people["单𠮷安"], task_uid=other.uid, done=1, seen_version=None)
    assert Event.objects.get(verb="task.progress_reported").facts["on_behalf_of"] == "程子昂"


def test_my_desk_says_for_whom(people: People, running: Project) -> None:
    def rows(name: str) -> dict[str, set[str]]:
        return {group.kind.code: {row.for_whom for row in group.rows} for group in gather(people[name])}

    with morning():
        own = rows("孟初晴")
    away(people, "孟初晴", "单𠮷安")
    with morning():
        turn_leaves()
        taken = rows("单𠮷安")
        assert taken["confirm"] == taken["report"] == {"孟初晴"}
        assert rows("孟初晴") == own
        assert all(names == {""} for names in own.values())
    with morning(5):
        turn_leaves()
        assert rows("单𠮷安") == {}


def test_what_matters_is_told_to_the_stand_in_as_well(people: People) -> None:
    away(people, "蒋明远", "单𠮷安", "signing", days=30)
    away(people, "许知夏", "程子昂", days=30)
    with morning():
        turn_leaves()
        papers.opened(people)
    told = {notice.reader.name for notice in Notice.objects.filter(event__verb="memorandum.opened")}
    assert {"蒋明远", "单𠮷安"} <= told
    assert "程子昂" not in told


@pytest.mark.parametrize(("scope", "day", "sees", "works"), [
    ("all", -1, False, False), ("all", 0, True, True), ("all", 4, True, True), ("all", 5, False, False),
    ("daily", 2, True, True), ("signing", 2, True, False),
])  # fmt: skip
def test_pages_and_api_know_a_deputy_as_long_as_it_runs(
    people: People, running: Project, scope: str, day: int, sees: bool, works: bool
) -> None:
    """The same rule in page, list, API and act, of a confidential project as well."""
    running.confidential = True
    running.save(update_fields=["confidential"])
    away(people, "宋清越", "单𠮷安", scope)
    task = budget(running)
    client = Client(raise_request_exception=False)
    with morning(day):
        turn_leaves()
        client.force_login(people["单𠮷安"])
        for address in (running.get_absolute_url(), task.get_absolute_url(), f"/api/v1/projects/{running.uid}/"):
            assert client.get(address).status_code == (200 if sees else 404), address
        assert (running.name in client.get("/projects/").content.decode()) is sees
        told = client.post(f"/tasks/{task.uid}/confirm/", {"seen_version": task.version}).status_code
        assert told == ((302 if works else 403) if sees else 404)
