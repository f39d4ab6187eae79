"""Addresses of tasks, board and risks."""

from django.urls import URLPattern, URLResolver, path

from tracking.views import board, breakdown, card, cells, moving, report, reviews, risks, saved, table, task, tree

urlpatterns: list[URLPattern | URLResolver] = [
    path("card/", card.weekly_card, name="weekly_card"),
    path("projects/<uuid:uid>/card/", card.project_card, name="project_card"),
    path("projects/<uuid:uid>/tasks/", tree.project_tasks, name="project_tasks"),
    path("projects/<uuid:uid>/tasks/new/", breakdown.add_task, name="add_task"),
    path("projects/<uuid:uid>/board/", board.board, name="board"),
    path("projects/<uuid:uid>/board/overview/", board.board_overview, name="board_overview"),
    path("projects/<uuid:uid>/table/", table.table, name="table"),
    path("projects/<uuid:uid>/table/columns/", table.columns, name="table_columns"),
    path("projects/<uuid:uid>/views/", saved.saved_views, name="saved_views"),
    path("projects/<uuid:uid>/views/usual/", saved.usual, name="usual_view"),
    path("projects/<uuid:uid>/views/<uuid:view_uid>/", saved.saved_view, name="saved_view"),
    path("projects/<uuid:uid>/views/<uuid:view_uid>/change/", saved.change, name="change_view"),
    path("projects/<uuid:uid>/views/<uuid:view_uid>/delete/", saved.delete, name="delete_view"),
    path("projects/<uuid:uid>/risks/", risks.project_risks, name="project_risks"),
    path("tasks/<uuid:uid>/", task.task, name="task"),
    path("tasks/<uuid:uid>/line/", tree.line, name="line_of_task"),
    path("tasks/<uuid:uid>/place/", tree.place, name="place_task"),
    path("tasks/<uuid:uid>/edit/", breakdown.edit, name="edit_task"),
    path("tasks/<uuid:uid>/split/", breakdown.split, name="split_task"),
    path("tasks/<uuid:uid>/confirm/", task.confirm, name="confirm_task"),
    path("tasks/<uuid:uid>/assign/", task.assign, name="assign_task"),
    path("tasks/<uuid:uid>/report/", report.report, name="report_progress"),
    path("tasks/<uuid:uid>/card/", board.card, name="card"),
    path("tasks/<uuid:uid>/move/", moving.move, name="move_task"),
    path("tasks/<uuid:uid>/undo/", moving.undo, name="undo_move"),
    path("tasks/<uuid:uid>/row/", table.row, name="row_of_task"),
    path("tasks/<uuid:uid>/cell/<slug:field>/", cells.cell, name="cell_of_task"),
    path("tasks/<uuid:uid>/review/", reviews.review, name="task_review"),
    path("tasks/<uuid:uid>/submit/", reviews.submit, name="submit_task"),
    path("tasks/<uuid:uid>/accept/", reviews.accept, name="accept_task"),
    path("tasks/<uuid:uid>/return/", reviews.give_back, name="return_task"),
    path("risks/", risks.risks, name="risks"),
    path("risks/<uuid:uid>/", risks.risk, name="risk"),
    path("risks/<uuid:uid>/answer/", risks.answer, name="answer_risk"),
    path("risks/<uuid:uid>/close/", risks.close, name="close_risk"),
]
