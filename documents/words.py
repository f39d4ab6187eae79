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
ports.say(
    "document.scan_confirmed", _("{actor} compared what {signer} signed on paper with “{title}”: it matches"), kind="document"
)
ports.say(
    "document.passed_on",
    _("{actor} passed the signing of “{title}” for {department} on from {from} to {to}: {reason}"),
    kind="document",
    mail=True,
)
ports.say("document.signer_added", _("{actor} asked {to} to sign “{title}” as well"), kind="document", mail=True)
ports.say("document.nudged", _("{actor} asks {to} to sign “{title}” (reminder no. {count})"), kind="document", mail=True)
ports.say(
    "document.deadline_extended", _("{actor} gave more time for signing “{title}”: until {sign_by}"), kind="document", mail=True
)
ports.say(
    "document.scan_handed_in",
    _("{actor} handed in the copy of “{title}” that {signer} signed on paper; a second person is to compare it"),
    kind="document",
    mail=True,
)
ports.say(
    "document.scan_refused", _("{actor} did not accept the scan of “{title}” for {signer}: {reason}"), kind="document", mail=True
)
