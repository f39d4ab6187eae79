"""Files and comments on a row, as one line in any page's template."""

from typing import Any

from django import template

from activity.models import Attachment
from activity.talk import comments_context, files_context
from common.uploads import ACCEPT, AT_ONCE, LIMIT

register = template.Library()
SIGNS = (
    ("image/", "photo"),
    ("application/pdf", "file-type-pdf"),
    ("text/csv", "file-type-csv"),
    ("text/", "file-text"),
    ("application/zip", "file-zip"),
)
WORDS = (("spreadsheet", "file-type-xls"), ("excel", "file-type-xls"), ("presentation", "file-type-ppt"),
         ("powerpoint", "file-type-ppt"), ("word", "file-type-doc"))  # fmt: skip


@register.inclusion_tag("activity/_files.html", takes_context=True)
def file_panel(context: dict[str, Any], row: Any) -> dict[str, Any]:
    """The files of a row, with a place to add some (three queries)."""
    request = context["request"]
    return {"request": request, "csrf_token": context.get("csrf_token"), **files_context(request.user, row)}


@register.inclusion_tag("activity/_comments.html", takes_context=True)
def comment_panel(context: dict[str, Any], row: Any) -> dict[str, Any]:
    """What was said about a row, with a place to say more (two queries)."""
    request = context["request"]
    return {"request": request, "csrf_token": context.get("csrf_token"), **comments_context(request.user, row)}


@register.inclusion_tag("activity/_pick_files.html")
def pick_files(name: str = "files", errors: Any = (), place: str = "") -> dict[str, Any]:
    """A field to choose files within another form (which must be multipart); `place` makes its id one of a kind."""
    return {"name": name, "errors": errors, "place": place, "accept": ACCEPT, "limit": LIMIT,
            "limit_mb": LIMIT // 1024**2, "at_once": AT_ONCE}  # fmt: skip


@register.inclusion_tag("activity/_file_links.html")
def file_links(files: list[Attachment]) -> dict[str, Any]:
    """Files as a line of links, where there is no room for more."""
    return {"files": files}


@register.filter
def file_sign(kind: str) -> str:
    """The icon of a kind of file."""
    for start, sign in SIGNS:
        if kind.startswith(start):
            return sign
    return next((sign for word, sign in WORDS if word in kind), "file")


@register.filter
def file_size(size: int) -> str:
    """A size as people say it: 820 kB, 2.4 MB."""
    if size < 1000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{size / 1000:.0f} kB"
    return f"{size / 1_000_000:.1f} MB"
