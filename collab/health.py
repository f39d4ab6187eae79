"""Whether pages are served: for supervisors, proxies and people who wait."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse

from documents.sealing.watching import trouble


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """200 once pages can be served from the database, else 503; in a word, when nothing can be sealed. Tells nothing else."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        lacking = trouble()
    except DatabaseError:
        return HttpResponse("no database\n", status=503, content_type="text/plain")
    return HttpResponse(f"degraded: seal: {lacking}\n" if lacking else "ok\n", content_type="text/plain")
