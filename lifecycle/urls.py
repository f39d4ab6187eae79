"""Addresses of the phases."""

from django.urls import URLPattern, path

from lifecycle import views

urlpatterns: list[URLPattern] = [
    path("projects/<uuid:uid>/gate/", views.gate, name="gate"),
    path("projects/<uuid:uid>/suspend/", views.hold, {"how": "suspend"}, name="suspend_project"),
    path("projects/<uuid:uid>/resume/", views.hold, {"how": "resume"}, name="resume_project"),
    path("projects/<uuid:uid>/cancel/", views.hold, {"how": "cancel"}, name="cancel_project"),
]
