"""Editing in place on the goal page: which form belongs to which part, and which service takes what it read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied
from django.http import Http404

from common.refusals import Conflict, Refused
from people.models import User
from projects.access import RULES, Act
from projects.forms.nodes import NodeForm, input_rows, said_inputs
from projects.forms.project import GoalForm, InviteForm, LiaisonForm, SettingsForm
from projects.forms.rows import (
    ActualForm,
    CommunicationForm,
    ContingencyForm,
    KpiForm,
    ResourceForm,
    RowForm,
    ScopeForm,
)
from projects.models import CommunicationRule, Contingency, Kpi, Node, Party, Project, ResourceNeed, ScopeItem
from projects.queries.goal import GoalPage
from projects.services import goal, nodes, parties, project

Said = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """One kind of thing that is edited: where it stands on the page, its model, its form, the right to it, its service."""

    section: str
    model: Any
    form: type[forms.BaseForm]
    act: Act
    save: Callable[[User, Project, Any, Any], object]
    adds: bool = True  # new rows can be added


def _row(service: Callable[..., object]) -> Callable[[User, Project, Any, Any], object]:
    def save(user: User, of: Project, row: Any, form: RowForm) -> object:
        uid = row.uid if row.pk else None
        said = form.service_fields()
        return service(actor=user, project_uid=of.uid, row_uid=uid, seen_version=form.seen_version(), **said)

    return save


def _save_actual(user: User, of: Project, row: Kpi, form: RowForm) -> object:
    said = form.service_fields()
    return goal.enter_actual(actor=user, project_uid=of.uid, kpi_uid=row.uid, seen_version=form.seen_version(), **said)


def _save_project(user: User, of: Project, row: Any, form: RowForm) -> object:
    return project.edit_project(actor=user, project_uid=of.uid, seen_version=form.seen_version(), **form.service_fields())


def _save_invitation(user: User, of: Project, row: Any, form: forms.Form) -> object:
    return parties.invite_department(actor=user, project_uid=of.uid, **form.cleaned_data)


def _save_liaison(user: User, of: Project, row: Party, form: RowForm) -> object:
    return parties.appoint_liaison(actor=user, party_uid=row.uid, seen_version=form.seen_version(), **form.service_fields())


PARTS: Mapping[str, Part] = {
    "goal": Part("goal", Project, GoalForm, Act.EDIT_GOAL, _save_project, adds=False),
    "settings": Part("goal", Project, SettingsForm, Act.EDIT_GOAL, _save_project, adds=False),
    "kpi": Part("kpi", Kpi, KpiForm, Act.EDIT_GOAL, _row(goal.save_kpi)),
    "actual": Part("kpi", Kpi, ActualForm, Act.ENTER_ACTUAL, _save_actual, adds=False),
    "scope": Part("scope", ScopeItem, ScopeForm, Act.EDIT_GOAL, _row(goal.save_scope_item)),
    "invite": Part("parties", Party, InviteForm, Act.INVITE, _save_invitation),
    "liaison": Part("parties", Party, LiaisonForm, Act.APPOINT_LIAISON, _save_liaison, adds=False),
    "resource": Part("resource", ResourceNeed, ResourceForm, Act.EDIT_GOAL, _row(goal.save_resource)),
    "node": Part("node", Node, NodeForm, Act.EDIT_NODES, _row(nodes.save_node)),
    "communication": Part("communication", CommunicationRule, CommunicationForm, Act.EDIT_GOAL, _row(goal.save_communication)),
    "contingency": Part("contingency", Contingency, ContingencyForm, Act.EDIT_GOAL, _row(goal.save_contingency)),
}


@dataclass
class Editing:
    """A form that stands open on the page."""

    kind: str
    part: Part
    row: Any
    form: Any
    inputs: Any = None
    status: int = 200
    project: Project = field(kw_only=True)

    @property
    def is_new(self) -> bool:
        return self.row.pk is None

    def save(self, user: User) -> bool:
        """Hand what was typed to the service; False when the form goes back with what is wrong, nothing typed lost."""
        if not self.form.is_valid() or (self.inputs is not None and not self.inputs.is_valid()):
            self.status = 428 if self.form.has_error(NON_FIELD_ERRORS, "unseen") else 422
            return False
        if self.inputs is not None:
            said = self.form.service_fields() | {"inputs": said_inputs(self.inputs, self.project)}
            self.form.service_fields = lambda: said
        try:
            self.part.save(user, self.project, self.row, self.form)
        except Conflict as conflict:
            self._show(conflict)
            return False
        except Refused as refusal:
            known = refusal.field if refusal.field in self.form.fields else None
            self.form.add_error(known, str(refusal))
            self.status = 422
            return False
        return True

    def _show(self, conflict: Conflict) -> None:
        self.row.refresh_from_db()
        self.form.show_theirs(conflict.theirs, self.row.version)
        self.form.add_error(None, str(conflict))
        self.status = conflict.status


def open_editing(page: GoalPage, kind: str, row_uid: UUID | None, data: Any = None) -> Editing:
    """The form of this kind for a row of this project, or for a new one; 404 when there is no such thing."""
    part = PARTS.get(kind)
    if part is None:
        raise Http404
    of = page.project
    row = _find(part, of, row_uid)
    if row.pk and kind in ("liaison", "actual") and not page.stands.may(RULES, part.act, department=row.department_id):
        raise PermissionDenied
    options: Said = {"project": of}
    if kind != "invite":
        options["instance"] = row
    if kind == "settings":
        options["may_hide"] = page.may_hide
    form: Any = part.form(data, **options)  # type: ignore[call-arg]
    inputs = input_rows(of, row if row.pk else None, data) if kind == "node" else None
    return Editing(kind, part, row, form, inputs, project=of)


def _find(part: Part, of: Project, uid: UUID | None) -> Any:
    """The row itself, apart from the page's own objects, so that a form can fill it without showing it."""
    if part.model is Project:
        return Project.objects.select_related("initiating_dept", "lead_dept").get(pk=of.pk)
    if uid is None:
        if not part.adds:
            raise Http404
        return part.model(project=of)
    row = part.model._default_manager.filter(project=of, uid=uid).first()
    if row is None:
        raise Http404
    return row
