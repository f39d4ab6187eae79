"""Addresses of the calendar: month and week, the private feed, and the page about its address."""

from django.urls import URLPattern, URLResolver, path

from meetings.views import feed

urlpatterns: list[URLPattern | URLResolver] = [
    path("calendar/<str:token>.ics", feed.calendar_feed, name="calendar_feed"),
    path("me/calendar/", feed.calendar_address, name="calendar_address"),
    path("me/calendar/make/", feed.make_calendar_address, name="make_calendar_address"),
    path("me/calendar/end/", feed.end_calendar_address, name="end_calendar_address"),
]
