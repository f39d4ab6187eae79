"""Saved views: filters and look under a name, one's own or shared (rule E4)."""

from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from common import clock
from common.acts import act
from common.ports import record
from common.refusals import Conflict, Refused
from people.models import User
from projects.access import project_for
from projects.models import Project
from projects.services.rows import check_known
from tracking.models import Habit, SavedView
from tracking.view_access import ViewAct, check_view, view_for

FIELDS = {"name", "layout", "query", "is_shared"}
OF_A_MOMENT = {"page", "view", "all", "place", "column", "after"}  # not of a view: where one is in it
LONGEST_QUERY = 1000
MOST = 50  # views of one person in one project


@act
def save_view(
    *, actor: User, project_uid: UUID, name: str, layout: str, query: str = "", is_shared: bool = False, is_usual: bool = False
) -> SavedView:
    """Keep the present filters under a name; `is_usual` makes it what the project opens with for this person."""
    project = project_for(actor, project_uid)
    check_view(actor, project, ViewAct.SHARE if is_shared else ViewAct.KEEP)
    if SavedView.objects.filter(project=project, owner=actor).count() >= MOST:
        raise Refused(_("You have %d views here already; delete one first.") % MOST, field="name", code="many")
    view = SavedView(project=project, owner=actor, layout=layout, is_shared=is_shared, name=name, query=query)
    _check(view)
    _kept(view)
    if is_usual:
        _habit(actor, project, view=view)
    _record(actor, "view.saved", view)
    return view


@act
def change_view(*, actor: User, project_uid: UUID, view_uid: UUID, seen_version: int | None, **fields: Any) -> SavedView:
    """Rename a view, share it or take it back, or give it other filters."""
    check_known(fields, FIELDS)
    project = project_for(actor, project_uid)
    view = view_for(actor, project, view_uid, ViewAct.CHANGE, lock=True)
    if fields.get("is_shared") and not view.is_shared:
        check_view(actor, project, ViewAct.SHARE)
    if seen_version is not None and view.version != seen_version:
        theirs = {name: getattr(view, name) for name in fields} | {"version": view.version}
        raise Conflict(_("Somebody saved this view in between."), mine=fields, theirs=theirs)
    was_shared = view.is_shared
    names = [name for name, value in fields.items() if getattr(view, name) != value]
    if not names:
        return view
    for name in names:
        setattr(view, name, fields[name])
    _check(view)
    _kept(view, names)
    _record(actor, "view.changed", view, shared=was_shared or view.is_shared)
    return view


@act
def delete_view(*, actor: User, project_uid: UUID, view_uid: UUID) -> None:
    """Take a view away; whoever opened the project with it sees everything again."""
    project = project_for(actor, project_uid)
    view = view_for(actor, project, view_uid, ViewAct.CHANGE, lock=True)
    _record(actor, "view.deleted", view)
    view.delete()


@act
def choose_view(*, actor: User, project_uid: UUID, view_uid: UUID | None) -> None:
    """What board or table open with for this person; none: with everything. Of nobody's concern: no event."""
    project = project_for(actor, project_uid)
    _habit(actor, project, view=view_for(actor, project, view_uid) if view_uid else None)


@act
def choose_columns(*, actor: User, project_uid: UUID, columns: list[str]) -> None:
    """The columns that a person's tables have from now on. Of nobody's concern: no event."""
    _habit(actor, project_for(actor, project_uid), columns=",".join(columns)[:200])


def _habit(user: User, project: Project, **said: Any) -> None:
    Habit.objects.update_or_create(project=project, user=user, defaults=said | {"chosen_at": clock.now()})


def _check(view: SavedView) -> None:
    """A view has a name, a layout that there is, and a query without what belongs to a moment."""
    view.name = " ".join(view.name.replace("\x00", "").split())
    if not view.name:
        raise Refused(_("Name the view."), field="name", code="empty")
    if len(view.name) > 60:
        raise Refused(_("A name has at most 60 characters."), field="name", code="long")
    if view.layout not in SavedView.Layout.values:
        raise Refused(_("Board or table?"), field="layout", code="layout")
    view.query = tidy(view.query)
    if len(view.query) > LONGEST_QUERY:
        raise Refused(_("These are more filters than a view can keep."), field="name", code="long")


def tidy(query: str) -> str:
    """A query as a view keeps it: without empty values and without where one was in the list."""
    pairs = parse_qsl(query.lstrip("?"), max_num_fields=60) if query.count("&") < 60 else []
    return urlencode([(key, value) for key, value in pairs if key not in OF_A_MOMENT and "\x00" not in key + value])


def _kept(view: SavedView, names: list[str] | None = None) -> None:
    """Saved; the constraint decides whether the name is taken."""
    try:
        with transaction.atomic():
            view.bump(*names) if names else view.save()
    except IntegrityError as error:
        raise Refused(_("You have a view of this name already."), field="name", code="taken") from error


def _record(actor: User, verb: str, view: SavedView, *, shared: bool | None = None) -> None:
    """What is shared stands in the project's log; one's own is nobody else's concern, and stands in none."""
    project = view.project if (view.is_shared if shared is None else shared) else None
    record(actor=actor, verb=verb, subject=view, project=project, facts={"shared": view.is_shared})
