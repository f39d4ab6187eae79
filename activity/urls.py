"""Addresses of notices, files and comments."""

from django.urls import URLPattern, URLResolver, path

from activity import comments_views, files_views, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("notices/", views.notices, name="notices"),
    path("notices/seen/", views.notices_seen, name="notices_seen"),
    path("notices/<uuid:uid>/", views.notice, name="notice"),
    path("files/<uuid:uid>/", files_views.file, name="file"),
    path("files/<uuid:uid>/view/", files_views.file_view, name="file_view"),
    path("files/<uuid:uid>/preview/", files_views.file_preview, name="file_preview"),
    path("files/<uuid:uid>/remove/", files_views.remove_file, name="remove_file"),
    path("files/<uuid:uid>/restore/", files_views.restore_file, name="restore_file"),
    path("files/of/<str:label>/<uuid:uid>/", files_views.files_of, name="files_of"),
    path("comments/of/<str:label>/<uuid:uid>/", comments_views.comments_of, name="comments_of"),
]
