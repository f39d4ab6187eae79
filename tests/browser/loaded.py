"""The loaded launch on 20 July, with projects in the stages before, and every page there is to see of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import get_resolver, reverse

from activity.comments import say
from activity.files import attach
from activity.models import Attachment
from collab.samples.launch import load_launch
from common import clock
from common.uploads import check
from documents.models import Document
from documents.services import add_signer, hand_in_scan, nudge
from meetings.models import Meeting, Series
from meetings.services import add_action, add_resolution
from people.models import User
from projects.models import Amendment, Clause, Party, Project
from tests.activity import files_made as made
from tests.browser.walker import at
from tests.documents import build as papers
from tracking.models import ChangeRequest, Issue, Risk, Slip, Task
from tracking.services import decide_change, register_issue, save_change
from tracking.services.changes import Said

MOMENT = at(date(2026, 7, 20), 15)  # 华北 is flagged and nobody has said why; one meeting has just ended
HEAD, LIAISON, OWNER, OTHER_HEAD, ADMINISTRATOR, AGREES = "林书瑶", "许知夏", "郭砚秋", "蒋明远", "毕以恒", "周以宁"
NOBODY = ""
PARTS = ("goal", "settings", "kpi", "scope", "invite", "node", "resource", "communication", "contingency")
FOR_PROGRAMS = "api_"  # so begin the names of what answers programs; the page about it is for people
NO_PAGES = {  # answers that are no page of their own: files, fragments (seen on the pages that fetch them), redirects, streams
    "live", "live_poll", "vague_hints", "project_head", "board_overview", "card",
    "healthz", "document_pdf", "document_proof", "recent_projects", "notice", "account_logout", "account_set_password",
    "account_reset_password_from_key", "report_progress", "answer_risk", "close_risk",
    "kickoff_lines", "row_of_task", "line_of_task", "file", "file_preview", "saved_view",
    "change_impact", "memorandum_moves", "task_impact", "task_promise", "task_review", "return_task", "number_example",
    "certificate_file", "certificate_pdf", "scan", "drawing",
    "calendar_feed", "calendar_events", "project_calendar_events", "meeting_file",
    "open_issues", "issue_meetings", "meeting_issue", "read_action", "minutes_now", "minutes_part",
    "minutes_pdf", "short_minutes",
}  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """A page as one person opens it; nobody is signed in where no person is named."""

    who: str
    url: str

    def __str__(self) -> str:
        return f"{self.url} ({self.who or 'nobody'})"


@dataclass
class Loaded:
    """Rows of every kind: the running launch, and three projects on their way to it."""

    running: Project
    drafting: Project
    preparing: Project
    signing: Document

    @classmethod
    def load(cls) -> "Loaded":
        """The launch as its people told it up to that afternoon, and what is still on its way."""
        story = load_launch(until=MOMENT, shift=False)
        people: dict[str, User] = story.people
        _talk(people, Task.objects.get(project=story.project, title__startswith="华北"))
        with clock.at(MOMENT):
            sides = [party.department for party in story.project.parties.select_related("department")[:2]]
            register_issue(actor=people[LIAISON], project_uid=story.uid, title="华北到货推迟，开业不变", parties=sides)
        _changes(people, Task.objects.select_related("clause").get(project=story.project, title__startswith="铺货"))
        preparing = papers.kickoff(people)
        drafting, _memorandum = papers.drafted(people)
        return cls(story.project, drafting, preparing, _signed_in_part(people, papers.opened(people)))

    def task(self, title: str) -> Task:
        return Task.objects.get(project=self.running, title__startswith=title)

    def meeting(self, **said: Any) -> Meeting:
        return Meeting.objects.filter(project=self.running, **said).order_by("starts_at")[0]

    def pages(self) -> Iterator[Seen]:
        """Every page, in the person's eyes who has most to see on it."""
        yield from (Seen(NOBODY, reverse(name)) for name in (
            "account_login", "account_reset_password", "account_reset_password_done", "account_inactive",
            "account_reset_password_from_key_done",
        ))  # fmt: skip
        yield Seen(NOBODY, reverse("verify"))
        papers = Document.objects.filter(project_id=self.running.pk)
        for code in ("unknown", self.signing.code, *papers.values_list("code", flat=True)):
            yield Seen(NOBODY, reverse("verify_code", args=[code]))
        for who in (HEAD, LIAISON, OWNER, OTHER_HEAD):
            yield Seen(who, reverse("desk"))
        yield from (Seen(who, reverse("director")) for who in (HEAD, OTHER_HEAD, OWNER))
        yield from (Seen(who, reverse("weekly_card")) for who in (LIAISON, OWNER))
        for name in (
            "notices",
            "me",
            "calendar_address",
            "my_month",
            "rights",
            "account_change_password",
            "api_docs",
            "projects",
            "project_new",
        ):
            yield Seen(HEAD, reverse(name))
        yield from (Seen(HEAD, reverse(name)) for name in ("stand_ins", "add_code_device", "add_passkey"))
        yield from (Seen(ADMINISTRATOR, reverse(name)) for name in ("organisation", "work_calendar", "stand_ins"))
        for name in ("risks", "meetings"):
            yield Seen(HEAD, reverse(name))
        yield Seen(HEAD, reverse("projects") + "?q=nothing")
        yield Seen(HEAD, "/nothing/")
        yield Seen(OWNER, reverse("call_meeting", args=[self.running.uid]))
        yield from (Seen(who, url) for who, url in [
            *self._goal(), *self._papers(), *self._tasks(), *self._of_changes(), *self._meetings(), *self._issues()
        ])  # fmt: skip

    def _goal(self) -> Iterator[tuple[str, str]]:
        for project in (self.running, self.preparing):
            yield HEAD, reverse("project", args=[project.uid])
        goal = reverse("project", args=[self.preparing.uid])
        for part in PARTS:
            row = f"&row={self.preparing.uid}" if part in ("goal", "settings") else ""
            yield HEAD, f"{goal}?open={part}{row}"
        party = Party.objects.get(project=self.preparing, head__name=HEAD)
        yield HEAD, f"{goal}?open=liaison&row={party.uid}"
        yield HEAD, f"{goal}?open=actual&row={self.preparing.kpis.all()[0].uid}"
        yield HEAD, f"{goal}?open=node&row={self.preparing.nodes.all()[1].uid}"
        yield HEAD, reverse("project_log", args=[self.running.uid])
        yield HEAD, reverse("gate", args=[self.preparing.uid])

    def _papers(self) -> Iterator[tuple[str, str]]:
        for project in (self.running, self.drafting, self.preparing, Project.objects.get(pk=self.signing.project_id)):
            yield HEAD, reverse("memorandum", args=[project.uid])
        draft = reverse("memorandum", args=[self.drafting.uid])
        yield HEAD, f"{draft}?add=1"
        clause = Clause.objects.filter(memorandum__project=self.drafting)[0]
        yield HEAD, f"{draft}?edit={clause.uid}"
        yield OTHER_HEAD, f"{draft}?remark={clause.uid}"
        for name in ("memorandum_open", "memorandum_preview", "memorandum_changes", "kickoff_resolutions"):
            yield HEAD, reverse(name, args=[self.drafting.uid])
        for name in ("memorandum_changes", "promise_tasks"):
            yield HEAD, reverse(name, args=[self.running.uid])
        for paper in (self.signing, *Document.objects.filter(project_id=self.running.pk)):
            yield HEAD, reverse("document", args=[paper.uid])
        yield OTHER_HEAD, reverse("sign_document", args=[self.signing.uid])
        yield OTHER_HEAD, reverse("sign_several")

    def _tasks(self) -> Iterator[tuple[str, str]]:
        for name in ("project_tasks", "add_task", "board", "table", "saved_views", "project_risks"):
            yield HEAD, reverse(name, args=[self.running.uid])
        yield HEAD, reverse("board", args=[self.running.uid]) + "?q=nothing"
        yield HEAD, reverse("board", args=[self.preparing.uid])
        yield HEAD, reverse("table", args=[self.running.uid]) + "?group=status&sort=-due&late=1&nonsense=1"
        yield LIAISON, reverse("cell_of_task", args=[self.task("铺货").uid, "assignee"])
        yield HEAD, reverse("project_risks", args=[self.running.uid]) + "?state=monitoring"
        yield OWNER, reverse("project_card", args=[self.running.uid])
        whole, part, done = self.task("铺货"), self.task("华北"), self.task("样品测试")
        for task in (whole, part, done):
            yield LIAISON, reverse("task", args=[task.uid])
        for name in ("edit_task", "split_task", "task_plan"):
            yield LIAISON, reverse(name, args=[whole.uid])
        yield LIAISON, reverse("move_task", args=[done.uid]) + "?to=in_progress"
        for name in ("files_of", "comments_of"):
            yield LIAISON, reverse(name, args=["tracking.task", part.uid])
        for file in Attachment.objects.filter(project_id=self.running.pk):
            yield LIAISON, reverse("file_view", args=[file.uid])
        yield LIAISON, reverse("risk", args=[Risk.objects.get(task=part).uid])

    def _of_changes(self) -> Iterator[tuple[str, str]]:
        task, project = self.task("铺货"), self.running
        yield HEAD, reverse("project_changes", args=[project.uid])
        yield HEAD, reverse("project_changes", args=[self.preparing.uid])
        yield LIAISON, reverse("request_change", args=[project.uid]) + f"?task={task.uid}&due=2026-08-20"
        for change in ChangeRequest.objects.filter(project=project):
            yield LIAISON, reverse("change", args=[change.uid])
        yield HEAD, reverse("change", args=[ChangeRequest.objects.get(project=project, state="in_review").uid])
        yield LIAISON, reverse("edit_change", args=[ChangeRequest.objects.get(project=project, state="draft").uid])
        page = Amendment.objects.get(memorandum__project=project).get_absolute_url()
        yield HEAD, page
        yield HEAD, f"{page}?add=1"
        yield HEAD, f"{page}?clause={Clause.objects.get(task=task).uid}"
        yield LIAISON, reverse("ask_slip", args=[task.uid])
        yield AGREES, reverse("task", args=[task.uid])
        yield AGREES, reverse("refuse_slip", args=[Slip.objects.get(task=task).uid])

    def _meetings(self) -> Iterator[tuple[str, str]]:
        yield HEAD, reverse("project_meetings", args=[self.running.uid])
        yield HEAD, reverse("project_month", args=[self.running.uid])
        yield HEAD, reverse("project_meetings", args=[self.preparing.uid])
        yield HEAD, reverse("call_meeting", args=[self.running.uid])
        yield HEAD, reverse("edit_series", args=[Series.objects.get(project=self.running, kind="weekly").uid])
        planned = self.meeting(state="planned", series__isnull=False, starts_at__gt=MOMENT)
        for meeting in (planned, self.meeting(kind="kickoff")):
            yield HEAD, reverse("meeting", args=[meeting.uid])
        for name in ("move_meeting", "meeting_people"):
            yield HEAD, reverse(name, args=[planned.uid])
        weekly = self.meeting(kind="weekly", state="planned", starts_at__gt=MOMENT)
        sales = Party.objects.get(project=self.running, liaison__name=LIAISON).department
        yield LIAISON, reverse("agenda", args=[weekly.uid])
        yield LIAISON, reverse("agenda_part", args=[weekly.uid, sales.uid])
        yield HEAD, reverse("agenda", args=[self.meeting(kind="monthly_review", starts_at__gt=MOMENT).uid])
        yield LIAISON, reverse("backlog", args=[self.running.uid])
        writing = self.meeting(minutes_versions__state="draft", ends_at__lte=MOMENT, state__in=["planned", "held"])
        for name in ("meeting", "minutes", "publish_minutes"):
            yield writing.chair.name, reverse(name, args=[writing.uid])
        yield from self._room(planned, writing)
        yield OTHER_HEAD, reverse("minutes", args=[self.meeting(kind="kickoff").uid])
        yield LIAISON, reverse("minutes", args=[self.meeting(kind="weekly").uid])
        sent = self.meeting(kind="kickoff").minutes_versions.get(edition=1)
        yield HEAD, reverse("certificate", args=[sent.uid])
        yield OTHER_HEAD, reverse("certificate", args=[sent.uid]) + "?only=open"
        yield NOBODY, reverse("check_distribution", args=[sent.check_code])

    def _issues(self) -> Iterator[tuple[str, str]]:
        for name in ("project_issues", "raise_issue", "call_coordination"):
            yield HEAD, reverse(name, args=[self.running.uid])
        for issue in Issue.objects.filter(project=self.running):
            yield HEAD, issue.get_absolute_url()
        yield HEAD, reverse("solve_issue", args=[Issue.objects.get(project=self.running, state="open").uid])

    def _room(self, planned: Meeting, writing: Meeting) -> Iterator[tuple[str, str]]:
        """The screen of the room, page by page, and a row that is being changed."""
        for n in range(1, 8):
            yield LIAISON, reverse("meeting_room", args=[planned.uid]) + f"?page={n}"
        yield HEAD, reverse("meeting_room", args=[self.meeting(kind="kickoff").uid])
        draft = writing.minutes_versions.get()
        said = {"actor": writing.chair, "meeting_uid": writing.uid}
        if not draft.resolutions.exists():
            with clock.at(MOMENT):
                add_resolution(**said, text="华北增派两名业务代表")
                add_action(**said, text="补铺 20 家", owner=writing.chair)
        yield writing.chair.name, reverse("change_resolution", args=[draft.resolutions.get().uid])
        yield writing.chair.name, reverse("change_action", args=[draft.actions.get().uid])


def _talk(people: dict[str, User], task: Task) -> None:
    """Files of three kinds and two comments on a task."""
    files = {"上架照片.png": made.picture(size=(600, 400)), "方案.pdf": made.pdf(), "进度.xlsx": made.table()}
    with clock.at(MOMENT):
        uploads = [check(SimpleUploadedFile(name, content)) for name, content in files.items()]
        attach(actor=people[LIAISON], subject=task, project=task.project, uploads=uploads)
        say(actor=people[OWNER], subject=task, project=task.project, text="仓库周三盘点，周四恢复发货。")
        say(actor=people[LIAISON], subject=task, project=task.project, text="好的。")


def _changes(people: dict[str, User], task: Task) -> None:
    """A request in review, one that is a draft, one that stands in an amendment's draft, and a short slip that is asked for."""
    assert task.clause is not None
    assert task.due_on is not None
    project, liaison, clause = task.project, people[LIAISON], task.clause
    with clock.at(MOMENT):
        for days, hand_in in ((12, True), (14, True), (20, False)):
            lines = [Said("changed", clause.uid, {"due_on": task.due_on + timedelta(days)})]
            change = save_change(actor=liaison, project_uid=project.uid, lines=lines, reason="华北到货推迟", hand_in=hand_in)
            if days == 12:
                decide_change(actor=people[HEAD], change_uid=change.uid, seen_version=None, approve=True, reason="同意")
        later = {"from_due": task.due_on, "to_due": task.due_on + timedelta(3), "workdays": 1}
        Slip.objects.create(task=task, clause=clause, reason="门店开业晚一天", asked_by=liaison, giver=liaison, **later)


def _signed_in_part(people: dict[str, User], document: Document) -> Document:
    """One signed with a drawing, one was nudged, a copy signed on paper waits to be compared, somebody signs as well."""
    signs, nudged, on_paper = (document.slots.get(department__name=name) for name in ("财务部", "研发部", "生产部"))
    papers.sign_as(signs.signer, document, remark="同意", drawing=made.picture())
    said = {"actor": people["周以宁"], "document_uid": document.uid}
    nudge(slot_uid=nudged.uid, **said)
    scan = SimpleUploadedFile("签字页.png", made.picture())
    hand_in_scan(slot_uid=on_paper.uid, scan=scan, signed_on=None, **said)
    add_signer(signer=people["陆景行"], **said)
    return document


def names_of_pages() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every named address of the product that people open, with arguments of the right shape."""
    shapes = {"uuid": UUID("00000000-0000-4000-8000-000000000000"), "slug": "kpi", "string": "tracking.task"}

    def walk(patterns: Any) -> Iterator[Any]:
        for pattern in patterns:
            yield from walk(pattern.url_patterns) if hasattr(pattern, "url_patterns") else [pattern]

    for pattern in walk(get_resolver().url_patterns):
        if (pattern.name or "").startswith(FOR_PROGRAMS) and pattern.name != "api_docs":
            continue
        kinds = {name: type(one).__name__ for name, one in getattr(pattern.pattern, "converters", {}).items()}
        yield pattern.name, {name: shapes[kind.removesuffix("Converter").lower()] for name, kind in kinds.items()}
