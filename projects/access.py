"""Who may do what in a project: the door and its rule table (rule A5)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet, Value
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from common import clock
from common.acts import say_on_behalf_of
from common.again import Again, ListAgain, signs
from common.refusals import Refused
from common.rights import Reach, Role, may, rule
from people.models import Department, Leave, User
from people.queries import running_leaves
from projects.models import Amendment, Memorandum, Participant, Party, Project


class Act(StrEnum):
    """What one may do in a project as such; tasks, meetings and risks have tables of their own."""

    VIEW = "view"
    EDIT_GOAL = "edit_goal"
    SET_CONFIDENTIAL = "set_confidential"
    EDIT_NODES = "edit_nodes"
    ENTER_ACTUAL = "enter_actual"
    INVITE = "invite"
    APPOINT_LIAISON = "appoint_liaison"
    PASS_GATE = "pass_gate"  # noqa: S105
    DRAFT_MEMORANDUM = "draft_memorandum"
    COMMENT_CLAUSE = "comment_clause"
    ASK_RESOURCE = "ask_resource"
    ANSWER_RESOURCE = "answer_resource"
    OPEN_FOR_SIGNATURE = "open_for_signature"
    DRAFT_AMENDMENT = "draft_amendment"
    SEE_LOG = "see_log"


RULES: Mapping[str, Mapping[Role, Reach]] = {
    Act.VIEW: rule("IH IL PH PL TA:✔ MB NV EX AU:r"),
    Act.EDIT_GOAL: rule("IH IL:✔"),
    Act.SET_CONFIDENTIAL: rule("IH:✔"),
    Act.EDIT_NODES: rule("IH IL:✔"),
    Act.ENTER_ACTUAL: rule("IH IL:✔ PH PL:d"),
    Act.INVITE: rule("IH:✔"),
    Act.APPOINT_LIAISON: rule("IH PH:d"),
    Act.PASS_GATE: rule("IH:✔"),
    Act.DRAFT_MEMORANDUM: rule("IH IL:✔"),
    Act.COMMENT_CLAUSE: rule("IH IL:✔ PH PL:d"),
    Act.ASK_RESOURCE: rule("IH IL:✔ PH PL:d"),
    Act.ANSWER_RESOURCE: rule("IH IL PH PL:d"),
    Act.OPEN_FOR_SIGNATURE: rule("IH:✔"),
    Act.DRAFT_AMENDMENT: rule("IH IL PH PL:✔"),
    Act.SEE_LOG: rule("IH IL PH PL:✔ TA:o NV EX AU:r"),
}

WORDS = {
    Act.VIEW: _("See project, plan, board, progress, risks"),
    Act.EDIT_GOAL: _("Edit goal, KPIs, scope, communication, contingency"),
    Act.SET_CONFIDENTIAL: _("Set confidential, name viewers"),
    Act.EDIT_NODES: _("Edit nodes and dependencies"),
    Act.ENTER_ACTUAL: _("Enter the actual figure of a KPI"),
    Act.INVITE: _("Invite a department"),
    Act.APPOINT_LIAISON: _("Accept, appoint the own liaison"),
    Act.PASS_GATE: _("Start, pass a gate, go on with gaps, suspend, cancel"),
    Act.DRAFT_MEMORANDUM: _("Draft memorandum and clauses"),
    Act.COMMENT_CLAUSE: _("Comment on a clause of the draft, propose another wording, for the own department"),
    Act.ASK_RESOURCE: _("Ask for a resource"),
    Act.ANSWER_RESOURCE: _("Answer a resource request (the department that is asked)"),
    Act.OPEN_FOR_SIGNATURE: _("Open for signature, withdraw before the last signature"),
    Act.DRAFT_AMENDMENT: _("Draft an amendment"),
    Act.SEE_LOG: _("History and timeline"),
}

READING = {Act.VIEW, Act.SEE_LOG}


_PROJECT, _USER = signs(2)
_DAY = date(1912, 1, 1)
_UID = UUID(int=987_654_321)


def _roles(project: int, user: int, today: date) -> QuerySet[Any, Any]:
    """Of each party its department, head and liaison; in whose place the user stands today, and for what (rule A4); and of
    each participation of the user, or of those persons, who it is and its kind.
    """
    stands = running_leaves(today).filter(deputy=user).order_by()
    parties = Party.objects.filter(project=project).order_by()
    named = Participant.objects.filter(Q(user=user) | Q(user__in=stands.values("person")), project=project).order_by()
    said = parties.values_list("department_id", "head_id", "liaison_id", Value(""))
    return said.union(
        stands.values_list(Value(0), "person_id", Value(0), "scope"),
        named.values_list(Value(0), "user_id", Value(0), "kind"),
        all=True,
    )


_roles_in = ListAgain(_roles, _PROJECT, _USER, _DAY)  # every door asks it


@dataclass
class Seat:
    """What one person is in a project: the roles held and the departments spoken for."""

    roles: set[Role] = field(default_factory=set)
    departments: set[int] = field(default_factory=set)


class Standing:
    """What a user is in a project: the roles held there and the departments spoken for. Three queries at most.

    Whoever stands in for somebody's daily work has that person's seat beside the own; for signing alone, reads.
    """

    def __init__(self, user: User, project: Project) -> None:
        self.user = user
        self.project = project
        self.seats: dict[int, Seat] = {user.pk: Seat()}  # the own, and of those in whose place one works today
        rows = _roles_in(project.pk, user.pk, clock.today(settings.TIME_ZONE))
        parties = [(department, head, liaison) for department, head, liaison, kind in rows if not kind]
        named = [(person, kind) for _none, person, _nobody, kind in rows if kind in Participant.Kind.values]
        signing: dict[int, Seat] = {}
        for _none, person, _nobody, kind in rows:
            if kind in Leave.Scope.values:
                (signing if kind == Leave.Scope.SIGNING else self.seats)[person] = Seat()
        for person, seat in (*self.seats.items(), *signing.items()):
            self._seat(person, seat, parties, {kind for who, kind in named if who == person})
        self._of_person()
        if any(seat.roles for seat in signing.values()):
            self.seats[user.pk].roles.add(Role.NV)
        self.roles = {role for seat in self.seats.values() for role in seat.roles}
        self.departments = {department for seat in self.seats.values() for department in seat.departments}

    @property
    def persons(self) -> Collection[int]:
        """The user, and those in whose place the user works today: what is theirs is the user's own."""
        return self.seats.keys()

    def _steering_departments(self) -> set[int]:
        """Initiating department in steps 1–2 and closing, lead department in between."""
        if self.project.state == Project.State.EXECUTION:
            return {self.project.lead_dept_id}
        return {self.project.initiating_dept_id}

    def _seat(self, person: int, seat: Seat, parties: Sequence[tuple[int, int, int | None]], kinds: set[str]) -> None:
        """What a person is by head, liaison, draft and name."""
        project, steering = self.project, self._steering_departments()
        for department, head, liaison in parties:
            steers = department in steering
            if head == person:
                seat.roles.add(Role.IH if steers else Role.PH)
                seat.departments.add(department)
            if liaison == person:
                seat.roles.add(Role.IL if steers else Role.PL)
                seat.departments.add(department)
        if project.is_draft and not parties and project.initiating_dept.head_id == person:
            seat.roles.add(Role.IH)
            seat.departments.add(project.initiating_dept_id)
        if project.is_draft and project.created_by_id == person:
            seat.roles.add(Role.IL)
            seat.departments.add(project.initiating_dept_id)
        if Participant.Kind.ASSIGNEE in kinds:
            seat.roles.add(Role.TA)
        if kinds & {Participant.Kind.VIEWER, Participant.Kind.SIGNER}:  # a named signer reads the project, as a named viewer does
            seat.roles.add(Role.NV)

    def _of_person(self) -> None:
        """What the user is by department and flag; nobody stands in for that."""
        user, project, roles = self.user, self.project, self.seats[self.user.pk].roles
        if not project.confidential and not project.is_draft:
            if user.department_id in (project.initiating_dept_id, project.lead_dept_id):
                roles.add(Role.MB)
            if user.is_executive:
                roles.add(Role.EX)
        if user.is_auditor and not project.is_draft:
            roles.add(Role.AU)

    def in_place_of(
        self, rules: Mapping[str, Mapping[Role, Reach]], act: str, *, department: int | None = None, owner: int | None = None
    ) -> int | None:
        """In whose place the user does what the own seat does not give; None when it does. `owner`: whose own row it is."""
        for person, seat in self.seats.items():  # the own first
            near = department is None or department in seat.departments
            if may(rules, act, seat.roles, in_department=near, own=owner == person):
                return None if person == self.user.pk else person
        return None

    def may(
        self, rules: Mapping[str, Mapping[Role, Reach]], act: str, *, department: int | None = None, own: bool = False
    ) -> bool:
        """Whether this person may do the act; `department` is the one the row belongs to, `own` that it is theirs."""
        near = department is None or department in self.departments
        return may(rules, act, self.roles, in_department=near, own=own)


def standing(user: User, project: Project) -> Standing:
    """The user's standing in a project, kept on the project row for the rest of the request."""
    known: dict[int, Standing] = project.__dict__.setdefault("_standings", {})
    if user.pk not in known:
        known[user.pk] = Standing(user, project)
    return known[user.pk]


@cache
def _behind_door(*, is_executive: bool, is_auditor: bool, lock: bool) -> Again[Project]:
    """The question of the door, for a kind of reader: a project by its uid, where it exists for the user."""

    def build(user: int, uid: UUID, department: int = 0) -> QuerySet[Project]:
        reader = User(pk=user, department_id=department, is_executive=is_executive, is_auditor=is_auditor)
        rows = Project.objects.visible_to(reader).filter(uid=uid).select_related("initiating_dept", "lead_dept").order_by()
        return rows.select_for_update(of=("self",)) if lock else rows

    user, department = signs(2)
    wide = is_executive or is_auditor  # to them the whole house is open: their department does not matter
    return Again(build, user, _UID) if wide else Again(build, user, _UID, department)


def project_for(
    user: User, uid: UUID, act: Act = Act.VIEW, *, department: Department | None = None, lock: bool = False
) -> Project:
    """The one door to a project on someone's behalf: 404 unseen, 403 forbidden, Refused when it is read only now."""
    executive, auditor = bool(user.is_executive), bool(user.is_auditor)
    asked = (user.pk, uid) if executive or auditor else (user.pk, uid, user.department_id)
    found = _behind_door(is_executive=executive, is_auditor=auditor, lock=lock)(*asked)
    if not found:
        raise Http404
    project = found[0]
    pass_through(user, project, RULES, act, department=department.pk if department else None, reading=act in READING)
    return project


def see_log(user: User, uid: UUID) -> Project:
    """The door to the timeline: whoever may see all of it, and an assignee for the own acts."""
    project = project_for(user, uid)
    pass_through(user, project, RULES, Act.SEE_LOG, own=True, reading=True)
    return project


def amendment_for(user: User, uid: UUID, act: Act = Act.VIEW, *, lock: bool = False) -> Amendment:
    """The one door to an amendment: 404 unseen, 403 forbidden, Refused when it is read only now.

    Under lock the memorandum comes first: whatever changes what it promises meets there.
    """
    seen = Amendment.objects.filter(uid=uid, memorandum__project__in=Project.objects.visible_to(user))
    amendment = seen.select_related("memorandum__project__initiating_dept", "memorandum__project__lead_dept", "base").first()
    if amendment is None:
        raise Http404
    memorandum = amendment.memorandum
    pass_through(user, memorandum.project, RULES, act, reading=act in READING)
    if lock:
        project = memorandum.project
        memorandum = Memorandum.objects.select_for_update(of=("self",), no_key=True).get(pk=memorandum.pk)
        memorandum.project = project
        rows = Amendment.objects.select_for_update(of=("self",), no_key=True).select_related("base")
        amendment = rows.get(pk=amendment.pk)
        amendment.memorandum = memorandum
    return amendment


def pass_through(
    user: User,
    project: Project,
    rules: Mapping[str, Mapping[Role, Reach]],
    act: str,
    *,
    department: int | None = None,
    own: bool = False,
    owner: int | None = None,
    reading: bool = False,
) -> None:
    """What every door of a project's rows asks: 403 when the table forbids it, Refused while the project is read only.

    What passes only because the user stands in for somebody is recorded as done on that person's behalf (`owner`: whose own
    row it is).
    """
    stands = standing(user, project)
    if not stands.may(rules, act, department=department, own=own):
        raise PermissionDenied
    if not reading and project.is_frozen:
        raise Refused(_("This project is %s; nothing can be changed in it.") % project_words(project), code="frozen")
    if not reading and len(stands.persons) > 1:
        whose = (user.pk if owner is None else owner) if own else None
        person = stands.in_place_of(rules, act, department=department, owner=whose)
        if person is not None:
            say_on_behalf_of(User.objects.get(pk=person).name)


def project_words(project: Project) -> str:
    """Why a project is read only, in words."""
    if project.hold != Project.Hold.NONE:
        return str(Project.Hold(project.hold).label)
    return str(Project.State(project.state).label)


def sees_project(user: User, project_id: int) -> bool:
    """Whether a project exists for this user."""
    return Project.objects.visible_to(user).filter(pk=project_id).exists()


def steering_heads(project: Project) -> list[User]:
    """The head of the department that steers now: the initiating one, while the work runs the lead."""
    steering = project.lead_dept_id if project.state == Project.State.EXECUTION else project.initiating_dept_id
    return list(User.objects.filter(pk__in=project.parties.filter(department=steering).values("head"), is_active=True))


def speakers_of(project: Project, departments: Iterable[int | None]) -> list[User]:
    """Head and liaison of each of these departments in this project."""
    parties = project.parties.filter(department__in=[pk for pk in departments if pk])
    return list(User.objects.filter(Q(pk__in=parties.values("head")) | Q(pk__in=parties.values("liaison")), is_active=True))


def heads_and_liaisons(project: Project) -> list[User]:
    """Everybody who speaks for a department in this project."""
    found = User.objects.filter(
        Q(pk__in=project.parties.values("head")) | Q(pk__in=project.parties.values("liaison")), is_active=True
    )
    return list(found)
