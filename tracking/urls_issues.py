"""Addresses of issues between departments; the solution is given where measures are read, one floor up."""

from django.urls import URLPattern, path

from tracking.views import issues

issue_urls: list[URLPattern] = [
    path("projects/<uuid:uid>/issues/", issues.project_issues, name="project_issues"),
    path("projects/<uuid:uid>/issues/open/", issues.open_issues, name="open_issues"),
    path("projects/<uuid:uid>/issues/new/", issues.raise_issue, name="raise_issue"),
    path("issues/<uuid:uid>/", issues.issue, name="issue"),
    path("issues/<uuid:uid>/reopen/", issues.reopen, name="reopen_issue"),
    path("measures/<uuid:uid>/task/", issues.to_task, name="measure_to_task"),
]
