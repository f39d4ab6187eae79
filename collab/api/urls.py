"""Addresses of the API."""

from django.urls import URLPattern, URLResolver, path, re_path

from collab.api.docs import Schema, docs
from collab.api.views import Dump, Root
from common.api.views import Nowhere
from meetings.api import MeetingMinutes, ProjectMinutes
from projects.api import OneProject, Projects
from tracking.api import changes, risks, tasks

urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", Schema.as_view(), name="api_schema"),
    path("docs/", docs, name="api_docs"),
    path("v1/", Root.as_view(), name="api_root"),
    path("v1/projects/", Projects.as_view(), name="api_projects"),
    path("v1/projects/<uuid:uid>/", OneProject.as_view(), name="api_project"),
    path("v1/projects/<uuid:uid>/dump/", Dump.as_view(), name="api_dump"),
    path("v1/projects/<uuid:uid>/tasks/", tasks.ProjectTasks.as_view(), name="api_project_tasks"),
    path("v1/projects/<uuid:uid>/reports/", tasks.ProjectReports.as_view(), name="api_project_reports"),
    path("v1/projects/<uuid:uid>/risks/", risks.ProjectRisks.as_view(), name="api_project_risks"),
    path("v1/projects/<uuid:uid>/changes/", changes.ProjectChanges.as_view(), name="api_project_changes"),
    path("v1/projects/<uuid:uid>/minutes/", ProjectMinutes.as_view(), name="api_project_minutes"),
    path("v1/tasks/<uuid:uid>/", tasks.OneTask.as_view(), name="api_task"),
    path("v1/tasks/<uuid:uid>/reports/", tasks.TaskReports.as_view(), name="api_task_reports"),
    path("v1/tasks/<uuid:uid>/move/", tasks.TaskMove.as_view(), name="api_task_move"),
    path("v1/tasks/<uuid:uid>/submit/", tasks.TaskSubmit.as_view(), name="api_task_submit"),
    path("v1/tasks/<uuid:uid>/accept/", tasks.TaskAccept.as_view(), name="api_task_accept"),
    path("v1/tasks/<uuid:uid>/return/", tasks.TaskReturn.as_view(), name="api_task_return"),
    path("v1/tasks/<uuid:uid>/comments/", tasks.TaskComments.as_view(), name="api_task_comments"),
    path("v1/risks/<uuid:uid>/", risks.OneRisk.as_view(), name="api_risk"),
    path("v1/meetings/<uuid:uid>/minutes/", MeetingMinutes.as_view(), name="api_minutes"),
    re_path(r"", Nowhere.as_view(), name="api_nowhere"),
]
