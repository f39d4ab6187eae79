"""Who sits in the meetings to come, after a head or liaison, or what their series says of its people, changed."""

from collections.abc import Collection, Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from common import clock, ports
from meetings.models import Attendee, Meeting, Series
from meetings.models.meeting import Kind
from meetings.services import roles
from meetings.services.laying import keep, next_sequence, raise_sequence
from meetings.services.roles import Seats
from people.models import Department, User
from projects.models import Project


def refresh_people(project: Project, *, tells: bool = True) -> None:
    """After a head or liaison changed: chair and attendees of what is to come are the right ones again.

    Meetings of a series have exactly their usual people, and whom a person put on the list of one of them or took off it; to the
    kick-off those who are missing are added. Who comes in or is let off is told once for the whole series, unless the act
    itself tells them. What is cancelled has the right people, too, should it take place after all: whoever calls it anew, or
    lets its series go on, tells them.
    """
    list(
        Series.objects.select_for_update(of=("self",)).filter(project=project).order_by("pk")
    )  # as all lock: a series before its meetings
    changed: dict[Series | Meeting, tuple[set[User], set[User]]] = {}
    usual: dict[str, Seats | None] = {}
    for meeting in _to_come(project.meetings.filter(Q(series__isnull=False) | Q(kind=Kind.KICKOFF))):
        if meeting.kind not in usual:
            usual[meeting.kind] = roles.usual_seats(project, meeting.kind, meeting.series, meeting.chair)
        joined, left = _seat(meeting, usual[meeting.kind])
        if (joined or left) and _is_on(meeting):
            ours = changed.setdefault(meeting.series or meeting, (set(), set()))
            ours[0].update(joined)
            ours[1].update(left)
    for row, (came, went) in changed.items() if tells else ():
        _tell_of_people(project, row, came, went - came)
        if isinstance(row, Series):
            tell_who_stays(row, went - came)


def seat_series(series: Series, dropped: Collection[User]) -> tuple[set[User], set[User]]:
    """A series has another minute taker or other people in copy (`dropped`: no longer): so have its meetings to come.

    Inside that act. Returns who came in, and who is let off.
    """
    came: set[User] = set()
    went: set[User] = set()
    usual = roles.usual_seats(series.project, series.kind, series, None)
    for meeting in _to_come(series.meetings.all()):
        joined, left = _seat(meeting, usual, dropped)
        if _is_on(meeting):
            came.update(joined)
            went.update(left)
    return came, went - came


def _is_on(meeting: Meeting) -> bool:
    """Whether people hear of it: it takes place, or it alone of a series that goes on is cancelled."""
    return meeting.state == Meeting.State.PLANNED or (meeting.series_id is not None and not meeting.off_with)


def _to_come(rows: QuerySet[Meeting]) -> QuerySet[Meeting]:
    states = (Meeting.State.PLANNED, Meeting.State.NOT_HELD)
    coming = rows.filter(state__in=states, starts_at__gt=clock.now()).select_for_update(of=("self",))
    people = ("chair__department", "recorder__department", "series__recorder__department")
    return coming.select_related("project", *people).prefetch_related("let_off", "not_copied")


def _seat(meeting: Meeting, usual: Seats | None, dropped: Collection[User] = ()) -> tuple[list[User], list[User]]:
    """Chair, minute taker, invited and in copy as usual, but for what a person said of this meeting alone."""
    if usual is None:
        return [], []
    before = (meeting.chair_id, meeting.recorder_id)
    named: list[tuple[User, Department | None]] = []
    if meeting.series_id is not None:
        _seat_keepers(meeting, usual)
        named = [(user, user.department) for user in (meeting.chair, meeting.recorder)]
    off = {user.pk for user in meeting.let_off.all()}
    invited = roles.once([*(row for row in usual.invited if row[0].pk not in off), *named])
    off |= {user.pk for user in meeting.not_copied.all()}  # that is said of the copies alone: as a liaison such a person comes
    copies = [user for user in usual.copies if user.pk not in off]
    belong = {user.pk for user, _department in usual.invited}
    joined, left = _set_people(meeting, invited, belong, exactly=meeting.series_id is not None)
    copied, dropped_now = _set_copies(meeting, copies, dropped)
    joined, left = [*joined, *copied], [user for user in [*left, *dropped_now] if user not in copied]
    if joined or left or before != (meeting.chair_id, meeting.recorder_id):
        meeting.sequence = next_sequence(meeting)
        meeting.save(update_fields=["chair", "recorder", "chair_named", "recorder_named", "sequence"])
    return joined, left


def _seat_keepers(meeting: Meeting, usual: Seats) -> None:
    """Whom a person named chair or minute taker of this one stays that, as long as that person speaks for a department here."""
    meeting.chair_named = meeting.chair_named and roles.speaks(meeting.project, meeting.chair)
    meeting.recorder_named = meeting.recorder_named and roles.speaks(meeting.project, meeting.recorder)
    follows = usual.recorder == usual.chair  # without a name of its own the chair writes, whoever that is
    meeting.chair = meeting.chair if meeting.chair_named else usual.chair
    if not meeting.recorder_named:
        meeting.recorder = meeting.chair if follows else usual.recorder


def _set_people(
    meeting: Meeting, invited: list[tuple[User, Department | None]], belong: Collection[int], *, exactly: bool
) -> tuple[list[User], list[User]]:
    """Who is invited now; returns who came in and who is let off.

    A guest of this one who belongs to its series now comes in; who belongs to it no longer, but keeps this one, is its guest.
    """
    wanted = {user.pk: (order, user, department) for order, (user, department) in enumerate(invited)}
    joined, left = [user for _order, user, _department in wanted.values()], []
    for row in meeting.attendees.select_related("user"):
        known = wanted.pop(row.user_id, None)
        if known is None:
            if exactly and not row.in_copy and not row.by_hand:
                left.append(row.user)
                row.delete()
            continue
        by_hand = row.user_id not in belong if exactly else row.by_hand
        if not row.in_copy and (by_hand or not row.by_hand):
            joined.remove(known[1])
            left += [row.user] if by_hand and not row.by_hand else []
        if row.in_copy or row.by_hand != by_hand:
            row.in_copy, row.by_hand, row.order, row.department = False, by_hand, known[0], known[2]
            row.save(update_fields=["in_copy", "by_hand", "order", "department"])
    new = [Attendee(meeting=meeting, user=user, department=side, order=order) for order, user, side in wanted.values()]
    keep(Attendee, new)
    return joined, left


def _set_copies(meeting: Meeting, copies: Iterable[User], dropped: Collection[User]) -> tuple[list[User], list[User]]:
    """Who is in copy of each meeting of its series is in copy of this one, but for those who attend it.

    A person who is no longer (`dropped`) leaves it, unless a person put them in copy of this meeting itself. Whoever was in copy
    of this one alone comes in.
    """
    rows = {row.user_id: row for row in meeting.attendees.all()}
    gone = [user for user in dropped if user.pk in rows and rows[user.pk].in_copy and not rows[user.pk].by_hand]
    for user in gone:
        rows[user.pk].delete()
    own = [user for user in copies if user.pk in rows and rows[user.pk].in_copy and rows[user.pk].by_hand]
    for user in own:
        rows[user.pk].by_hand = False
        rows[user.pk].save(update_fields=["by_hand"])
    new = [user for user in copies if user.pk not in rows]
    order = len(rows)
    keep(
        Attendee,
        [
            Attendee(meeting=meeting, user=user, department=user.department, order=order + n, in_copy=True)
            for n, user in enumerate(new)
        ],
    )
    return [*new, *own], gone


def belongs(meeting: Meeting, user: User) -> bool:
    """Whether a person is invited to all meetings of the series of this one."""
    usual = roles.usual_seats(meeting.project, meeting.kind, meeting.series, None) if meeting.series is not None else None
    return usual is not None and user.pk in {row.pk for row, _department in usual.invited}


def note_let_off(meeting: Meeting, user: User) -> None:
    """Whom a person took off the list of one meeting of a series does not come back to it as what that person is there."""
    if belongs(meeting, user):
        meeting.let_off.add(user)
    elif meeting.series is not None and meeting.series.copies.contains(user):
        meeting.not_copied.add(user)


def _tell_of_people(project: Project, row: Series | Meeting, joined: set[User], left: set[User]) -> None:
    """Who comes in is invited, who is let off hears that; the facts name both by their random id."""
    facts: dict[str, object] = {"meeting": str(row), **people_facts(joined, left)}
    subject: Project | Meeting = project
    if isinstance(row, Series):
        raise_sequence(row)
        facts["series_uid"] = row.uid
    else:
        subject = row
        facts |= {"starts_at": ports.describe(row.starts_at), "zone": project.time_zone}
    told = [*joined, *left]
    ports.record(actor=None, verb="meeting.people_changed", subject=subject, project=project, facts=facts, tell=told)


def tell_who_stays(series: Series, went: Collection[User]) -> None:
    """Who is let off a series and invited to one of its meetings still is invited to that one anew.

    What took the series out of that person's calendar took all its meetings. After that event.
    """
    coming = series.meetings.filter(state=Meeting.State.PLANNED, starts_at__gt=clock.now())
    rows = Attendee.objects.filter(user__in=went, in_copy=False, meeting__in=coming).select_related("user", "meeting__project")
    found: dict[Meeting, set[User]] = {}
    for row in rows.order_by("meeting__pk", "pk"):
        found.setdefault(row.meeting, set()).add(row.user)
    for meeting, users in found.items():
        _tell_of_people(series.project, meeting, users, set())


def people_facts(joined: Collection[User], left: Collection[User] = ()) -> dict[str, object]:
    """Who comes in and who is let off, by name and by random id."""
    return {
        "joined": _(", ").join(sorted(user.name for user in joined)) or "—",
        "left": _(", ").join(sorted(user.name for user in left)) or "—",
        "joined_uids": [user.uid for user in joined],
        "left_uids": [user.uid for user in left],
    }
