"""How the acts of this floor read in timelines and notices."""

from django.utils.translation import gettext_lazy as _

from common.ports import say

KIND = "meeting"

say("meeting.called", _("{actor} called the meeting “{title}”"), kind=KIND, mail=True, own=True)
say("meeting.moved", _("{actor} moved the meeting “{title}”"), kind=KIND, mail=True, own=True)
say("meeting.cancelled", _("{actor} cancelled the meeting “{title}”: {reason}"), kind=KIND, mail=True, own=True)
say(
    "meeting.called_anew",
    _("{actor} called the cancelled meeting “{title}” anew; it takes place"),
    kind=KIND,
    mail=True,
    own=True,
)
say("meeting.not_held", _("{actor} marked “{title}” as not held: {reason}"), kind=KIND, mail=True)
say("meeting.accepted", _("{actor} comes to “{title}”"), kind=KIND, routine=True)
say("meeting.perhaps", _("{actor} perhaps comes to “{title}”"), kind=KIND, routine=True)
say("meeting.declined", _("{actor} cannot come to “{title}”"), kind=KIND, routine=True)
say("meeting.ended", _("{actor} ended “{title}”; its minutes are due within 24 hours"), kind=KIND)
say("meeting.item_added", _("{actor} put “{item}” on the agenda of “{title}”"), kind=KIND)
say(
    "meeting.agenda_laid",
    _("The agenda of “{title}” was written down: {count} topics, {left} carried over"),
    kind=KIND,
    routine=True,
)
say("meeting.part_amended", _("{actor} amended the part of {department} in the agenda of “{title}”"), kind=KIND)
say("meeting.topic_fed", _("{actor} put a topic into the backlog: {topic}"), kind=KIND)
say("meeting.topic_withdrawn", _("{actor} took a topic back: {topic}"), kind=KIND)
say("meeting.topic_done", _("{actor} marked a topic as done: {topic}"), kind=KIND)
say("meeting.attendance", _("{actor} took the attendance of “{title}”: {absent} absent"), kind=KIND)
say(
    "meeting.series_started",
    _("{actor} started the series “{series}”"),
    kind=KIND,
    mail=True,
    own=True,
    personal=True,
)
say(
    "meeting.series_changed",
    _("{actor} changed the series; {count} meetings to come moved with it"),
    kind=KIND,
    mail=True,
    own=True,
    personal=True,
)
say(
    "meeting.series_replanned",
    _("The work calendar changed. “{series}”: {moved} meetings moved, {added} new, {off} fall away"),
    kind=KIND,
    mail=True,
    personal=True,
)
say(
    "meeting.series_stopped",
    _("{actor} stopped the series “{series}”; after {day} there are no more meetings: {reason}"),
    kind=KIND,
    mail=True,
    own=True,
    personal=True,
)
say(
    "meeting.series_called_off",
    _("{actor} called off “{series}”, all its meetings to come: {reason}"),
    kind=KIND,
    mail=True,
    own=True,
    personal=True,
)
say(
    "meeting.series_goes_on",
    _("“{series}” goes on: its meetings to come take place again"),
    kind=KIND,
    mail=True,
    own=True,
    personal=True,
)
say(
    "meeting.people_changed",
    _("The people of “{meeting}” changed: invited are now {joined}, let off {left}"),
    kind=KIND,
    mail=True,
    personal=True,
)
say("meeting.person_invited", _("{actor} invited {who} to “{title}”"), kind=KIND, mail=True, own=True)
say("meeting.person_came", _("{actor} noted that {who} came to “{title}”"), kind=KIND)
say("meeting.person_let_off", _("{actor} took {who} off the list of “{title}”"), kind=KIND, mail=True, own=True)
say(
    "meeting.keepers_named",
    _("{actor} named who keeps “{title}”: chair {chair}, minute taker {recorder}"),
    kind=KIND,
    mail=True,
    own=True,
)
say("minutes.written", _("{actor} wrote on the minutes of “{title}”"), kind=KIND)
# of a draft the timeline says that it is written on, not what: those who do not read it yet see the timeline as well
say("minutes.resolution_added", _("{actor} noted a resolution of “{title}”"), kind=KIND)
say("minutes.resolution_not_needed", _("{actor} set aside a resolution of “{title}”: {text} ({reason})"), kind=KIND)
say("minutes.resolution_reopened", _("{actor} took up a resolution of “{title}” again: {text}"), kind=KIND)
say("minutes.action_added", _("{actor} noted an action of “{title}”"), kind=KIND)
say("minutes.row_removed", _("{actor} struck a row from the minutes of “{title}”"), kind=KIND)
say("minutes.row_restored", _("{actor} took back that a row of the minutes of “{title}” was struck"), kind=KIND)
say("minutes.row_changed", _("{actor} changed a row of the minutes of “{title}”"), kind=KIND)
say("minutes.action_to_task", _("{actor} made an action of “{title}” a task: {text}"), kind=KIND)
say("minutes.action_done", _("{actor} says that an action of “{title}” is done: {text}"), kind=KIND)
say("minutes.action_not_needed", _("{actor} set an action of “{title}” aside: {text} ({reason})"), kind=KIND)
say("minutes.action_reopened", _("{actor} took up an action of “{title}” again: {text}"), kind=KIND)
say("minutes.reminded", _("{hours} hours are left to distribute the minutes of “{title}”"), kind=KIND, mail=True)
say("minutes.empty", _("Nothing is written in the minutes of “{title}”; the 24 hours are nearly over"), kind=KIND, mail=True)
say(
    "minutes.distributed",
    _("{actor} distributed the minutes of “{title}” to {count} people"),
    kind=KIND,
    mail=True,
    personal=True,
)
say("minutes.reached", _("The minutes of “{title}” have reached all {count} people"), kind=KIND)
say("minutes.undelivered", _("A mail server refused the minutes of “{title}” for one of the readers"), kind=KIND, mail=True)
say("minutes.breached", _("The minutes of “{title}” did not reach everybody within 24 hours"), kind=KIND, mail=True)
say("minutes.certified", _("Distribution certificate no. {number} of “{title}” was issued"), kind=KIND, routine=True)
say("minutes.resent", _("{actor} had the minutes of “{title}” sent again to one of their readers"), kind=KIND)
say("minutes.confirmed", _("{actor} confirmed the minutes of “{title}”"), kind=KIND)
say("minutes.archived", _("{actor} archived the minutes of “{title}”; {count} did not answer"), kind=KIND)
say(
    "minutes.revised",
    _("{actor} objected to the minutes of “{title}”; a new version is to be written: {reason}"),
    kind=KIND,
    mail=True,
)
say(
    "minutes.revision_opened",
    _("{actor} is writing a new version of the minutes of “{title}”: {reason}"),
    kind=KIND,
    mail=True,
)
say("minutes.objected", _("{actor} objects to a resolution of “{title}” ({resolution}): {text}"), kind=KIND, mail=True)
say("minutes.objection_withdrawn", _("{actor} withdrew the objection to a resolution of “{title}”: {resolution}"), kind=KIND)
say(
    "minutes.objection_answered",
    _("{actor} answered the objection of {to} to a resolution of “{title}”: {answer}"),
    kind=KIND,
    mail=True,
)
say(
    "minutes.held_up",
    _("The time to answer the minutes of “{title}” is over, but {count} objections are open; they are not archived yet"),
    kind=KIND,
    mail=True,
)
say(
    "minutes.unanswered",
    _("The time to answer the minutes of “{title}” is over and {count} did not reply; they may be archived with those named"),
    kind=KIND,
    mail=True,
)
say("minutes.nudged", _("{actor} asks {to} to answer the minutes of “{title}” (reminder no. {count})"), kind=KIND, mail=True)
say("minutes.copy_added", _("{actor} put {who} in copy of the minutes of “{title}”"), kind=KIND)
say("minutes.copy_removed", _("{actor} took {who} out of the copy list of “{title}”"), kind=KIND)
say("people.calendar_address_made", _("{actor} made a private address of the own calendar"), kind="people")
say("people.calendar_address_ended", _("{actor} switched off the private address of the own calendar"), kind="people")
