"""Addresses of the memorandum."""

from django.urls import URLPattern, path

from projects.views import clauses
from projects.views import memorandum as views

_ROOT = "projects/<uuid:uid>/memorandum/"

memorandum_urls: list[URLPattern] = [
    path(_ROOT, views.memorandum, name="memorandum"),
    path(_ROOT + "draft/", views.memorandum_draft, name="memorandum_draft"),
    path(_ROOT + "terms/", views.memorandum_terms, name="memorandum_terms"),
    path(_ROOT + "open/", views.memorandum_open, name="memorandum_open"),
    path(_ROOT + "take-back/", views.memorandum_take_back, name="memorandum_take_back"),
    path(_ROOT + "preview/", views.memorandum_preview, name="memorandum_preview"),
    path(_ROOT + "changes/", views.memorandum_changes, name="memorandum_changes"),
    path(_ROOT + "clauses/", clauses.clause_save, name="clause_add"),
    path(_ROOT + "clauses/<uuid:row>/", clauses.clause_save, name="clause_save"),
    path(_ROOT + "clauses/<uuid:row>/remove/", clauses.clause_remove, name="clause_remove"),
    path(_ROOT + "clauses/<uuid:row>/remarks/", clauses.clause_remark, name="clause_remark"),
    path(_ROOT + "remarks/<uuid:remark>/take/", clauses.remark_take, name="remark_take"),
    path(_ROOT + "remarks/<uuid:remark>/decline/", clauses.remark_decline, name="remark_decline"),
    path(_ROOT + "needs/<uuid:row>/answer/", clauses.need_answer, name="need_answer"),
]
