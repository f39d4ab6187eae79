"""Addresses of tasks, board and risks."""

from django.urls import URLPattern, URLResolver, path

from tracking.views import board, card, report, risks, task, tree

urlpatterns: list[URLPattern | URLResolver] = [
    path("card/", card.weekly_card, name="weekly_card"),
    path("projects/<uuid:uid>/card/", card.project_card, name="project_card"),
    path("projects/<uuid:uid>/tasks/", tree.project_tasks, name="project_tasks"),
    path("projects/<uuid:uid>/tasks/new/", tree.add_task, name="add_task"),
    path("projects/<uuid:uid>/board/", board.board, name="board"),
    path("projects/<uuid:uid>/risks/", risks.project_risks, name="project_risks"),
    path("tasks/<uuid:uid>/", task.task, name="task"),
    path("tasks/<uuid:uid>/edit/", tree.edit, name="edit_task"),
    path("tasks/<uuid:uid>/split/", tree.split, name="split_task"),
    path("tasks/<uuid:uid>/confirm/", task.confirm, name="confirm_task"),
    path("tasks/<uuid:uid>/assign/", task.assign, name="assign_task"),
    path("tasks/<uuid:uid>/report/", report.report, name="report_progress"),
    path("tasks/<uuid:uid>/move/", board.move, name="move_task"),
    path("risks/", risks.risks, name="risks"),
    path("risks/<uuid:uid>/", risks.risk, name="risk"),
    path("risks/<uuid:uid>/answer/", risks.answer, name="answer_risk"),
    path("risks/<uuid:uid>/close/", risks.close, name="close_risk"),
]
