"""The rows of a goal: key results, scope, resources, communication, contingency plans (rules B2, B3, B3b, C3)."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Model, ProtectedError
from django.http import Http404
from django.utils.translation import gettext as _

from common.acts import act
from common.ports import record
from common.refusals import Refused
from people.models import User
from projects.access import Act, project_for
from projects.models import CommunicationRule, Contingency, Kpi, Node, Project, ResourceNeed, ScopeItem
from projects.said import target_fields
from projects.services.asking import ask_again, asked_of, check_not_signed
from projects.services.rows import changed, check_known, check_version, check_window, row_of

KINDS: dict[str, Any] = {
    "kpi": Kpi,
    "scope": ScopeItem,
    "resource": ResourceNeed,
    "communication": CommunicationRule,
    "contingency": Contingency,
    "node": Node,
}
FIELDS: dict[str, set[str]] = {
    "kpi": {
        *("name", "kind", "direction", "unit", "baseline", "target", "said", "target_date", "relative_days"),
        *("relative_to", "due_on", "department", "actual", "actual_date", "order"),
    },
    "scope": {"is_in", "text", "keeper", "order"},
    "resource": {"kind", "spec", "quantity", "unit", "for_dept", "from_dept", "starts_on", "ends_on", "purpose", "order"},
    "communication": {"cadence", "channel", "template", "order"},
    "contingency": {"trigger", "action", "owner", "order"},
}


@act
def save_kpi(
    *, actor: User, project_uid: UUID, row_uid: UUID | None = None, seen_version: int | None = None, **fields: Any
) -> Kpi:
    """A key result; its target is typed as people say it, and without number or date it stays a draft."""
    return _save("kpi", actor, project_uid, row_uid, seen_version, fields, prepare=_read_target)


def _read_target(project: Project, row: Model, fields: dict[str, Any]) -> None:
    """What was said becomes a number, a date, or days before a node."""
    node = fields.get("relative_to")
    if node is not None and node.project_id != project.pk:
        raise Refused(_("This node belongs to another project."), field="relative_to", code="foreign")
    given = [name for name in ("target", "target_date", "relative_days") if fields.get(name) is not None]
    if "said" in fields and not given:
        fields.update(target_fields(fields["said"], project, fields))


@act
def save_scope_item(
    *, actor: User, project_uid: UUID, row_uid: UUID | None = None, seen_version: int | None = None, **fields: Any
) -> ScopeItem:
    """An item in or out; one that is out names the department that keeps it."""
    return _save("scope", actor, project_uid, row_uid, seen_version, fields, prepare=_check_keeper)


def _check_keeper(project: Project, row: Model, fields: dict[str, Any]) -> None:
    is_in = fields.get("is_in", getattr(row, "is_in", True))
    if is_in:
        fields["keeper"] = None
    elif fields.get("keeper", getattr(row, "keeper", None)) is None:
        raise Refused(_("Name the department that keeps what is out of scope."), field="keeper", code="keeper")


@act
def save_resource(
    *, actor: User, project_uid: UUID, row_uid: UUID | None = None, seen_version: int | None = None, **fields: Any
) -> ResourceNeed:
    """What the goal needs, for whom, and who brings it; changed after it was answered, it is asked again."""
    return _save("resource", actor, project_uid, row_uid, seen_version, fields, prepare=_check_resource, tell=asked_of)


def _check_resource(project: Project, row: ResourceNeed, fields: dict[str, Any]) -> list[str]:
    starts_on, ends_on = fields.get("starts_on", row.starts_on), fields.get("ends_on", row.ends_on)
    check_window(starts_on, ends_on, field="ends_on")
    check_not_signed(project, row, fields)
    return ask_again(row, fields)


@act
def save_communication(
    *, actor: User, project_uid: UUID, row_uid: UUID | None = None, seen_version: int | None = None, **fields: Any
) -> CommunicationRule:
    """How often, by which channel, with which report template."""
    return _save("communication", actor, project_uid, row_uid, seen_version, fields)


@act
def save_contingency(
    *, actor: User, project_uid: UUID, row_uid: UUID | None = None, seen_version: int | None = None, **fields: Any
) -> Contingency:
    """What to do if a foreseen risk happens, and who does it."""
    return _save("contingency", actor, project_uid, row_uid, seen_version, fields)


def _save(
    kind: str,
    actor: User,
    project_uid: UUID,
    row_uid: UUID | None,
    seen_version: int | None,
    fields: dict[str, Any],
    *,
    prepare: Callable[[Project, Any, dict[str, Any]], list[str] | None] | None = None,
    tell: Callable[[Project, Any], list[User]] | None = None,
) -> Any:
    """Add or change one row of a goal through the project's door; a save that changes nothing leaves no trace."""
    check_known(fields, FIELDS[kind])
    project = project_for(actor, project_uid, Act.EDIT_GOAL, lock=True)
    model = KINDS[kind]
    row = row_of(model, project, row_uid) if row_uid else model(project=project)
    if row_uid:
        check_version(row, seen_version, fields)
    followed = (prepare(project, row, fields) if prepare else None) or []
    names = changed(row, fields)
    if row_uid and not names:
        return row
    if row_uid:
        row.bump(*names, *followed)
    else:
        if "order" not in fields:
            row.order = model._default_manager.filter(project=project).count()
        row.save()
    facts = {"fields": names} if row_uid else {}
    verb, told = f"{kind}.{'edited' if row_uid else 'added'}", tell(project, row) if tell else []
    record(actor=actor, verb=verb, subject=row, project=project, facts=facts, tell=told)
    return row


@act
def remove_row(*, actor: User, project_uid: UUID, kind: str, row_uid: UUID) -> None:
    """Take one row out of the goal; refused while something else hangs on it."""
    project = project_for(actor, project_uid, Act.EDIT_NODES if kind == "node" else Act.EDIT_GOAL, lock=True)
    if kind not in KINDS:
        raise Http404
    row = row_of(KINDS[kind], project, row_uid)
    if isinstance(row, ResourceNeed):
        check_not_signed(project, row, None)
    said = str(row)
    try:
        row.delete()
    except ProtectedError as error:
        users = "、".join(sorted({str(user) for user in error.protected_objects})[:3])
        raise Refused(_("“%(row)s” is still used by: %(users)s.") % {"row": said, "users": users}, code="used") from error
    record(actor=actor, verb=f"{kind}.removed", subject=project, project=project, facts={"what": said})


@act
def enter_actual(
    *,
    actor: User,
    project_uid: UUID,
    kpi_uid: UUID,
    seen_version: int | None = None,
    actual: Decimal | None = None,
    actual_date: date | None = None,
) -> Kpi:
    """The figure reached so far; the department that owns the key result enters it."""
    project = project_for(actor, project_uid)
    found = project.kpis.filter(uid=kpi_uid).select_related("department").first()
    project = project_for(actor, project_uid, Act.ENTER_ACTUAL, department=found.department if found else None, lock=True)
    kpi = row_of(Kpi, project, kpi_uid)
    if kpi.kind == Kpi.Kind.ON_TIME:
        raise Refused(_("This figure is counted from the department's tasks; nobody types it."), field="actual", code="fed")
    fields: dict[str, object] = {"actual": actual, "actual_date": actual_date}
    check_version(kpi, seen_version, fields)
    names = changed(kpi, fields)
    if names:
        kpi.bump(*names)
        facts = {"actual": actual if actual is not None else actual_date}
        record(actor=actor, verb="kpi.actual_entered", subject=kpi, project=project, facts=facts)
    return kpi
