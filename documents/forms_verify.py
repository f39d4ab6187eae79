"""What the verification page asks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.codes import LONGEST


class VerifyForm(forms.Form):
    """A code, a file (or its SHA-256, taken in the browser), or both."""

    code = forms.CharField(label=_("Verification code"), required=False, max_length=LONGEST)
    file = forms.FileField(label=_("File"), required=False, allow_empty_file=True)
    sha256 = forms.RegexField(
        r"^[0-9a-f]{64}$", required=False, widget=forms.HiddenInput, error_messages={"invalid": _("The file could not be read.")}
    )

    def clean(self) -> dict[str, Any]:
        """At least one of them."""
        said = super().clean() or {}
        if not self.errors and not (said.get("code") or said.get("file") or said.get("sha256")):
            raise forms.ValidationError(_("Enter a verification code or choose a file."), code="empty")
        return said
