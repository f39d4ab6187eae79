"""Addresses of live pages."""

from django.urls import URLPattern, path

from activity import views_live

urlpatterns: list[URLPattern] = [
    path("live/", views_live.live, name="live"),
    path("live/poll/", views_live.live_poll, name="live_poll"),
]
