"""Addresses of the memorandum."""

from django.urls import URLPattern, path

from projects.views import memorandum as views

_ROOT = "projects/<uuid:uid>/memorandum/"

memorandum_urls: list[URLPattern] = [
    path(_ROOT, views.memorandum_page, name="memorandum"),
    path(_ROOT + "draft/", views.memorandum_draft, name="memorandum_draft"),
    path(_ROOT + "terms/", views.memorandum_terms, name="memorandum_terms"),
    path(_ROOT + "open/", views.memorandum_open, name="memorandum_open"),
    path(_ROOT + "take-back/", views.memorandum_take_back, name="memorandum_take_back"),
    path(_ROOT + "clauses/", views.clause_save, name="clause_add"),
    path(_ROOT + "clauses/<uuid:row>/", views.clause_save, name="clause_save"),
    path(_ROOT + "clauses/<uuid:row>/remove/", views.clause_remove, name="clause_remove"),
]
