"""How far a signature's proof of identity goes, in words; what it is worth in law is for lawyers to say."""

from django.utils.translation import gettext_lazy as _

from documents.models import Signature

Method = Signature.Method
LEVELS = {
    Method.PASSWORD: _("one proof: something only the signer knows"),
    Method.PIN: _("one proof: something only the signer knows"),
    Method.PASSWORD_TOTP: _("two proofs: something the signer knows, and a code of a device the signer has"),
    Method.PIN_TOTP: _("two proofs: something the signer knows, and a code of a device the signer has"),
    Method.PASSKEY: _("a key on the signer's own device, used over the fingerprint of this document"),
    Method.PASSKEY_TOTP: _("a key on the signer's own device, used over the fingerprint of this document, and a code"),
    Method.PAPER: _("signed by hand on paper; the scan was compared by a second person"),
    Method.REPLAYED: _("sample data; nothing was proved"),
}


def level_of(method: str) -> str:
    """The level that a way of signing reaches, in the language that is active."""
    return str(LEVELS[Method(method)])
