"""Writes on meetings and minutes, one verb each."""

from meetings.services.agendas import lay_agenda
from meetings.services.answering import answer_invitation, ask_again
from meetings.services.archiving import archive_by_silence, archive_minutes
from meetings.services.attending import mark_attendee, set_attendance
from meetings.services.calling import (
    add_item,
    call_anew,
    call_meeting,
    end_meeting,
    mark_not_held,
    move_meeting,
)
from meetings.services.coordination import call_coordination
from meetings.services.copies import add_copy, remove_copy
from meetings.services.endings import end_action, reopen_action
from meetings.services.nudging import nudge_readers
from meetings.services.objecting import answer_objection, object_to_resolution, withdraw_objection
from meetings.services.parts import amend_part, note_part_seen
from meetings.services.people import add_person, name_keepers, take_off
from meetings.services.planning import plan_series
from meetings.services.publishing import distribute_by_system, publish_minutes
from meetings.services.reaching import catch_up, note_delivered
from meetings.services.reading import confirm_minutes, note_seen
from meetings.services.revising import open_revision
from meetings.services.rows import (
    add_action,
    add_resolution,
    change_action,
    change_resolution,
    remove_action,
    remove_resolution,
    restore_action,
    restore_resolution,
)
from meetings.services.seats import refresh_people
from meetings.services.series import SeriesPeople, change_following, edit_series, follow_project, start_series
from meetings.services.stopping import continue_series, stop_following, stop_series
from meetings.services.tasks import action_to_task, actions_to_tasks
from meetings.services.together import call_off_with_project, reason_of_hold, take_up_with_project
from meetings.services.topics import feed_topic, finish_topic, settle_topics, take_up, withdraw_topic
from meetings.services.uses import mark_not_needed, take_up_again
from meetings.services.writing import write_item, write_summary

__all__ = [
    "SeriesPeople",
    "action_to_task",
    "actions_to_tasks",
    "add_action",
    "add_copy",
    "add_item",
    "add_person",
    "add_resolution",
    "amend_part",
    "answer_invitation",
    "answer_objection",
    "archive_by_silence",
    "archive_minutes",
    "ask_again",
    "call_anew",
    "call_coordination",
    "call_meeting",
    "call_off_with_project",
    "catch_up",
    "change_action",
    "change_following",
    "change_resolution",
    "confirm_minutes",
    "continue_series",
    "distribute_by_system",
    "edit_series",
    "end_action",
    "end_meeting",
    "feed_topic",
    "finish_topic",
    "follow_project",
    "lay_agenda",
    "mark_attendee",
    "mark_not_held",
    "mark_not_needed",
    "move_meeting",
    "name_keepers",
    "note_delivered",
    "note_part_seen",
    "note_seen",
    "nudge_readers",
    "object_to_resolution",
    "open_revision",
    "plan_series",
    "publish_minutes",
    "reason_of_hold",
    "refresh_people",
    "remove_action",
    "remove_copy",
    "remove_resolution",
    "reopen_action",
    "restore_action",
    "restore_resolution",
    "set_attendance",
    "settle_topics",
    "start_series",
    "stop_following",
    "stop_series",
    "take_off",
    "take_up",
    "take_up_again",
    "take_up_with_project",
    "withdraw_objection",
    "withdraw_topic",
    "write_item",
    "write_summary",
]
