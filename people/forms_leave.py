"""Forms of leave: who stands in, from when until when, for what."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from people import leaves
from people.models import Leave, User


class Person(forms.ModelChoiceField):
    """One of these people, by uid; told apart by department."""

    def __init__(self, **said: Any) -> None:
        super().__init__(queryset=User.objects.none(), to_field_name="uid", **said)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} · {obj.department}" if obj.department else str(obj.name)


class LeaveForm(forms.Form):
    """A deputy for oneself."""

    deputy = Person(label=_("Who stands in"), empty_label=_("Choose somebody"))
    starts_on = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.DateField(label=_("Until and with"), widget=forms.DateInput(attrs={"type": "date"}))
    scope = forms.ChoiceField(label=_("Takes over"), choices=Leave.Scope.choices, initial=Leave.Scope.ALL)

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        deputies = leaves.able().exclude(pk=user.pk)
        near = deputies.filter(department=user.department_id)
        self.fields["deputy"].queryset = deputies  # type: ignore[attr-defined]
        self.fields["deputy"].choices = _near_first(self.fields["deputy"], near, deputies)  # type: ignore[attr-defined]
        for name in ("starts_on", "ends_on"):
            self.fields[name].widget.attrs["min"] = leaves.today().isoformat()


class LeaveOfOthersForm(LeaveForm):
    """A deputy for one of own people, or by an administrator for anybody, with a reason."""

    person = Person(label=_("For whom"), empty_label=_("Choose somebody"))
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)
    field_order = ("person", "deputy", "starts_on", "ends_on", "scope", "reason")

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(user, *args, **options)
        everybody = User.objects.filter(is_active=True, is_auditor=False).exclude(pk=user.pk).select_related("department")
        self.fields["person"].queryset = everybody if user.is_administrator else leaves.own_people(user)  # type: ignore[attr-defined]
        self.fields["deputy"].queryset = leaves.able()  # type: ignore[attr-defined]
        self.fields["reason"].required = user.is_administrator
        if user.is_administrator:
            self.fields["reason"].help_text = _("Both read that you named the deputy; the reason stands in the audit log.")


def _near_first(field: forms.Field, near: QuerySet[User], everybody: QuerySet[User]) -> list[Any]:
    """Colleagues of the own department stand first."""
    said = field.label_from_instance  # type: ignore[attr-defined]
    close = [(row.uid, said(row)) for row in near]
    rest = [(row.uid, said(row)) for row in everybody if (row.uid, said(row)) not in close]
    groups: list[Any] = [("", _("Choose somebody"))]
    if close:
        groups.append((_("My department"), close))
    return [*groups, (_("Other departments"), rest)]
