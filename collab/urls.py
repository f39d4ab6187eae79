"""All addresses of the product; each app names its own."""

from django.urls import URLPattern, URLResolver, include, path

from collab.desk.views import my_desk
from collab.director.views import director
from collab.health import healthz

urlpatterns: list[URLPattern | URLResolver] = [
    path("", my_desk, name="desk"),
    path("director/", director, name="director"),
    path("healthz", healthz, name="healthz"),
    path("api/", include("collab.api.urls")),
    path("", include("people.urls")),
    path("", include("activity.urls")),
    path("", include("activity.urls_live")),
    path("", include("documents.urls")),
    path("", include("projects.urls")),
    path("", include("tracking.urls")),
    path("", include("meetings.urls")),
    path("", include("meetings.urls_calendar")),
    path("", include("lifecycle.urls")),
]

handler400 = "collab.noes.misunderstood"
handler403 = "collab.noes.forbidden"
