"""Addresses of short slips and change requests."""

from django.urls import URLPattern, path

from tracking.views import change, changes, slips

change_urls: list[URLPattern] = [
    path("projects/<uuid:uid>/changes/", changes.project_changes, name="project_changes"),
    path("projects/<uuid:uid>/changes/new/", changes.request_change, name="request_change"),
    path("projects/<uuid:uid>/changes/impact/", changes.change_impact, name="change_impact"),
    path("projects/<uuid:uid>/memorandum/moves/", slips.memorandum_moves, name="memorandum_moves"),
    path("changes/<uuid:uid>/", change.change, name="change"),
    path("changes/<uuid:uid>/edit/", changes.edit_change, name="edit_change"),
    path("changes/<uuid:uid>/opinion/", change.opinion, name="give_opinion"),
    path("changes/<uuid:uid>/decide/", change.decide, name="decide_change"),
    path("changes/<uuid:uid>/withdraw/", change.withdraw, name="withdraw_change"),
    path("tasks/<uuid:uid>/impact/", changes.task_impact, name="task_impact"),
    path("tasks/<uuid:uid>/promise/", slips.task_promise, name="task_promise"),
    path("tasks/<uuid:uid>/slip/", slips.slip, name="ask_slip"),
    path("slips/<uuid:uid>/agree/", slips.agree, name="agree_slip"),
    path("slips/<uuid:uid>/refuse/", slips.refuse, name="refuse_slip"),
    path("slips/<uuid:uid>/withdraw/", slips.withdraw, name="withdraw_slip"),
]
