"""How the acts of a memorandum read."""

from django.utils.translation import gettext_lazy as _

from common import ports

ports.say("memorandum.drafted", _("{actor} began the memorandum {number}"), kind="document")
ports.say("memorandum.edited", _("{actor} changed the terms of the memorandum {number}"), kind="document")
ports.say("memorandum.opened", _("{actor} opened the memorandum {number} (v{edition}) for signature"), kind="document", mail=True)
ports.say(
    "memorandum.taken_back", _("{actor} took the memorandum {number} (v{edition}) back: {reason}"), kind="document", mail=True
)
ports.say("memorandum.in_force", _("The memorandum {number} (v{edition}) is in force"), kind="document", mail=True)
ports.say("clause.added", _("{actor} added clause {title}"), kind="document")
ports.say("clause.edited", _("{actor} reworded clause {title}"), kind="document")
ports.say("clause.removed", _("{actor} removed clause {what} from the memorandum {title}"), kind="document")
ports.say("clause.commented", _("{actor} ({department}) commented on clause {title}: {comment}"), kind="document")
ports.say("clause.countered", _("{actor} ({department}) proposes another wording of clause {title}"), kind="document", mail=True)
ports.say(
    "clause.counter_taken",
    _("{actor} took over the wording of {department} for clause {title}"),
    kind="document",
    mail=True,
)
ports.say(
    "clause.counter_declined",
    _("{actor} declined the wording of {department} for clause {title}: {reason}"),
    kind="document",
    mail=True,
)
ports.say(
    "resource.answered",
    _("{actor} answered for {department} the request for the resource {title}"),
    kind="project",
    mail=True,
)
