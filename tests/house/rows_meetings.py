"""Rows of the permission matrix about meetings, their agendas, minutes, certificates, and coordination."""

from typing import Any

from meetings.chat import short_address
from meetings.models import Certificate, Meeting, Topic
from meetings.services.certifying import issue_certificate
from tests.house.rows import EVERYBODY, READERS, STEERING, Args, Route, get, post
from tests.house.world import CAST, World
from tracking.models import Issue, Measure

#            IH IL PH PL PX TA MB NV EX AU SA OUT
RAISERS_OF_TOPICS = "✔✔✔✔✔–––––∅∅"
RAISERS = "✔✔✔✔✔✔––✔–∅∅"


def running(w: World) -> list[Any]:
    return [w.running.uid]


def series(w: World) -> list[Any]:
    return [w.running.series.get(kind="weekly").uid]


def _issue(w: World) -> Issue:
    """Raised by 销售部's liaison; its 24 hours run."""
    return Issue.objects.get_or_create(project=w.running, title="门店开业晚一天", raised_by=w.people[CAST["PL"]])[0]


def issue(w: World) -> list[Any]:
    return [_issue(w).uid]


def measure(w: World) -> list[Any]:
    """What a solution asks of 销售部."""
    said = {"department": w.sales, "due_on": w.running.ends_on}
    return [Measure.objects.get_or_create(issue=_issue(w), text="顺延开业", **said)[0].uid]


def on_issue(w: World) -> list[Any]:
    """The meeting on it."""
    w.planned.issue = _issue(w)
    w.planned.save(update_fields=["issue"])
    return [w.planned.uid]


def certified(w: World) -> list[Any]:
    """Minutes that are out: 销售部's liaison attended."""
    return [w.out.minutes_versions.get().uid]


def line(w: World) -> list[Any]:
    """The line of 销售部's liaison."""
    return [*certified(w), w.out.minutes_versions.get().readers.get(user=w.people[CAST["PL"]]).uid]


def issued(w: World) -> list[Any]:
    """The certificate of the whole list."""
    return [_certificate("周以宁", w).uid]


def of_department(w: World) -> list[Any]:
    """The certificate of 销售部's lines."""
    return [_certificate(CAST["PL"], w).uid]


def _certificate(who: str, w: World) -> Certificate:
    return issue_certificate(actor=w.people[who], minutes_uid=w.out.minutes_versions.get().uid)


def planned(w: World) -> list[Any]:
    return [w.planned.uid]


def writing(w: World) -> list[Any]:
    return [w.writing.uid]


def minutes(w: World) -> list[Any]:
    return [w.out.minutes_versions.get().uid]


def resolution(w: World) -> list[Any]:
    return [w.out.minutes_versions.get().resolutions.get().uid]


def objection(w: World) -> list[Any]:
    """Of 销售部's liaison."""
    row = w.out.minutes_versions.get().resolutions.get()
    return [row.objections.get_or_create(objector=w.people[CAST["PL"]], defaults={"text": "人手不足"})[0].uid]


def copied(w: World) -> list[Any]:
    """Somebody in copy of minutes that are being written."""
    w.writing.attendees.get_or_create(user=w.people[CAST["NV"]], defaults={"in_copy": True})
    return [w.writing.uid, w.people[CAST["NV"]].uid]


#         IH IL PH PL PX TA MB NV EX AU SA OUT
READING = "✔✔✔✔✔––✔✔✔∅∅"
ATTENDED = "✔✔✔✔✔–––––∅∅"


def meeting(w: World) -> list[Any]:
    return ["meetings.meeting", w.planned.uid]


def row(rows: str) -> Args:
    return lambda w: [getattr(w.writing.minutes_versions.get(), rows).get().uid]


def weekly(w: World) -> list[Any]:
    """The next weekly meeting of the running launch."""
    rows = Meeting.objects.filter(project=w.running, kind="weekly", state="planned", agenda_at=None).order_by("-starts_at")
    return [rows[0].uid]


def part(w: World) -> list[Any]:
    """What 销售部 says of its week there."""
    return [*weekly(w), w.sales.uid]


def topic(w: World) -> list[Any]:
    """Raised by 销售部's liaison."""
    said = {"project": w.running, "text": "门店开业日期", "department": w.sales, "raised_by": w.people[CAST["PL"]]}
    return [Topic.objects.get_or_create(**said)[0].uid]


def short_link(w: World) -> list[Any]:
    """As it stands in a chat."""
    return [short_address(w.out.minutes_versions.select_related("meeting").get()).split("/")[-2]]


MEETINGS: list[Any] = [
    get("short_minutes", READING, short_link),
    get("edit_series", STEERING, series),
    post("edit_series", STEERING, series),
    post("stop_series", STEERING, series),
    post("continue_series", STEERING, series),
    get("publish_minutes", STEERING, writing),
    post("add_copy", STEERING, writing, lambda w: {"person": w.people[CAST["NV"]].uid}),
    post("remove_copy", STEERING, copied),
    get("meeting_people", STEERING, planned),
    post("add_person", STEERING, planned, lambda w: {"person": w.people[CAST["MB"]].uid}),
    post("take_off_person", STEERING, lambda w: [*planned(w), w.people[CAST["PL"]].uid]),
    post("name_keepers", STEERING, planned),
    get("minutes_pdf", READING, minutes),
    post("object_to_resolution", ATTENDED, resolution, lambda _w: {"text": "场地容量应写350人"}),
    post("withdraw_objection", "–––✔––––––∅∅", objection, note="one's own"),
    post("answer_objection", STEERING, objection, lambda _w: {"answer": "合同写的是300人", "seen_version": 1}),
    post("nudge_readers", STEERING, minutes),
    post("nudge_reader", STEERING, lambda w: [*minutes(w), w.out.minutes_versions.get().readers.last().uid]),
    post("revise_minutes", STEERING, minutes, lambda _w: {"reason": "更正容量"}),
    get("project_issues", READERS, running),
    get("open_issues", READERS, running),
    get("raise_issue", RAISERS, running),
    post("raise_issue", RAISERS, running),
    get("issue", READERS, issue),
    post("reopen_issue", STEERING, issue),
    post("measure_to_task", "✔✔✔✔––––––∅∅", measure),
    get("call_coordination", STEERING, running),
    post("call_coordination", STEERING, running),
    get("solve_issue", STEERING, issue),
    post("solve_issue", STEERING, issue),
    post("read_measures", STEERING, issue),
    get("issue_meetings", READERS, issue),
    get("meeting_issue", READERS, on_issue),
    get("meeting_file", READERS, planned),
    get("my_month", EVERYBODY),  # one's own meetings
    Route("calendar_events", EVERYBODY, method="get", said=lambda _w: {"start": "2026-07-01", "end": "2026-08-01"}),
    get("project_month", READERS, running),
    Route(
        "project_calendar_events", READERS, running, method="get", said=lambda _w: {"start": "2026-07-01", "end": "2026-08-01"}
    ),
    get("calendar_address", EVERYBODY),
    post("make_calendar_address", EVERYBODY),
    post("end_calendar_address", EVERYBODY),
    get("agenda", READERS, weekly),
    get("agenda_part", "✔✔✔✔––––––∅∅", part),
    post("agenda_part", "✔✔✔✔––––––∅∅", part, lambda _w: {"matters": "仓库盘点"}),
    post("take_up", STEERING, planned, lambda _w: {"subject": "tracking.task:0"}),
    get("backlog", READERS, running),
    post("backlog", RAISERS_OF_TOPICS, running, lambda w: {"text": "陈列标准", "kind": "weekly", "department": w.sales.uid}),
    post("withdraw_topic", "–––✔––––––∅∅", topic, lambda _w: {"seen_version": 1}, note="own"),
    post("finish_topic", STEERING, topic),
    post("answer_invitation", "✔✔✔✔✔–––––∅∅", planned, lambda _w: {"answer": "accepted"}, note="who is invited"),
    get("certificate", "✔✔✔✔✔–––✔✔∅∅", certified),
    post("issue_certificate", "✔✔✔✔✔–––✔✔∅∅", certified),
    get("certificate_file", "✔✔∅∅∅–––✔✔∅∅", issued, note="of the whole list"),
    get("certificate_file", "✔✔✔✔∅–––✔✔∅∅", of_department, note="of 销售部"),
    get("certificate_pdf", "✔✔∅∅∅–––✔✔∅∅", issued),
    post("resend_minutes", "✔✔✔✔––––––∅∅", line),
    get("meeting_room", READERS, planned),
    get("minutes_now", STEERING, writing),
    get("minutes_part", STEERING, lambda w: [w.writing.uid, "actions"]),
    get("read_action", STEERING, writing),
    get("change_resolution", STEERING, row("resolutions")),
    post("change_resolution", STEERING, row("resolutions")),
    get("change_action", STEERING, row("actions")),
    post("change_action", STEERING, row("actions")),
    post("restore_resolution", STEERING, lambda w: [*writing(w), *row("resolutions")(w)], note="that is there"),
    post("restore_action", STEERING, lambda w: [*writing(w), *row("actions")(w)], note="that is there"),
    post("actions_to_tasks", STEERING, writing),
    post("end_action", STEERING, row("actions"), lambda _w: {"outcome": "done"}),
    post("reopen_action", STEERING, row("actions")),
    get("files_of", "✔✔✔✔✔––✔✔✔∅∅", meeting, note="of a meeting"),
    post("files_of", "✔✔✔✔✔–––––∅∅", meeting, note="of a meeting"),
]
