"""Step 2 and 3 as the sample tells it: meetings and their minutes, the memorandum and its signatures."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from collab.samples.acts import at
from collab.samples.files import HALF_AN_HOUR, TaskLine, moment
from collab.samples.story import Story, spoken, step
from documents.services import object_to, sign_replayed
from meetings import services as meetings
from meetings.models import AgendaItem, Meeting, Minutes, Series
from meetings.models.meeting import Kind
from meetings.services.planning import AHEAD
from people.models import User
from projects.models import Clause, Memorandum
from projects.services.clauses import save_clause
from projects.services.memorandum import draft_memorandum
from projects.services.signing import open_for_signature
from tracking.models import Issue, Risk

KINDS = {"pre_meeting": Kind.PRE_KICKOFF, "kickoff": Kind.KICKOFF}
SAID_AT_KICKOFF = {
    "goal": "各部门确认目标：{goal}。",
    "duties": "各部门负责人确认本部门的角色与职责，接口人已到位。",
    "flow": "关键节点、输入物与交付标准一致通过。",
    "communication": "周例会每周一10:00，月度复盘会在每月最后一个工作日；风险预案照案执行。",
}


@step
def call(story: Story, actor: User, meeting: dict[str, Any]) -> None:
    """A meeting of the file is called."""
    row = meetings.call_meeting(
        actor=actor,
        project_uid=story.uid,
        kind=KINDS[meeting["type"]],
        title=meeting["title"],
        starts_at=moment(meeting["start"]),
        ends_at=moment(meeting["end"]),
        chair=story.people[meeting["chair"]],
        recorder=story.people[story.sample.party(story.sample.project["initiating_dept"]).liaison],
    )
    expect_minutes(story, row, story.sample.written_at(meeting))


def expect_minutes(story: Story, meeting: Meeting, written_at: datetime) -> None:
    """A meeting ends as planned; then its minutes are written and, but for the kick-off's, go out."""
    who = {"meeting": meeting.uid}
    story.expected.append((meeting.ends_at, "end_meeting", meeting.chair.name, who))
    story.expected.append((written_at, "write_minutes", meeting.recorder.name, who))


@step
def end_meeting(story: Story, actor: User, meeting: Any) -> None:
    """The chair ends the meeting."""
    meetings.end_meeting(actor=actor, meeting_uid=meeting)


@step
def write_minutes(story: Story, actor: User, meeting: Any) -> None:
    """One line, and out; on the kick-off a line for each standing item, which goes out when the file says."""
    row = Meeting.objects.get(uid=meeting)
    meetings.set_attendance(actor=actor, meeting_uid=meeting)
    if row.kind == Kind.KICKOFF:
        for item in row.agenda.all():
            notes = SAID_AT_KICKOFF[item.shows].format(goal=story.sample.project["goal"])
            meetings.write_item(actor=actor, item_uid=item.uid, seen_version=item.version, notes=notes)
        return
    meetings.lay_agenda(row)
    for item, notes in said_on(story, row):
        meetings.write_item(actor=actor, item_uid=item.uid, seen_version=item.version, notes=notes)
    if row.issue is not None and row.issue.solution:
        meetings.add_resolution(actor=actor, meeting_uid=meeting, text=row.issue.solution)
    draft = row.minutes_versions.get()
    meetings.write_summary(actor=actor, meeting_uid=meeting, seen_version=draft.version, summary=_one_line(story, row))
    publish(story, actor, meeting)


def said_on(story: Story, meeting: Meeting) -> Iterator[tuple[AgendaItem, str]]:
    """What was said on which topic: on an issue as it was registered and solved, on what lags its cause and measure."""
    items = list(meeting.agenda.all())
    if meeting.issue is not None:
        yield from zip(items, _on_issue(meeting.issue), strict=False)
        return
    measured = Risk.objects.filter(project_id=story.project_id).exclude(measure="").exclude(state=Risk.State.CLOSED)
    known = list(measured.select_related("task__parent__clause", "task__clause", "owner"))
    for item in items:
        for risk in known:
            tasks = [row for row in (risk.task, risk.task.parent if risk.task else None) if row is not None]
            keys = [row.uid for row in (risk, *tasks, *(row.clause for row in tasks)) if row is not None]
            if any(item.subject.endswith(str(key)) for key in keys):
                who = f"（{risk.owner.name}）" if risk.owner else ""
                yield item, f"{risk.task or risk.title}：{risk.get_cause_display()}；措施：{risk.measure}{who}。"
                break


def _on_issue(issue: Issue) -> Iterator[str]:
    """What happened, what each side needs, the solution, the measures."""
    parties = "、".join(row.department.name for row in issue.concerned.select_related("department"))
    yield f"{issue.raised_by.department}{issue.raised_by.name}提出：{issue.title}。"
    yield f"{parties}分别说明了受到的影响和需要的支持。"
    if issue.solution:
        yield f"{issue.solution}。"
        yield "；".join(
            f"{row.text}（{row.department}，{spoken(row.due_on)}前）" for row in issue.measures.select_related("department")
        )


def _one_line(story: Story, meeting: Meeting) -> str:
    """What is said of a meeting: the plan is kept, but for what stands in the register."""
    if meeting.kind == Kind.PRE_KICKOFF:
        return "核心人员梳理了流程节点、输入物与输出物，提交启动会确认。"
    if meeting.issue is not None:
        said = meeting.issue.solution or "各方说明了情况与需要，解决方案另行输出。"
        return f"{meeting.issue.title}：{said}"
    late = Risk.objects.filter(project_id=story.project_id, state=Risk.State.OPEN).order_by("pk")
    names = "、".join(f"“{risk.task.title}”" for risk in late.select_related("task") if risk.task)
    return f"{names}落后于计划，责任部门提出应对措施；其余任务按计划推进。" if names else "各部门任务按计划推进，无需协调的事项。"


def publish(story: Story, actor: User, meeting: Any) -> None:
    """The minutes go out; each attendee confirms one after another; with the last they are filed."""
    minutes = meetings.publish_minutes(actor=actor, meeting_uid=meeting)
    if minutes.distributed_at is None:
        raise ValueError(f"{minutes} were published and not distributed")
    readers = minutes.readers.filter(in_copy=False).exclude(user=actor).select_related("user")
    when = minutes.distributed_at + HALF_AN_HOUR
    for reader in readers:
        story.expected.append((when, "confirm", reader.user.name, {"minutes": minutes.uid}))
        when += timedelta(minutes=10)


@step
def confirm(story: Story, actor: User, minutes: Any) -> None:
    """One click."""
    meetings.confirm_minutes(actor=actor, minutes_uid=minutes)


@step
def publish_kickoff(story: Story, actor: User) -> None:
    """The kick-off's minutes go out; heads sign them, liaisons confirm, as the file says when."""
    meetings.publish_minutes(actor=actor, meeting_uid=_kickoff(story).meeting.uid)


@step
def object_kickoff(story: Story, actor: User, text: str) -> None:
    """A head does not sign the kick-off's minutes, and says what they should say."""
    minutes = _kickoff(story)
    if minutes.document is None:
        raise ValueError(f"{minutes} are objected to before they went out for signature")
    object_to(actor=actor, document_uid=minutes.document.uid, reason=text)


@step
def revise_kickoff(story: Story, actor: User, dept: str, text: str) -> None:
    """What the objection asks for is written down, and the next version goes out."""
    meeting = _kickoff(story).meeting
    item = meeting.agenda.get(shows="flow")
    notes = f"{item.notes}更正（{dept}提出）：{text}。"
    meetings.write_item(actor=actor, item_uid=item.uid, seen_version=item.version, notes=notes)
    meetings.publish_minutes(actor=actor, meeting_uid=meeting.uid)


@step
def confirm_kickoff(story: Story, actor: User) -> None:
    """A head signs the kick-off's minutes, a liaison confirms them."""
    minutes = _kickoff(story)
    if minutes.document is not None and minutes.document.slots.filter(signer=actor).exists():
        sign_replayed(actor=actor, document_uid=minutes.document.uid)
    else:
        meetings.confirm_minutes(actor=actor, minutes_uid=minutes.uid)


def _kickoff(story: Story) -> Minutes:
    """The newest version of the kick-off's minutes."""
    rows = Minutes.objects.filter(meeting__project_id=story.project_id, meeting__kind=Kind.KICKOFF)
    return rows.select_related("meeting", "document").latest("edition")


@step
def write_memorandum(story: Story, actor: User) -> None:
    """The memorandum, with one clause per top-level task of the file."""
    draft_memorandum(actor=actor, project_uid=story.uid, number=story.sample.memorandum["number"], prefilled=False)
    for line in story.sample.promised:
        save_clause(actor=actor, project_uid=story.uid, **_promised(story, line))


def _promised(story: Story, line: TaskLine) -> dict[str, Any]:
    """What a clause says of a task: who delivers what to whom, how much, by when."""
    return {
        "department": story.departments[line.dept],
        "text": line.name,
        "deliverable": line.deliverable,
        "standard": line.quality,
        "quantity": line.qty,
        "unit": line.unit,
        "starts_on": line.start,
        "due_on": line.due,
        "handed_to": story.departments[story.sample.handed_to(line)],
        "node": story.nodes[line.node],
    }


@step
def open_memorandum(story: Story, actor: User, sign_days: int | None = None) -> None:
    """The head of the initiating department opens it for signature."""
    memorandum = Memorandum.objects.get(project_id=story.project_id)
    open_for_signature(actor=actor, project_uid=story.uid, seen_version=memorandum.version, sign_days=sign_days)


@step
def sign(story: Story, actor: User) -> None:
    """A head signs; with the last one it is in force and its clauses are tasks."""
    memorandum = Memorandum.objects.select_related("document").get(project_id=story.project_id)
    if memorandum.document is None:
        raise ValueError(f"{memorandum} is signed before it was opened for signature")
    sign_replayed(actor=actor, document_uid=memorandum.document.uid)
    by_text = {clause.text: clause for clause in Clause.objects.filter(memorandum=memorandum, task__isnull=False)}
    story.tasks |= {line.id: by_text[line.name].task.uid for line in story.sample.promised if line.name in by_text}


@step
def morning(story: Story, actor: User | None, day: date) -> None:
    """Mondays series are planned ahead; each day the meetings they have laid on it will be held."""
    if day.weekday() == 0:
        for series in Series.objects.filter(project_id=story.project_id):
            meetings.plan_series(series, day + AHEAD)
    rows = Meeting.objects.filter(project_id=story.project_id, series__isnull=False, state=Meeting.State.PLANNED)
    for meeting in rows.filter(starts_at__range=(at(day, 8), at(day, 23))).select_related("chair", "recorder"):
        expect_minutes(story, meeting, meeting.ends_at + HALF_AN_HOUR)
