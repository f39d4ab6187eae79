"""What readers of distributed minutes are asked, and what follows from their silence (rule D5): said alike in mail, on My desk,
on the page and in a chat.
"""

from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from common import clock, saying
from meetings.models import Minutes
from meetings.readers import BY_SILENCE, answer_by


def may_be_objected_to(minutes: Minutes) -> bool:
    """One objects to a resolution; where none was taken there is nothing to object to."""
    return bool((minutes.content or {}).get("resolutions"))


def asked_words(minutes: Minutes, *, held_up: bool) -> str:
    """What is asked, until when, and what follows; of what is not out yet, nothing. `held_up`: an objection is open."""
    until = answer_by(minutes)
    if until is None:
        return ""
    local = until.astimezone(ZoneInfo(minutes.meeting.project.time_zone))
    when = {"when": f"{saying.date_words(local.date(), with_year=False)} {local:%H:%M}"}
    by_silence = minutes.meeting.kind in BY_SILENCE
    if held_up:
        if until <= clock.now():
            return _("The time to answer ended on %(when)s; while an objection is open they are not archived.") % when
        return _("Answer by %(when)s; while an objection is open they are not archived.") % when
    if until <= clock.now():
        if by_silence:
            return _("The time to answer ended on %(when)s; until they are archived one can still answer.") % when
        return _("The time to answer ended on %(when)s; until the chair archives them one can still answer.") % when
    if by_silence:
        if may_be_objected_to(minutes):
            return _("Object by %(when)s; after that they are archived, with those named who did not answer.") % when
        return _("On %(when)s they are archived, with those named who did not answer.") % when
    if may_be_objected_to(minutes):
        said = _("Confirm or object by %(when)s; after that the chair may archive them, with those named who did not answer.")
        return said % when
    return _("Confirm by %(when)s; after that the chair may archive them, with those named who did not answer.") % when
