"""Who may keep, share and change saved views: the door and its rule table (rule A5)."""

from collections.abc import Mapping
from enum import StrEnum
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from common.rights import Reach, Role, rule
from people.models import User
from projects.access import pass_through, standing
from projects.models import Project
from tracking.models import SavedView


class ViewAct(StrEnum):
    """What one may do with saved views."""

    KEEP = "keep_view"
    SHARE = "share_view"
    CHANGE = "change_view"


VIEW_RULES: Mapping[str, Mapping[Role, Reach]] = {
    ViewAct.KEEP: rule("IH IL PH PL TA MB NV EX AU:✔"),
    ViewAct.SHARE: rule("IH IL PH PL:✔"),
    ViewAct.CHANGE: rule("IH IL:✔ PH PL TA MB NV EX AU:o"),
}

VIEW_WORDS = {
    ViewAct.KEEP: _("Keep views of one's own of board and table"),
    ViewAct.SHARE: _("Share a view with everybody in the project"),
    ViewAct.CHANGE: _("Rename, change or delete a shared view (others: one's own)"),
}


def views_of(user: User, project: Project) -> QuerySet[SavedView]:
    """The views of a project that exist for this user: the own ones and the shared ones."""
    return SavedView.objects.filter(Q(owner=user) | Q(is_shared=True), project=project).select_related("owner")


def check_view(user: User, project: Project, act: ViewAct, *, own: bool = False) -> None:
    """Pass the table; keeping a view of one's own is reading and goes on when the project is read only."""
    pass_through(user, project, VIEW_RULES, act, own=own, reading=act == ViewAct.KEEP)


def may_share(user: User, project: Project) -> bool:
    """Whether sharing is offered to somebody."""
    return not project.is_frozen and standing(user, project).may(VIEW_RULES, ViewAct.SHARE)


def may_change(user: User, view: SavedView) -> bool:
    """Whether the controls of a view are shown."""
    if not view.is_shared:
        return view.owner_id == user.pk
    may = standing(user, view.project).may(VIEW_RULES, ViewAct.CHANGE, own=view.owner_id == user.pk)
    return may and not view.project.is_frozen


def view_for(user: User, project: Project, uid: UUID, act: ViewAct | None = None, *, lock: bool = False) -> SavedView:
    """The one door to a view of a project whose door was opened: 404 unseen, 403 forbidden."""
    rows = views_of(user, project)
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    view = rows.filter(uid=uid).first()
    if view is None:
        raise Http404
    view.project = project
    if act is not None:
        own = view.owner_id == user.pk
        check_view(user, project, act if view.is_shared else ViewAct.KEEP, own=own)
    return view
