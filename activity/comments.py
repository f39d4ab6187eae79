"""Plain comments on rows of any app: said, kept, never edited (rule H2)."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Page
from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from activity.files import label_of
from activity.models import Comment
from common import clock, ports
from common.acts import act
from common.pages import page_of
from common.refusals import Refused
from people.models import User

LONGEST = 4000  # characters
SHOWN = 200  # of them in the timeline


@act
def say(*, actor: User, subject: models.Model, project: Any, text: str) -> Comment:
    """Say something about a row; whoever said something before and whoever the row concerns are told."""
    socket = ports.talk_of(label_of(subject))
    socket.check(subject, actor, "comment")
    text = "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").replace("\x00", "").strip().split("\n"))
    if not text:
        raise Refused(_("Please write something."), field="text")
    if len(text) > LONGEST:
        raise Refused(_("At most %s characters; longer texts go into a file.") % f"{LONGEST:,}", field="text")
    told = {user.pk: user for user in [*authors_of(subject), *socket.told(subject)]}
    row = Comment.objects.create(
        project_id=project.pk,
        content_type=ContentType.objects.get_for_model(subject),
        object_id=subject.pk,
        author=actor,
        text=text,
        at=clock.now(),
    )
    short = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
    facts = {"text": short, "comment": str(row.uid)}
    ports.record(actor=actor, verb="comment.made", subject=subject, project=project, facts=facts, tell=told.values())
    return row


def comments_about(subject: models.Model) -> QuerySet[Comment]:
    """What was said about a row, newest first. To be paged."""
    kind = ContentType.objects.get_for_model(subject)
    rows = Comment.objects.filter(content_type=kind, object_id=subject.pk)
    return rows.select_related("author__department").order_by("-id")


def comments_of(subject: models.Model, page: Any = 1, per: int = 15) -> Page[Comment]:
    """A page of what was said: the first page holds the newest, and each reads from old to new."""
    found = page_of(comments_about(subject), page, per)
    found.object_list = list(found.object_list)[::-1]
    return found


def authors_of(subject: models.Model) -> list[User]:
    """Whoever has said something about a row."""
    kind = ContentType.objects.get_for_model(subject)
    said = Comment.objects.filter(content_type=kind, object_id=subject.pk)
    return list(User.objects.filter(pk__in=said.values("author"), is_active=True))
