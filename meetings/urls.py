"""Addresses of meetings and minutes."""

from django.urls import URLPattern, URLResolver, path

from meetings.views import coordination, lists, meeting, minutes, people, resolutions, writing

urlpatterns: list[URLPattern | URLResolver] = [
    path("projects/<uuid:uid>/meetings/", lists.project_meetings, name="project_meetings"),
    path("projects/<uuid:uid>/kickoff/", lists.kickoff_lines, name="kickoff_lines"),
    path("projects/<uuid:uid>/meetings/call/", lists.call_meeting, name="call_meeting"),
    path("projects/<uuid:uid>/memorandum/resolutions/", resolutions.kickoff_resolutions, name="kickoff_resolutions"),
    path("resolutions/<uuid:uid>/not-needed/", resolutions.resolution_not_needed, name="resolution_not_needed"),
    path("resolutions/<uuid:uid>/reopen/", resolutions.resolution_reopen, name="resolution_reopen"),
    path("projects/<uuid:uid>/coordination/", coordination.call_coordination, name="call_coordination"),
    path("issues/<uuid:uid>/solution/", coordination.solve_issue, name="solve_issue"),
    path("issues/<uuid:uid>/measures/", coordination.read_measures, name="read_measures"),
    path("issues/<uuid:uid>/meetings/", coordination.issue_meetings, name="issue_meetings"),
    path("meetings/", lists.meetings, name="meetings"),
    path("meetings/series/<uuid:uid>/", lists.edit_series, name="edit_series"),
    path("meetings/<uuid:uid>/", meeting.meeting, name="meeting"),
    path("meetings/<uuid:uid>/answer/", people.answer_invitation, name="answer_invitation"),
    path("meetings/<uuid:uid>/end/", meeting.end_meeting, name="end_meeting"),
    path("meetings/<uuid:uid>/not-held/", meeting.mark_not_held, name="mark_not_held"),
    path("meetings/<uuid:uid>/move/", meeting.move_meeting, name="move_meeting"),
    path("meetings/<uuid:uid>/issue/", coordination.meeting_issue, name="meeting_issue"),
    path("meetings/<uuid:uid>/agenda/", meeting.add_item, name="add_agenda_item"),
    path("meetings/<uuid:uid>/agenda/write/", meeting.write_agenda, name="write_agenda"),
    path("meetings/<uuid:uid>/attendance/", meeting.set_attendance, name="set_attendance"),
    path("meetings/<uuid:uid>/minutes/", minutes.minutes, name="minutes"),
    path("meetings/<uuid:uid>/minutes/summary/", writing.write_summary, name="write_summary"),
    path("meetings/<uuid:uid>/minutes/resolutions/", writing.add_resolution, name="add_resolution"),
    path("meetings/<uuid:uid>/minutes/actions/", writing.add_action, name="add_action"),
    path("meetings/<uuid:uid>/minutes/distribute/", minutes.publish_minutes, name="publish_minutes"),
    path("minutes/<uuid:uid>/confirm/", minutes.confirm_minutes, name="confirm_minutes"),
    path("minutes/<uuid:uid>/archive/", minutes.archive_minutes, name="archive_minutes"),
    path("minutes/items/<uuid:uid>/", writing.write_item, name="write_item"),
    path("minutes/resolutions/<uuid:uid>/remove/", writing.remove_resolution, name="remove_resolution"),
    path("minutes/actions/<uuid:uid>/remove/", writing.remove_action, name="remove_action"),
    path("minutes/actions/<uuid:uid>/task/", writing.action_to_task, name="action_to_task"),
]
