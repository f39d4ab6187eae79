"""Addresses of the list of projects and of step 1."""

from django.urls import URLPattern, path

from projects.views import lists, project

goal_urls: list[URLPattern] = [
    path("projects/", lists.projects, name="projects"),
    path("projects/new/", lists.project_new, name="project_new"),
    path("projects/recent/", lists.recent_projects, name="recent_projects"),
    path("projects/<uuid:uid>/", project.goal_page, name="project"),
    path("projects/<uuid:uid>/log/", project.log_page, name="project_log"),
]
