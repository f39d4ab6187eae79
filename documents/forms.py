"""Forms of the signing page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.refusals import Refused
from documents.models import Document
from documents.services.drawing import LIMIT, check_drawing, drawing_from
from people.passkeys import LONGEST
from people.proving import Demands


class SignForm(forms.Form):
    """Who one is, proved anew, and what one adds to the signature."""

    seen_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    remark = forms.CharField(
        label=_("Signing remark"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Optional; it is printed with your signature."),
    )  # fmt: skip
    drawing = forms.CharField(
        label=_("Drawn signature"), required=False, max_length=2 * LIMIT, widget=forms.HiddenInput, strip=False
    )
    password = forms.CharField(
        label=_("Your password"), required=False, strip=False, max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text=_("The one you sign in with; it proves that it is you who signs."),
    )  # fmt: skip
    code = forms.CharField(
        label=_("One-time code"), required=False, max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        help_text=_("The six digits that your device shows now."),
    )  # fmt: skip
    passkey = forms.CharField(label=_("Passkey"), required=False, max_length=LONGEST, widget=forms.HiddenInput, strip=False)

    def __init__(self, asked: Demands, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if asked.has_pin:
            field = self.fields["password"]
            field.label, field.help_text = _("Your signing PIN or your password"), _("It proves that it is you who signs.")

    def clean_drawing(self) -> bytes:
        try:
            content = drawing_from(self.cleaned_data["drawing"])
            if content:
                check_drawing(content)
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return content

    def proved(self) -> dict[str, str]:
        """What proves who signs, as `people.proving` takes it."""
        return {
            "secret": self.cleaned_data["password"],
            "code": self.cleaned_data["code"],
            "passkey": self.cleaned_data["passkey"],
        }


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
