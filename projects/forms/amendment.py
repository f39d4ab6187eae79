"""Forms of an amendment: a line of its draft, its reason, opening it, giving it up."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from projects.forms.clauses import ClauseForm
from projects.models import Clause, ClauseChange, Project
from projects.terms import Ground, whole_of


class AmendmentLineForm(ClauseForm):
    """A clause as it is to read: all its terms, of which those that differ are written down."""

    def __init__(
        self, project: Project, data: Mapping[str, Any] | None = None, *, clause: Clause | None = None,
        change: ClauseChange | None = None, version: int = 0,
    ) -> None:  # fmt: skip
        super().__init__(project, data, clause=clause)
        for name in ("handed_to", "due_on"):
            self.fields[name].required = True
        self.initial["seen_version"] = version
        if change is not None:
            read = Ground(project).read(whole_of(change))
            self.initial = {**self.initial} | {name: getattr(value, "uid", value) for name, value in read.items()}
        self.auto_id = "line-%s"


class ReasonForm(forms.Form):
    """Why the memorandum is amended, or why a draft is given up, or why one is taken back."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class OpenAmendmentForm(forms.Form):
    """Until when those whom it binds may sign."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    sign_days = forms.IntegerField(label=_("Days for signing"), min_value=1, max_value=60)
