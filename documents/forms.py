"""Forms of the signing page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.models import Document


class SignForm(forms.Form):
    """Who one is, proved anew, and what one adds to the signature."""

    seen_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    remark = forms.CharField(
        label=_("Signing remark"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Optional; it is printed with your signature."),
    )  # fmt: skip
    password = forms.CharField(
        label=_("Your password"), strip=False, max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text=_("The one you sign in with; it proves that it is you who signs."),
    )  # fmt: skip


class ObjectForm(forms.Form):
    """Why one does not sign, and to which clause that belongs."""

    clause = forms.ChoiceField(label=_("Which clause"), required=False)
    reason = forms.CharField(
        label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Say what would have to change for you to sign."),
    )  # fmt: skip

    def __init__(self, document: Document, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        rows = document.snapshot.get("clauses", [])
        choices = [
            (str(row["number"]), f"{row['number']} {row.get('department', '')} {row.get('text', '')}"[:80]) for row in rows
        ]
        field = self.fields["clause"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("The document as a whole")), *choices]
