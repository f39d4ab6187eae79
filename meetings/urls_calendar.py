"""Addresses of the calendar: month and week, the private feed, and the page about its address."""

from django.urls import URLPattern, URLResolver, path

from meetings.views import feed, month

urlpatterns: list[URLPattern | URLResolver] = [
    path("calendar/<str:token>.ics", feed.calendar_feed, name="calendar_feed"),
    path("meetings/calendar/", month.my_month, name="my_month"),
    path("meetings/calendar/events/", month.calendar_events, name="calendar_events"),
    path("projects/<uuid:uid>/meetings/calendar/", month.project_month, name="project_month"),
    path("projects/<uuid:uid>/meetings/calendar/events/", month.project_calendar_events, name="project_calendar_events"),
    path("meetings/<uuid:uid>/calendar.ics", feed.meeting_file, name="meeting_file"),
    path("me/calendar/", feed.calendar_address, name="calendar_address"),
    path("me/calendar/make/", feed.make_calendar_address, name="make_calendar_address"),
    path("me/calendar/end/", feed.end_calendar_address, name="end_calendar_address"),
]
