"""Addresses of the list of projects and of step 1."""

from django.urls import URLPattern, path

from projects.views import head, lists, project

goal_urls: list[URLPattern] = [
    path("projects/", lists.projects, name="projects"),
    path("projects/new/", lists.project_new, name="project_new"),
    path("projects/recent/", lists.recent_projects, name="recent_projects"),
    path("projects/vague/", project.vague_hints, name="vague_hints"),
    path("projects/<uuid:uid>/", project.goal_page, name="project"),
    path("projects/<uuid:uid>/head/", head.project_head, name="project_head"),
    path("projects/<uuid:uid>/start/", project.start, name="start_project"),
    path("projects/<uuid:uid>/viewers/", project.add_viewer, name="add_viewer"),
    path("projects/<uuid:uid>/viewers/<uuid:person>/remove/", project.drop_viewer, name="drop_viewer"),
    path("projects/<uuid:uid>/log/", project.log_page, name="project_log"),
    path("projects/<uuid:uid>/parts/<slug:kind>/", project.save_part, name="add_part"),
    path("projects/<uuid:uid>/parts/<slug:kind>/<uuid:row>/", project.save_part, name="save_part"),
    path("projects/<uuid:uid>/parts/<slug:kind>/<uuid:row>/remove/", project.remove_part, name="remove_part"),
]
