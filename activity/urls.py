"""Addresses of notices."""

from django.urls import URLPattern, URLResolver, path

from activity import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("notices/", views.notices, name="notices"),
    path("notices/seen/", views.notices_seen, name="notices_seen"),
    path("notices/<uuid:uid>/", views.notice, name="notice"),
]
