"""The backlog of topics (议题池): fed by whoever speaks for a department, taken up by itself, done when it was talked about."""

from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from common import ports
from common.acts import act
from common.moves import move
from common.refusals import Conflict, Refused, Unseen
from meetings.access import RULES, Act, meeting_for, topic_for
from meetings.models import Action, AgendaItem, Meeting, Minutes, Resolution, Topic
from meetings.models.meeting import Kind
from meetings.services.laying import draft_of
from people.models import Department, User
from projects.access import pass_through, project_for

MEETING_KINDS = (Kind.WEEKLY, Kind.MONTHLY_REVIEW)


@act
def feed_topic(
    *, actor: User, project_uid: UUID, text: str, kind: str = Kind.WEEKLY, department: Department | None = None
) -> Topic:
    """Put a topic into the backlog; the next meeting of its kind takes it up. A cooperating department for itself."""
    project = project_for(actor, project_uid)
    pass_through(actor, project, RULES, Act.AMEND_AGENDA, department=department.pk if department else 0)
    if not text.strip():
        raise Refused(_("A topic has a title."), field="text")
    if kind not in MEETING_KINDS:
        raise Refused(_("Topics wait for the weekly meeting or the monthly review."), field="kind")
    if department is not None and not project.parties.filter(department=department).exists():
        raise Refused(_("This department takes no part in the project."), field="department")
    topic = Topic(project=project, text=text.strip(), kind=kind, department=department, raised_by=actor)
    topic.save()
    ports.record(actor=actor, verb="meeting.topic_fed", subject=topic, project=project, facts={"topic": topic.text}, tell=())
    return topic


@act
def withdraw_topic(*, actor: User, topic_uid: UUID, seen_version: int | None) -> Topic:
    """Take the own topic back while it waits."""
    topic = topic_for(actor, topic_uid, own=True, lock=True)
    if topic.state == Topic.State.TAKEN:
        raise Refused(_("This topic stands on an agenda already; that meeting settles it."), code="taken")
    return _settle(actor, topic, Topic.State.WITHDRAWN, seen_version, "meeting.topic_withdrawn")


@act
def finish_topic(*, actor: User, topic_uid: UUID, seen_version: int | None) -> Topic:
    """Say that a topic on an agenda is done, whatever its minutes say."""
    topic = topic_for(actor, topic_uid, lock=True)
    item = topic.items.select_related("meeting").order_by("-pk").first()
    if item is None:
        pass_through(actor, topic.project, RULES, Act.WRITE)
        raise Refused(_("This topic stands on no agenda yet; who raised it may take it back."), code="waits")
    meeting_for(actor, item.meeting.uid, Act.WRITE)
    return _settle(actor, topic, Topic.State.DONE, seen_version, "meeting.topic_done")


def _settle(actor: User, topic: Topic, state: str, seen_version: int | None, verb: str) -> Topic:
    if topic.state == state:
        return topic
    if seen_version is None:
        raise Unseen
    if topic.version != seen_version:
        raise Conflict(_("Somebody changed this topic meanwhile."), mine={"state": state}, theirs={"state": topic.state})
    move(topic, state)
    topic.bump("state")
    ports.record(actor=actor, verb=verb, subject=topic, project=topic.project, facts={"topic": topic.text}, tell=())
    return topic


@act
def take_up(*, actor: User, meeting_uid: UUID, subject: str) -> AgendaItem:
    """Put what was left over on the agenda after all: there was time for it in the room."""
    meeting = meeting_for(actor, meeting_uid, Act.WRITE, lock=True)
    draft_of(meeting)
    known = meeting.agenda.filter(subject=subject).first()
    if known is not None:
        return known
    left = (meeting.since_last or {}).get("left", [])
    said = next((row for row in left if row["subject"] == subject), None)
    if said is None:
        raise Refused(_("This is not among what was carried over."), code="not_left")
    topic = _topic_of(meeting, subject)
    last = meeting.agenda.order_by("-order").first()
    names = ("source", "subject", "title", "waits", "carried", "facts")
    item = AgendaItem(
        meeting=meeting, topic=topic, order=last.order + 1 if last else 0, **{n: said[n] for n in names if n in said}
    )
    item.department_id = said.get("department")
    item.save()
    meeting.since_last = {**(meeting.since_last or {}), "left": [row for row in left if row is not said]}
    meeting.save(update_fields=["since_last"])
    if topic is not None and topic.state == Topic.State.OPEN:
        move(topic, Topic.State.TAKEN)
        topic.bump("state")
    facts = {"item": item.title}
    ports.record(actor=actor, verb="meeting.item_added", subject=meeting, project=meeting.project, facts=facts, tell=())
    return item


def _topic_of(meeting: Meeting, subject: str) -> Topic | None:
    """The topic that this is about, if it is one."""
    kind, _colon, uid = subject.partition(":")
    if kind != "meetings.topic":
        return None
    return Topic.objects.select_for_update().filter(project=meeting.project, uid=UUID(uid)).first()


def settle_topics(meeting: Meeting, minutes: Minutes | None) -> None:
    """What the minutes say something on is done; what they do not comes back, and counts that one more meeting passed it by.

    Without minutes the meeting was not held: all come back, and nothing is counted.
    """
    resolved, asked = (Exists(model.objects.filter(item=OuterRef("pk"))) for model in (Resolution, Action))
    items = meeting.agenda.filter(topic__state=Topic.State.TAKEN).annotate(resolved=resolved, asked=asked)
    said = {item.topic_id for item in items if item.notes.strip() or item.resolved or item.asked}
    keys = {item.topic_id for item in items if item.topic_id}
    for topic in Topic.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"):
        if topic.state != Topic.State.TAKEN:
            continue
        if minutes is not None and topic.pk in said:
            move(topic, Topic.State.DONE)
        else:
            move(topic, Topic.State.OPEN)
            topic.carried += minutes is not None
        topic.bump("state", "carried")
