"""Comments: read and said on a row's page."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from activity.comments import say
from activity.talk import comments_context
from common import ports
from common.refusals import Refused
from people.requests import Request


@require_http_methods(["GET", "HEAD", "POST"])
def comments_of(request: Request, label: str, uid: UUID) -> HttpResponse:
    """What was said about a row; what is sent is said. A text that is refused stays where it was typed."""
    posts = request.method == "POST"
    row = ports.subject_of(label, uid, request.user, "comment" if posts else "view")
    text, error = request.POST.get("text", ""), ""
    if posts:
        try:
            say(actor=request.user, subject=row, project=ports.talk_of(label).project(row), text=text)
        except Refused as refusal:
            error = str(refusal)
        else:
            if not request.htmx and hasattr(row, "get_absolute_url"):
                return redirect(f"{row.get_absolute_url()}#comments")
            text = ""
    context = comments_context(request.user, row, page=request.GET.get("page"), said=text, error=error)
    name = "activity/comments.html"
    if request.htmx:
        name = "activity/_comment_list.html" if "list" in request.GET else "activity/_comments.html"
    return render(request, name, context, status=422 if error else 200)
