"""What the fragments of files and comments show, for a row of any app."""

from typing import Any

from django.core.paginator import Page
from django.db import models

from activity.comments import LONGEST, comments_of
from activity.files import label_of, may_remove, page_of_files
from common import ports
from common.uploads import ACCEPT, AT_ONCE, LIMIT, Wrong
from people.models import User

FILES, COMMENTS = 20, 15  # shown at once


def files_context(
    user: User, row: models.Model, *, page: Any = 1, wrong: list[Wrong] | None = None, gone: Any = None
) -> dict[str, Any]:
    """The files of a row, the newest first, those that could not be kept, and the one that was just removed."""
    socket = ports.talk_of(label_of(row))
    files: Page = page_of_files(row, page, FILES)
    for file in files.object_list:
        file.may_remove = may_remove(user, file, row)
    return _key(row) | {
        "files": files,
        "may_attach": socket.may(row, user, "attach"),
        "wrong": wrong or [],
        "gone": gone,
        "accept": ACCEPT,
        "limit": LIMIT,
        "limit_mb": LIMIT // 1024**2,
        "at_once": AT_ONCE,
    }


def comments_context(user: User, row: models.Model, *, page: Any = 1, said: str = "", error: str = "") -> dict[str, Any]:
    """What was said about a row, the newest last, and what is being said."""
    socket = ports.talk_of(label_of(row))
    return _key(row) | {
        "comments": comments_of(row, page, COMMENTS),
        "may_comment": socket.may(row, user, "comment"),
        "said": said,
        "error": error,
        "longest": LONGEST,
    }


def _key(row: Any) -> dict[str, Any]:
    return {"subject": row, "label": label_of(row), "talk_key": f"{label_of(row)}:{row.uid}"}
