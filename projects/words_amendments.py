"""How the acts of an amendment read."""

from django.utils.translation import gettext_lazy as _

from common import ports

ports.say("amendment.drafted", _("{actor} began the amendment {number}"), kind="document")
ports.say("amendment.edited", _("{actor} wrote in the amendment {number}: {lines} lines"), kind="document", routine=True)
ports.say("amendment.updated", _("{actor} brought the amendment {number} up to date with v{version}"), kind="document")
ports.say("amendment.dropped", _("{actor} gave the amendment {number} up: {reason}"), kind="document", mail=True)
ports.say(
    "amendment.opened",
    _("{actor} opened the amendment {number} (v{edition}) for signature by {departments}; informed: {informed}"),
    kind="document",
    mail=True,
)
ports.say(
    "amendment.taken_back", _("{actor} took the amendment {number} (v{edition}) back: {reason}"), kind="document", mail=True
)
ports.say(
    "amendment.in_force",
    _("The amendment {number} is in force: the memorandum {memorandum} is v{edition} now; clauses {clauses}"),
    kind="document",
    mail=True,
)
