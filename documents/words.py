"""How acts on documents read."""

from django.utils.translation import gettext_lazy as _

from common import ports

ports.say("document.signed", _("{actor} signed “{title}” on behalf of {departments}"), kind="document")
ports.say("document.objected", _("{actor} ({department}) objected to “{title}” {clause}: {reason}"), kind="document", mail=True)
ports.say("document.signing_reminder", _("“{title}” still waits for a signature: {waiting}"), kind="document", mail=True)
ports.say(
    "document.signing_overdue", _("The time for signing “{title}” has run out; missing: {waiting}"), kind="document", mail=True
)
ports.say(
    "document.slot_passed_on",
    _("Signing “{title}” for {department} passed from {from} to {to}"),
    kind="document",
    mail=True,
)
ports.say("document.noted", _("{actor} ({departments}) has no objection to “{title}”"), kind="document")
ports.say("document.your_turn", _("It is your turn to sign “{title}” ({departments})"), kind="document", mail=True)
ports.say("document.sealed", _("“{title}” has been sealed"), kind="document")
ports.say("document.seal_late", _("The seal of “{title}” keeps us waiting: {why}"), kind="document", mail=True)
ports.say("seal.stuck", _("{count} signed documents wait for the organisation's seal: {why}"), kind="document", mail=True)
