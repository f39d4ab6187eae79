"""The doors to distribution certificates: of a version of minutes, of one that was issued, of a line of it (rule A5)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from activity.models import Delivery
from activity.resending import AGAIN
from activity.seeing import may_go
from common.rights import Reach
from meetings.access import RULES, Act, may_at, meeting_for
from meetings.certificate.lines import Line
from meetings.models import Attendee, Certificate, Minutes, MinutesReader
from people.models import User
from projects.access import pass_through, standing


@dataclass(frozen=True)
class Scope:
    """Whose lines one sees: all, those of one's departments, or one's own."""

    kind: str
    departments: frozenset[int] = frozenset()
    persons: frozenset[int] = frozenset()

    @property
    def key(self) -> str:
        """As an issued certificate says what it covers."""
        keys = {"departments": self.departments, "person": self.persons}.get(self.kind, ())
        return f"{self.kind}:{','.join(map(str, sorted(keys)))}" if keys else self.kind

    def of(self, minutes: Minutes) -> QuerySet[MinutesReader]:
        """The readers in scope, in the order of the list."""
        rows = minutes.readers.order_by("in_copy", "pk")
        if self.kind == "all":
            return rows
        mine = Q(user__in=self.persons)
        return rows.filter(mine | Q(Exists(_of(minutes, self.departments))) if self.departments else mine)


ALL = Scope("all")


def _of(minutes: Minutes, departments: Collection[int]) -> QuerySet[Attendee]:
    return Attendee.objects.filter(meeting=minutes.meeting_id, user=OuterRef("user"), department__in=departments)


def distribution_for(user: User, minutes_uid: UUID, *, act: Act = Act.CERTIFICATE, lock: bool = False) -> Minutes:
    """The door to the distribution of one version: 404 where it does not exist for this user or is a draft, 403 forbidden."""
    minutes = Minutes.objects.select_related("meeting", "event__actor").filter(uid=minutes_uid).first()
    meeting = meeting_for(user, minutes.meeting.uid if minutes is not None else minutes_uid, act)
    if minutes is None or minutes.state == Minutes.State.DRAFT:
        raise Http404
    if lock:
        minutes = Minutes.objects.select_for_update(of=("self",)).select_related("event__actor").get(pk=minutes.pk)
    minutes.meeting = meeting
    return minutes


def scope_of(user: User, minutes: Minutes) -> Scope:
    """How far the certificate opens to this user; whoever wrote and sent the minutes sees to whom."""
    stands = standing(user, minutes.meeting.project)
    found = {RULES[Act.CERTIFICATE].get(role) for role in stands.roles}
    if found & {Reach.ALL, Reach.READ} or may_at(user, minutes.meeting, Act.WRITE):
        return ALL
    persons = frozenset(stands.persons)
    if Reach.DEPARTMENT in found:
        return Scope("departments", frozenset(stands.departments), persons)
    return Scope("person", persons=persons)


def certificate_for(user: User, uid: UUID) -> Certificate:
    """The door to a certificate that was issued: through that of its minutes, and 404 where it covers more than one sees."""
    certificate = Certificate.objects.filter(uid=uid).select_related("minutes").first()
    minutes = distribution_for(user, certificate.minutes.uid if certificate is not None else uid)
    if certificate is None or not is_within(certificate, scope_of(user, minutes)):
        raise Http404
    certificate.minutes = minutes
    return certificate


def is_within(certificate: Certificate, scope: Scope) -> bool:
    """Whether somebody of this scope may have a certificate."""
    kind, _colon, said = certificate.covers.partition(":")
    keys = {int(key) for key in said.split(",") if key}
    if scope.kind == "all" or certificate.covers == scope.key:
        return True
    return bool(keys) and keys <= {"departments": scope.departments, "person": scope.persons}.get(kind, frozenset())


def may_resend(user: User, minutes: Minutes, lines: Sequence[Line]) -> set[int]:
    """To which readers this user may have it sent again: refused ones, and withheld ones who may see it (again); few queries."""
    stands, project = standing(user, minutes.meeting.project), minutes.meeting.project
    held = {line.reader.user_id: line for line in lines if line.reader is not None and line.mail and line.mail.state in AGAIN}
    if project.is_frozen or not held or not may_at(user, minutes.meeting, Act.RESEND):
        return set()
    if Reach.ALL not in {RULES[Act.RESEND].get(role) for role in stands.roles}:
        mine = Attendee.objects.filter(meeting=minutes.meeting_id, department__in=stands.departments)
        held = {key: held[key] for key in mine.values_list("user", flat=True) if key in held}
    withheld = [line.mail for line in held.values() if line.mail and line.mail.state == Delivery.State.WITHHELD]
    for mail in withheld:
        if minutes.event is not None:
            mail.notice.event = minutes.event
        mail.notice.reader = next(line.reader.user for line in held.values() if line.reader and line.mail is mail)
    barred = {mail.pk for mail in withheld} - (may_go(withheld) if withheld else set())
    return {line.reader.pk for line in held.values() if line.reader and line.mail and line.mail.pk not in barred}


def line_for(user: User, minutes_uid: UUID, reader_uid: UUID) -> MinutesReader:
    """The door to a line, for having the minutes sent to that person again."""
    minutes = distribution_for(user, minutes_uid, act=Act.RESEND)
    reader = minutes.readers.filter(uid=reader_uid).select_related("user").first()
    if reader is None:
        raise Http404
    attends = Attendee.objects.filter(meeting=minutes.meeting_id, user=reader.user_id).first()
    department = attends.department_id if attends is not None else None
    pass_through(user, minutes.meeting.project, RULES, Act.RESEND, department=department or 0)
    reader.minutes = minutes
    return reader
