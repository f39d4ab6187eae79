"""Projects in every phase with rows of every kind, and the cast that tries every door: for the permission matrix."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from activity.files import attach
from activity.models import Attachment, Notice
from common import clock
from common.uploads import check
from documents.models import Document
from documents.services import finish_document
from meetings.models import Meeting, Resolution
from meetings.services import add_action, add_resolution, call_meeting, end_meeting, publish_minutes
from people.leaves import name_deputy
from people.models import Department, Leave, User
from projects.models import Amendment, Project
from projects.services.amendments import draft_amendment
from projects.services.project import name_viewer, note_assignee
from tests import build
from tests.documents import build as papers
from tracking.models import ChangeRequest, Risk, Slip, Task
from tracking.services import assign_task, save_change
from tracking.services.changes import Said

NOW = datetime(2026, 4, 22, 2, 0, tzinfo=UTC)  # Wednesday 10:00 in Shanghai
CAST = {
    "IH": "林书瑶",  # head of the initiating and lead department
    "IL": "周以宁",  # its liaison
    "PH": "蒋明远",  # head of 销售部, to which the rows belong
    "PL": "许知夏",  # its liaison
    "PX": "沈嘉禾",  # liaison of another cooperating department
    "TA": "郭砚秋",  # assignee
    "MB": "米小禾",  # another member of the initiating department
    "NV": "祁若谷",  # named reader
    "EX": "陆景行",  # senior management
    "AU": "钟鉴明",  # auditor
    "SA": "毕以恒",  # administrator
    "OUT": "单𠮷安",  # anybody else
}
People = dict[str, User]
PICTURE = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==")


@dataclass
class World:
    """Where each row of the matrix finds its object."""

    people: People
    draft: Project
    prepared: Project
    drafting: Project  # its memorandum is a draft
    signing: Project  # its memorandum is open for signature
    document: Document
    running: Project
    task: Task
    file: Attachment  # on the task, by the liaison of its department
    risk: Risk
    planned: Meeting
    writing: Meeting  # ended; its minutes are a draft
    out: Meeting  # its minutes are distributed
    leave: Leave  # of 许知夏; 周以宁 is to stand in for her
    resolution: Resolution  # of a kick-off whose minutes are out, while its memorandum is a draft
    browsers: dict[str | None, Client]  # one signed in for each, and one for nobody

    @property
    def notice(self) -> Notice:
        return Notice.objects.filter(reader=self.people[CAST["PH"]]).latest("pk")

    @property
    def sales(self) -> Department:
        return Department.objects.get(name="销售部")

    def request(self, *, hand_in: bool) -> ChangeRequest:
        """The liaison of 销售部 asks to change what the task's clause promises."""
        assert self.task.clause is not None
        due = {"due_on": self.task.clause.due_on + timedelta(10)} if self.task.clause.due_on else {}
        with clock.at(NOW):
            return save_change(
                actor=self.people[CAST["PL"]], project_uid=self.running.uid, reason="供应商推迟",
                lines=[Said("changed", self.task.clause.uid, due)], hand_in=hand_in,
            )  # fmt: skip

    @property
    def slip(self) -> Slip:
        task = self.running.tasks.filter(handed_to__name="市场部", clause__isnull=False).exclude(department__name="市场部")[0]
        asked = {"from_due": task.due_on, "workdays": 1, "reason": "到货晚一天", "asked_by": self.people[CAST["PL"]]}
        said = asked | {"clause": task.clause, "to_due": task.due_on + timedelta(1), "giver": asked["asked_by"]}
        return Slip.objects.get_or_create(task=task, state="asked", defaults=said)[0]

    @property
    def amendment(self) -> Amendment:
        return draft_amendment(actor=self.people[CAST["IH"]], project_uid=self.running.uid)

    def part(self, kind: str) -> Any:
        """A row of 销售部 in the prepared project."""
        rows = {"kpi": self.prepared.kpis, "node": self.prepared.nodes, "liaison": self.prepared.parties}[kind]
        return (
            rows.filter(department__name="销售部").get() if kind == "liaison" else rows.filter(department__name="销售部").first()
        )


def build_world(people: People) -> World:
    """Everything at once, through the services."""
    with papers.at(hours=-24):
        draft, prepared = build.draft(people), build.prepared(people)
        drafting, _memorandum = papers.drafted(people)
        document = papers.opened(people)
        signed = papers.signed_by_all(people)
    with papers.at(hours=2):
        finish_document(signed.pk)
    signing = Project.objects.get(pk=document.project_id)
    running = Project.objects.get(pk=signed.project_id)
    for project in (prepared, drafting, signing, running):
        name_viewer(actor=people["林书瑶"], project_uid=project.uid, viewer=people[CAST["NV"]])
        note_assignee(project, people[CAST["TA"]])
    with clock.at(NOW - timedelta(days=1)):
        task = running.tasks.get(department__name="销售部")
        assign_task(actor=people["许知夏"], task_uid=task.uid, assignee=people[CAST["TA"]])
        upload = check(SimpleUploadedFile("签收单.png", PICTURE))
        (file,) = attach(actor=people["许知夏"], subject=task, project=running, uploads=[upload])
        risk = Risk.objects.create(
            project=running,
            task=task,
            source="deviation",
            title="进度偏差",
            day=NOW.date(),
            planned=5000,
            actual=1000,
            deviation=4000,
        )
        meetings = _meetings(people, running)
        ahead = NOW.date() + timedelta(days=30)
        liaison, deputy = people[CAST["PL"]], people[CAST["IL"]]
        leave = name_deputy(
            actor=liaison, person_uid=liaison.uid, deputy_uid=deputy.uid, starts_on=ahead, ends_on=ahead + timedelta(days=4)
        )
        resolution = _kickoff(people, drafting)
    task.refresh_from_db()
    browsers: dict[str | None, Client] = {name: Client(raise_request_exception=False) for name in (*CAST.values(), None)}
    with clock.at(NOW):
        for name in CAST.values():
            browsers[name].force_login(people[name])
    return World(
        people, draft, prepared, drafting, signing, document, running, task, file, risk, *meetings,
        leave=leave, resolution=resolution, browsers=browsers,
    )  # fmt: skip


def _kickoff(people: People, project: Project) -> Resolution:
    """A kick-off that was held, its minutes distributed."""
    starts = NOW - timedelta(hours=6)
    said = {"kind": "kickoff", "title": "启动会", "starts_at": starts, "ends_at": starts + timedelta(hours=1)}
    meeting = call_meeting(actor=people["周以宁"], project_uid=project.uid, **said)
    with clock.at(starts + timedelta(hours=1)):
        end_meeting(actor=people["周以宁"], meeting_uid=meeting.uid)
        resolution = add_resolution(actor=people["周以宁"], meeting_uid=meeting.uid, text="统一包装")
    with clock.at(starts + timedelta(hours=2)):
        publish_minutes(actor=people["周以宁"], meeting_uid=meeting.uid)
    return resolution


def _meetings(people: People, running: Project) -> tuple[Meeting, Meeting, Meeting]:
    """One to come, one that ended with a draft, one whose minutes are out."""
    starts = {"planned": NOW + timedelta(days=1), "writing": NOW - timedelta(hours=3), "out": NOW - timedelta(hours=2)}
    attendees = [people[CAST[role]] for role in ("IH", "IL", "PH", "PL", "PX")]
    made = {
        title: call_meeting(
            actor=people["周以宁"],
            project_uid=running.uid,
            kind="coordination",
            title=title,
            starts_at=at,
            ends_at=at + timedelta(hours=1),
            attendees=attendees,
        )
        for title, at in starts.items()
    }
    for title in ("writing", "out"):
        with clock.at(starts[title] + timedelta(hours=1)):
            end_meeting(actor=people["周以宁"], meeting_uid=made[title].uid)
            add_resolution(actor=people["周以宁"], meeting_uid=made[title].uid, text="华北增派两人")
            add_action(
                actor=people["周以宁"],
                meeting_uid=made[title].uid,
                text="排班",
                owner=people["许知夏"],
                department=people["许知夏"].department,
                due_on=NOW.date() + timedelta(days=3),
            )
    with clock.at(NOW - timedelta(minutes=30)):
        publish_minutes(actor=people["周以宁"], meeting_uid=made["out"].uid)
    return made["planned"], made["writing"], made["out"]
