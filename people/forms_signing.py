"""Forms of what proves a signer: the PIN, devices for codes, passkeys. None says again what is secret."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.factors import MOST_PIN_DIGITS
from people.passkeys import LONGEST


def _digits(label: Any, most: int) -> forms.CharField:
    """A field of digits, typed unseen where it is a PIN."""
    attrs = {"autocomplete": "off", "inputmode": "numeric"}
    return forms.CharField(label=label, max_length=most, strip=True, widget=forms.PasswordInput(attrs=attrs))


class PasswordForm(forms.Form):
    """The present password: what proves a signer is changed by whoever knows it."""

    password = forms.CharField(
        label=_("Present password"), strip=False, max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip


class PinForm(PasswordForm):
    """A new signing PIN, twice."""

    pin = _digits(_("Signing PIN"), MOST_PIN_DIGITS)
    again = _digits(_("Signing PIN, again"), MOST_PIN_DIGITS)
    field_order = ("pin", "again", "password")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["pin"].help_text = _("At least six digits; not all the same, nor counting up or down.")

    def clean(self) -> dict[str, object]:
        said: dict[str, object] = super().clean() or {}
        if said.get("pin") and said.get("again") and said["pin"] != said["again"]:
            self.add_error("again", _("The two are not the same."))
        return said


class DeviceForm(PasswordForm):
    """What the device is called."""

    name = forms.CharField(
        label=_("Name of the device"), max_length=60, required=False, help_text=_("So that you know it again, such as “phone”.")
    )


class CodeForm(DeviceForm):
    """The first code of a device shows that it works."""

    code = forms.CharField(
        label=_("Code that the device shows now"), max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )  # fmt: skip
    field_order = ("code", "name", "password")


class PasskeyForm(DeviceForm):
    """The device's answer is put in by the page's script."""

    passkey = forms.CharField(required=False, max_length=LONGEST, strip=False, widget=forms.HiddenInput)
    field_order = ("name", "password", "passkey")
