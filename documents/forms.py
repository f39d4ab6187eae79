"""Forms of the signing page."""

import re
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from common.refusals import Refused
from documents.models import Document
from documents.services.drawing import LIMIT, check_drawing, drawing_from
from people.passkeys import LONGEST
from people.proving import Demands, Proof

MOST = 50  # papers in one act


def is_uid(text: str) -> bool:
    """Whether a text names a row."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


class ProofForm(forms.Form):
    """What proves who signs, as far as the organisation demands it and the last five minutes have not shown it."""

    remark = forms.CharField(
        label=_("Signing remark"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Optional; it is printed with your signature."),
    )  # fmt: skip
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

    def __init__(self, asked: Demands, proved: Proof | None, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.lacks_secret = asked.secret and proved is None
        if asked.has_pin:
            field = self.fields["password"]
            field.label, field.help_text = _("Your signing PIN or your password"), _("It proves that it is you who signs.")

    def clean_password(self) -> str:
        said: str = self.cleaned_data["password"]
        if self.lacks_secret and not said:
            raise forms.ValidationError(_("Enter it once more; five minutes after the last time it is asked again."))
        return said

    def proved(self) -> dict[str, str]:
        """What proves who signs, as `people.proving` takes it."""
        return {
            "secret": self.cleaned_data["password"],
            "code": self.cleaned_data["code"],
            "passkey": self.cleaned_data["passkey"],
        }


class SignForm(ProofForm):
    """Which version was read, who one is, and what one adds to the signature."""

    seen_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    drawing = forms.CharField(
        label=_("Drawn signature"), required=False, max_length=2 * LIMIT, widget=forms.HiddenInput, strip=False
    )

    def clean_drawing(self) -> bytes:
        try:
            content = drawing_from(self.cleaned_data["drawing"])
            if content:
                check_drawing(content)
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return content


class PapersField(forms.MultipleChoiceField):
    """The papers that were ticked, each with the hash of what was read: whether it can be signed is said paper by paper."""

    def valid_value(self, value: str) -> bool:
        uid, _colon, sha256 = value.partition(":")
        return is_uid(uid) and re.fullmatch("[0-9a-f]{64}", sha256) is not None

    def clean(self, value: Any) -> list[tuple[UUID, str]]:  # type: ignore[override]
        papers = [said.partition(":") for said in super().clean(value)[:MOST]]
        return [(UUID(uid), sha256) for uid, _colon, sha256 in papers]


class ManyForm(ProofForm):
    """Several papers, signed in one act."""

    papers = PapersField(label=_("Papers"), error_messages={"required": _("Tick what you sign.")})


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
