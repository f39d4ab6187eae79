"""The lines of an amendment's draft: how a clause is changed, added, taken out, and a short slip written down (rule C9)."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from common.refusals import Refused
from projects.models import Amendment, Clause, ClauseChange
from projects.services.clauses import check_terms
from projects.terms import TERMS, Ground, Kept, differences, keep, terms_of

Kind = ClauseChange.Kind
NEEDED = ("department", "text", "deliverable", "due_on", "handed_to")  # of a promise that is added


class Line(NamedTuple):
    """What is to change of one clause (none: a new one); `after` are kept values by field."""

    kind: str
    clause: Clause | None
    after: Mapping[str, Any]


def put_line(amendment: Amendment, line: Line, ground: Ground, *, over: bool, added: ClauseChange | None = None) -> None:
    """Write a line into the draft. What another request has decided of the same clause is kept, unless `over` says otherwise;
    `added`: the line of a new clause that is worded anew.
    """
    if line.clause is None:
        _put_added(amendment, dict(line.after), ground, added)
        return
    if line.clause.ended_at is not None:
        raise Refused(_("Clause %s was taken out already.") % line.clause.number, field="clause", code="ended")
    there = amendment.changes.filter(clause=line.clause).first()
    row = there or ClauseChange(amendment=amendment, clause=line.clause, order=next_order(amendment))
    if line.kind == Kind.ENDED:
        _check_free(row, there, {"": None}, over=over)
        row.kind, row.before, row.after = Kind.ENDED, terms_of(line.clause), {}
        row.save()
        return
    before, after = differences(line.clause, line.after)
    if not after:
        raise Refused(_("Clause %s says this already; nothing would change.") % line.clause.number, code="same")
    check_terms(amendment.memorandum.project, line.clause, ground.read(after))
    check_dated(line.clause.number, line.clause, ground.read(after))
    _check_free(row, there, after, over=over)
    kept_before, kept_after = (row.before, row.after) if there is not None and row.kind != Kind.ENDED else ({}, {})
    if over and row.kind == Kind.CHANGED:
        kept_before, kept_after = {}, {}  # worded anew as a whole
    row.kind, row.before, row.after = Kind.CHANGED, kept_before | before, kept_after | after
    row.save()


def _check_free(row: ClauseChange, there: ClauseChange | None, after: Kept, *, over: bool) -> None:
    """Two requests do not decide the same of one clause: the second is told, nothing is lost in silence."""
    if there is None or over or row.kind == Kind.SLIPPED:
        return
    same = [name for name in after if name in row.after and row.after[name] != after[name]]
    if same or "" in after or row.kind == Kind.ENDED:
        said = _("The draft %(amendment)s already changes clause %(number)s otherwise; look at it there first.")
        raise Refused(said % {"amendment": row.amendment.number, "number": row.clause}, code="decided")


def _put_added(amendment: Amendment, after: Kept, ground: Ground, row: ClauseChange | None) -> None:
    said = {name: after.get(name) for name in TERMS} | {"unit": after.get("unit") or "", "standard": after.get("standard") or ""}
    read = ground.read(said)
    for name in NEEDED:
        if not read.get(name):
            raise Refused(_("A new clause says who delivers what, by when, and to whom."), field=name, code="empty")
    check_terms(amendment.memorandum.project, Clause(), read)
    row = row or ClauseChange(amendment=amendment, kind=Kind.ADDED, order=next_order(amendment))
    row.after = said
    row.save()


def check_dated(number: str, clause: Clause | None, after: Mapping[str, Any]) -> None:
    """A promise keeps its date and who receives it."""
    if "due_on" in after and after["due_on"] is None:
        raise Refused(
            _("Clause %s needs a date; a promise without a date cannot be signed.") % number, field="due_on", code="empty"
        )
    for name in ("department", "handed_to"):
        if name in after and after[name] is None:
            raise Refused(_("Clause %s names no department there.") % number, field=name, code="empty")
    for name in ("text", "deliverable"):
        if name in after and not str(after[name] or "").strip():
            raise Refused(_("Clause %s needs words here.") % number, field=name, code="empty")


def write_down_slip(amendment: Amendment, clause: Clause, to_due: date) -> bool:
    """Collect a short slip in the draft, inside the caller's act; it binds nobody anew. False where a change says the date."""
    before, after = differences(clause, keep({"due_on": to_due}))
    row = amendment.changes.filter(clause=clause).first()
    if not after or (row is not None and (row.kind == Kind.ENDED or (row.kind == Kind.CHANGED and "due_on" in row.after))):
        return False
    if row is None:
        row = ClauseChange(amendment=amendment, clause=clause, kind=Kind.SLIPPED, order=next_order(amendment))
    if row.after.get("due_on") != after["due_on"]:
        row.before, row.after = row.before | before, row.after | after
        row.save()
    return True


def next_order(amendment: Amendment) -> int:
    """Behind the last line."""
    return (amendment.changes.order_by("-order").values_list("order", flat=True).first() or 0) + 1
