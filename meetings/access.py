"""Who may do what at a meeting and with its minutes: the doors and their rule table (rule A5)."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from common.rights import Reach, Role, may, rule
from documents.models import Document
from meetings.models import (
    Action,
    AgendaItem,
    Attendee,
    Meeting,
    Minutes,
    MinutesReader,
    Resolution,
    ResolutionObjection,
    Topic,
)
from meetings.models.meeting import Kind
from people.models import User
from projects.access import Act as Drafting
from projects.access import pass_through, project_for, standing
from projects.models import Participant, Party, Project


class Act(StrEnum):
    """What one may do at a meeting and with its minutes."""

    VIEW = "view"
    CALL = "call"
    AMEND_AGENDA = "amend_agenda"
    WRITE = "write"
    READ = "read"
    CONFIRM = "confirm"
    ANSWER = "answer"
    CERTIFICATE = "certificate"
    RESEND = "resend"
    ATTACH = "attach"
    REMOVE_FILE = "remove_file"


RULES: Mapping[str, Mapping[Role, Reach]] = {
    Act.VIEW: rule("IH IL PH PL TA:✔ MB NV EX AU:r"),
    Act.CALL: rule("IH IL:✔"),
    Act.AMEND_AGENDA: rule("IH IL:✔ PH PL:d"),
    Act.WRITE: rule("IH IL:✔ PH PL:o"),
    Act.READ: rule("IH IL PH PL:✔ TA MB:o NV EX AU:r"),
    Act.CONFIRM: rule("IH IL PH PL TA MB NV EX:o"),
    Act.ANSWER: rule("IH IL PH PL TA MB NV EX:o"),
    Act.CERTIFICATE: rule("IH IL:✔ PH PL:d TA MB NV:o EX AU:r"),
    Act.RESEND: rule("IH IL:✔ PH PL:d"),
    Act.ATTACH: rule("IH IL PH PL:✔ TA:o"),
    Act.REMOVE_FILE: rule("IH IL:✔"),
}

WORDS = {
    Act.VIEW: _("See that a meeting takes place, and its agenda"),
    Act.CALL: _("Call a meeting, edit a series"),
    Act.AMEND_AGENDA: _("Add to the agenda, for the own department"),
    Act.WRITE: _("Write minutes, publish and archive them, change who is invited (chair, minute taker)"),
    Act.READ: _("Read minutes"),
    Act.CONFIRM: _("Confirm minutes (own line)"),
    Act.ANSWER: _("Say whether one comes to a meeting (own line)"),
    Act.CERTIFICATE: _("See to whom minutes were distributed, and export the certificate"),
    Act.RESEND: _("Send minutes again that a mail server refused, to another address as well"),
    Act.ATTACH: _("Attach files to a meeting (remove: the own ones); who reads the minutes sees them"),
    Act.REMOVE_FILE: _("Remove files that others attached to a meeting"),
}

HEADING = _("Meetings and minutes")

CARRYING = (Kind.WEEKLY, Kind.MONTHLY_REVIEW)  # the meetings whose agendas carry actions over
READING = {Act.VIEW, Act.READ, Act.CERTIFICATE}
NEAR = {Act.WRITE, Act.READ, Act.CONFIRM, Act.ANSWER, Act.CERTIFICATE, Act.ATTACH}  # acts for which the own row counts


def visible_meetings(user: User) -> QuerySet[Meeting]:
    """The meetings that exist for this user: those of the projects that do."""
    return Meeting.objects.filter(Exists(Project.objects.visible_to(user).filter(pk=OuterRef("project_id")))).select_related(
        "project__initiating_dept", "project__lead_dept", "chair__department", "recorder__department"
    )


def persons_for(user: User, project: Project, act: str) -> list[int]:
    """Whose own line lets the user do the act: the own first, then those in whose place the user works today (rule A4).

    Each by what that person is in the project; whether one comes to a meeting everybody says for oneself.
    """
    seats = standing(user, project).seats
    return [key for key, seat in seats.items() if may(RULES, act, seat.roles, own=True) and (act != Act.ANSWER or key == user.pk)]


def whose_line(user: User, meeting: Meeting, act: str) -> int | None:
    """By whose line at the meeting the user may do the act: chair or minute taker for writing, invited for the rest."""
    persons = persons_for(user, meeting.project, act)
    if act == Act.WRITE:
        return next((person for person in persons if person in (meeting.chair_id, meeting.recorder_id)), None)
    invited = Attendee.objects.filter(meeting=meeting, user__in=persons)
    if act in (Act.CONFIRM, Act.ANSWER):
        invited = invited.filter(in_copy=False)
    found = set(invited.values_list("user", flat=True))
    return next((person for person in persons if person in found), None)


def _owner(user: User, meeting: Meeting, act: str, department: int | None) -> int | None:
    """The same for the acts where it counts; not asked of the database where the role alone lets this person do it."""
    stands = standing(user, meeting.project)
    if act not in NEAR or (len(stands.persons) == 1 and stands.may(RULES, act, department=department)):
        return None
    return whose_line(user, meeting, act)


def may_at(user: User, meeting: Meeting, act: Act, *, department: int | None = None) -> bool:
    """Whether the table lets this person do the act at this meeting (for showing a control)."""
    own = _owner(user, meeting, act, department) is not None
    return standing(user, meeting.project).may(RULES, act, department=department, own=own)


def meeting_for(user: User, uid: UUID, act: Act = Act.VIEW, *, department: int | None = None, lock: bool = False) -> Meeting:
    """The one door to a meeting on someone's behalf: 404 unseen, 403 forbidden, Refused while the project is read only."""
    rows = visible_meetings(user)
    if lock:
        rows = rows.select_for_update(of=("self",))
    meeting = rows.filter(uid=uid).first()
    if meeting is None:
        raise Http404
    owner = _owner(user, meeting, act, department)
    said = None if act == Act.CONFIRM else owner  # for whom one answers minutes is said with the line
    pass_through(
        user, meeting.project, RULES, act, department=department, own=owner is not None, owner=said, reading=act in READING
    )
    return meeting


def minutes_for(user: User, meeting_uid: UUID, act: Act, *, lock: bool = False) -> Minutes:
    """The door to a meeting's newest minutes; a draft is open to those who write it and hidden (403) from the rest."""
    meeting = meeting_for(user, meeting_uid, act, lock=lock)
    rows = Minutes.objects.select_for_update(of=("self",)) if lock else Minutes.objects.all()
    minutes = rows.filter(meeting=meeting).order_by("-edition").first()
    if minutes is None:
        raise Http404
    minutes.meeting = meeting
    if minutes.state == Minutes.State.DRAFT and act != Act.WRITE and not may_at(user, meeting, Act.WRITE):
        raise PermissionDenied
    return minutes


def version_for(user: User, uid: UUID, act: Act) -> Minutes:
    """The door to one version of minutes; a draft is open to those who write it alone."""
    row = Minutes.objects.select_related("document", "event__actor", "meeting").filter(uid=uid).first()
    if row is None:
        raise Http404
    row.meeting = meeting_for(user, row.meeting.uid, act)
    if row.state == Minutes.State.DRAFT and act != Act.WRITE and not may_at(user, row.meeting, Act.WRITE):
        raise PermissionDenied
    return row


def version_of_resolution(user: User, uid: UUID, act: Act) -> Minutes:
    """The version, once it is out, in which a resolution stands."""
    found = Resolution.objects.filter(uid=uid).exclude(minutes__state=Minutes.State.DRAFT)
    minutes_uid = found.values_list("minutes__uid", flat=True).first()
    if minutes_uid is None:
        raise Http404
    return version_for(user, minutes_uid, act)


def version_of_objection(user: User, uid: UUID, act: Act) -> Minutes:
    """The version to which an objection was made."""
    resolution_uid = ResolutionObjection.objects.filter(uid=uid).values_list("resolution__uid", flat=True).first()
    if resolution_uid is None:
        raise Http404
    return version_of_resolution(user, resolution_uid, act)


def item_for(user: User, uid: UUID, act: Act, *, lock: bool = False) -> AgendaItem:
    """An agenda item, reached through the door of its meeting."""
    found = AgendaItem.objects.filter(uid=uid).values_list("meeting__uid", flat=True).first()
    if found is None:
        raise Http404
    meeting = meeting_for(user, found, act, lock=lock)
    rows = AgendaItem.objects.select_for_update() if lock else AgendaItem.objects.all()
    item = rows.get(uid=uid)
    item.meeting = meeting
    return item


def resolution_for(user: User, uid: UUID, act: Act, *, lock: bool = False) -> Resolution:
    """A resolution, reached through the door of its minutes."""
    found = Resolution.objects.filter(uid=uid).values_list("minutes__meeting__uid", flat=True).first()
    if found is None:
        raise Http404
    minutes = minutes_for(user, found, act, lock=lock)
    row = minutes.resolutions.filter(uid=uid).first()
    if row is None:
        raise Http404
    row.minutes = minutes
    return row


def action_for(user: User, uid: UUID, act: Act, *, lock: bool = False) -> Action:
    """An action, reached through the door of its minutes."""
    found = Action.objects.filter(uid=uid).values_list("minutes__meeting__uid", flat=True).first()
    if found is None:
        raise Http404
    minutes = minutes_for(user, found, act, lock=lock)
    row = minutes.actions.select_related("owner__department", "department").filter(uid=uid).first()
    if row is None:
        raise Http404
    row.minutes = minutes
    return row


def action_of(user: User, uid: UUID, act: Act, *, at: UUID | None = None, lock: bool = False) -> Action:
    """An action in whichever version, by the door of its meeting, or of one `at` whose agenda carries it over.

    `lock` holds its own meeting in both cases: what becomes of it is decided under that one lock.
    """
    row = Action.objects.filter(uid=uid).select_related("minutes__meeting", "owner").first()
    if row is None:
        raise Http404
    own = row.minutes.meeting
    door = meeting_for(user, at or own.uid, act, lock=lock and at in (None, own.uid))
    carries = door.kind in CARRYING and door.project_id == own.project_id and door.starts_at > own.starts_at
    if door.pk != own.pk and not carries:
        raise Http404
    if lock and door.pk != own.pk:
        Meeting.objects.select_for_update(of=("self",)).get(pk=own.pk)
    own.project = door.project
    return row


def topic_for(user: User, uid: UUID, *, own: bool = False, lock: bool = False) -> Topic:
    """A topic of the backlog, for whoever amends agendas; `own`: for who raised it."""
    rows = Topic.objects.filter(Exists(Project.objects.visible_to(user).filter(pk=OuterRef("project_id")))).select_related(
        "project"
    )
    topic = (rows.select_for_update(of=("self",)) if lock else rows).filter(uid=uid).first()
    if topic is None:
        raise Http404
    stands = standing(user, topic.project)
    department = topic.department_id or next(iter(sorted(stands.departments)), 0)
    pass_through(user, topic.project, RULES, Act.AMEND_AGENDA, department=department)
    if own and topic.raised_by_id not in stands.persons:
        raise PermissionDenied
    return topic


def sees_meeting(user: User, meeting: Meeting) -> bool:
    """Whether a meeting (still) exists for this user."""
    return Project.objects.visible_to(user).filter(pk=meeting.project_id).exists()


def reads_minutes(user: User, meeting: Meeting) -> bool:
    """Whether what earlier minutes asked for may be shown to this person on the agenda of this meeting."""
    stands = standing(user, meeting.project)
    if stands.may(RULES, Act.READ):
        return True
    return stands.may(RULES, Act.READ, own=True) and whose_line(user, meeting, Act.READ) is not None


def sees_topic(user: User, topic: Topic) -> bool:
    """Whether a topic (still) exists for this user."""
    return Project.objects.visible_to(user).filter(pk=topic.project_id).exists()


def may_know_of(user: User, minutes: Minutes) -> bool:
    """Whether a user may (still) hear of these minutes: asked again before a notice of them is sent.

    Of a draft nothing but its state is told.
    """
    return sees_meeting(user, minutes.meeting) and may_at(user, minutes.meeting, Act.READ)


def who_may_know_of(users: Iterable[User], minutes: Minutes) -> set[int]:
    """The same of many who see the project: heads, liaisons and those named in it read minutes, the rest is asked one by one."""
    people, meeting = list(users), minutes.meeting
    parties = Party.objects.filter(project=meeting.project_id).values_list("head_id", "liaison_id")
    reading = {Participant.Kind.VIEWER, Participant.Kind.SIGNER}
    named = Participant.objects.filter(project=meeting.project_id, kind__in=reading, user__in=[user.pk for user in people])
    plainly = {key for pair in parties for key in pair} | set(named.values_list("user_id", flat=True))
    return {user.pk for user in people if user.pk in plainly or may_at(user, meeting, Act.READ)}


def may_read_document(user: User, document: Document) -> bool:
    """Minutes on paper are read by those who may read them on their page."""
    meeting = visible_meetings(user).filter(pk=document.object_id).first()
    return meeting is not None and may_at(user, meeting, Act.READ)


def may_call(user: User, project: Project) -> bool:
    """Whether a user may call a meeting in a project (for showing the control)."""
    return not project.is_frozen and standing(user, project).may(RULES, Act.CALL)


def project_to_call_in(user: User, uid: UUID, *, lock: bool = False) -> Project:
    """The door to a project for calling a meeting in it."""
    project = project_for(user, uid, lock=lock)
    pass_through(user, project, RULES, Act.CALL)
    return project


def may_read_kickoff(user: User, uid: UUID) -> Project:
    """The door to what the kick-off resolved: a project whose minutes this person reads."""
    project = project_for(user, uid)
    here = list(standing(user, project).persons)
    invited = Attendee.objects.filter(meeting__project=project, meeting__kind=Kind.KICKOFF, user__in=here).exists()
    pass_through(user, project, RULES, Act.READ, own=invited, reading=True)
    return project


def resolution_beside(user: User, uid: UUID) -> Project:
    """The door to a resolution beside the memorandum: its project, for who drafts that."""
    found = Resolution.objects.filter(uid=uid).values_list("minutes__meeting__project__uid", flat=True).first()
    if found is None:
        raise Http404
    return project_for(user, found, Drafting.DRAFT_MEMORANDUM)


def reader_of(minutes: Minutes, user: User) -> MinutesReader | None:
    """The user's own line among the readers of distributed minutes."""
    return minutes.readers.filter(user=user).first()
