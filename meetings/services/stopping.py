"""A series is stopped after a day, for a reason, or from one of its meetings on; and goes on again (rule D1)."""

from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from common import clock, ports, saying
from common.acts import act
from common.refusals import Conflict, Refused, Unseen
from meetings.access import Act, meeting_for
from meetings.models import Meeting, Series
from meetings.services import roles
from meetings.services.laying import next_sequence
from meetings.services.planning import occurrences, put_in_place
from meetings.services.series import end_with_project, series_for
from meetings.services.telling import tell_each
from meetings.services.together import OffWith, as_placed, bring_back, call_off, go_on, to_come
from people.models import User

NEAR = timedelta(days=40)  # in which a monthly meeting lies
DAY = timedelta(days=1)


@act
def stop_series(*, actor: User, series_uid: UUID, seen_version: int | None, last_on: date, reason: str) -> Series:
    """After this day the series has no more meetings; its people are told once."""
    series = series_for(actor, series_uid, lock=True)
    _refuse_unseen(series, seen_version, {"last_on": last_on, "reason": reason})
    if last_on < series.project.today:
        raise Refused(_("Choose today or a day that is still to come."), field="last_on")
    _stop(actor, series, clock.local(last_on + DAY, time(), series.project.time_zone), last_on, reason)
    return series


@act
def stop_following(*, actor: User, meeting_uid: UUID, seen_version: int | None, reason: str) -> Series:
    """This meeting and all that follow in its series are cancelled; earlier ones stay."""
    found = meeting_for(actor, meeting_uid, Act.CALL)
    if found.series is None:
        raise Refused(_("This meeting belongs to no series."), field="scope")
    series = series_for(actor, found.series.uid, lock=True)  # as planning locks: project, series, meetings
    meeting = meeting_for(actor, meeting_uid, Act.CALL, lock=True)
    if seen_version is None:
        raise Unseen
    if meeting.version != seen_version:
        theirs = {"starts_at": meeting.starts_at, "state": meeting.get_state_display()}
        raise Conflict(_("Somebody changed this meeting meanwhile."), mine={"reason": reason}, theirs=theirs)
    if meeting.state != Meeting.State.PLANNED or meeting.starts_at <= clock.now():
        raise Refused(_("Only a meeting that is still to come can be cancelled with all that follow."), code="past")
    day = meeting.starts_at.astimezone(ZoneInfo(series.project.time_zone)).date()
    _stop(actor, series, meeting.starts_at, day - DAY, reason)
    return series


@act
def continue_series(*, actor: User, series_uid: UUID, seen_version: int | None) -> Series:
    """A stopped series goes on, as long as its project: its meetings to come take place again."""
    series = series_for(actor, series_uid, lock=True)
    _refuse_unseen(series, seen_version, {})
    if not series.stop_reason:
        raise Refused(_("This series is not stopped."), code="not_stopped")
    series.last_on, series.stop_day, series.stop_reason = end_with_project(series.project), None, ""
    series.bump("last_on", "stop_day", "stop_reason")
    off = to_come(series.meetings.all(), off_with=OffWith.SERIES)
    back = [row for row in off if series.last_on is None or row.series_day is None or row.series_day <= series.last_on]
    bring_back(back)
    go_on(series, actor, back)
    return series


def _stop(actor: User, series: Series, cut: datetime, day: date, reason: str) -> None:
    """No meeting begins after `cut`, which is in or after the night that follows `day`; what an earlier stop took and this one
    leaves takes place again.
    """
    if not reason.strip():
        raise Refused(_("Say why the series is stopped."), field="reason")
    end = end_with_project(series.project)
    if end is not None and end <= day:
        words = _("It ends with the project on %s already; choose an earlier day.")
        raise Refused(words % saying.full_words(end), field="last_on")
    people = roles.people_of_series(series)
    coming, off = to_come(series.meetings.all()), to_come(series.meetings.all(), off_with=OffWith.SERIES)
    goes, back = [row for row in coming if row.starts_at >= cut], [row for row in off if row.starts_at < cut]
    series.last_on = series.stop_day = _last_named(series, day)
    series.stop_reason, series.sequence = reason.strip(), next_sequence(series)
    series.bump("last_on", "stop_day", "stop_reason", "sequence")
    call_off(goes, OffWith.SERIES, series.stop_reason)
    bring_back(back)
    put_in_place(series)
    project = series.project
    facts = {"series": series.title, "series_uid": series.uid, "day": day, "reason": series.stop_reason, "count": len(goes)}
    ports.record(actor=actor, verb="meeting.series_stopped", subject=project, project=project, facts=facts, tell=people)
    tell_each("meeting.cancelled", actor, project, goes, but=people)
    tell_each("meeting.called_anew", actor, project, as_placed(back), but=people)


def _last_named(series: Series, day: date) -> date:
    """The last day whose meeting by the rule is held on or before this day: a day off moves a meeting away from its own."""
    near = occurrences(series, day - NEAR, day + NEAR)
    earlier = [row.rule_day for row in near if row.day <= day < row.rule_day]
    later = [row.rule_day for row in near if row.rule_day <= day < row.day]
    return max(earlier) if earlier else min(later) - DAY if later else day


def _refuse_unseen(series: Series, seen_version: int | None, mine: dict[str, object]) -> None:
    if seen_version is None:
        raise Unseen
    if series.version != seen_version:
        theirs = {"last_on": series.last_on, "reason": series.stop_reason}
        raise Conflict(_("Somebody changed this series meanwhile."), mine=mine, theirs={name: theirs[name] for name in mine})
