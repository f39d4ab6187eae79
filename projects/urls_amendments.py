"""Addresses of amendments."""

from django.urls import URLPattern, path

from projects.views import amendments as views

_ROOT = "amendments/<uuid:uid>/"

amendment_urls: list[URLPattern] = [
    path("projects/<uuid:uid>/amendments/new/", views.amendment_draft, name="amendment_draft"),
    path(_ROOT, views.amendment_page, name="amendment"),
    path(_ROOT + "lines/", views.amendment_line, name="amendment_line"),
    path(_ROOT + "lines/<uuid:row>/remove/", views.amendment_line_remove, name="amendment_line_remove"),
    path(_ROOT + "reason/", views.amendment_reason, name="amendment_reason"),
    path(_ROOT + "update/", views.amendment_update, name="amendment_update"),
    path(_ROOT + "drop/", views.amendment_drop, name="amendment_drop"),
    path(_ROOT + "open/", views.amendment_open, name="amendment_open"),
    path(_ROOT + "take-back/", views.amendment_take_back, name="amendment_take_back"),
]
