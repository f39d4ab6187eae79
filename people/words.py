"""How acts on people read."""

from django.utils.translation import gettext_lazy as _

from common import ports

ports.say("people.language_set", _("{actor} chose another language"), kind="people")
ports.say("people.department_created", _("{actor} added the department {title}"), kind="people")
ports.say("people.person_created", _("{actor} added {title} to {department}"), kind="people")
ports.say("people.head_changed", _("{title} is headed by {head} now, before by {former}"), kind="people", mail=True)
ports.say("people.account_disabled", _("{actor} disabled the account of {title}"), kind="people")
ports.say("people.token_made", _("{actor} made a token for the API in the name of {title}, valid until {until}"), kind="people")
ports.say("people.token_revoked", _("{actor} revoked a token for the API"), kind="people")
ports.say(
    "people.deputy_named",
    _("{actor} named {deputy} to stand in for {person}, from {start} to {end}"),
    kind="people",
    mail=True,
)
ports.say("people.leave_began", _("From today {deputy} stands in for {person}, until {end}"), kind="people", mail=True)
ports.say("people.leave_ended", _("{deputy} no longer stands in for {person}"), kind="people", mail=True)
ports.say("people.organisation_changed", _("{actor} changed what the organisation chose for itself"), kind="people", mail=True)
ports.say("people.pin_set", _("{actor} set a signing PIN"), kind="people")
ports.say("people.pin_removed", _("{actor} removed the signing PIN"), kind="people")
ports.say("people.factor_added", _("{actor} set up a device to sign with ({device})"), kind="people")
ports.say("people.factor_ended", _("{actor} removed a device to sign with ({device})"), kind="people")
ports.say("people.days_off", _("{actor} made days off, whatever the official calendar says: {days} ({note})"), kind="people")
ports.say(
    "people.days_worked", _("{actor} made days of work, whatever the official calendar says: {days} ({note})"), kind="people"
)
ports.say("people.days_reset", _("{actor} took back what the house had decided for {days}"), kind="people")
ports.say("people.week_five", _("{actor} set the working week: Monday to Friday"), kind="people")
ports.say("people.week_six", _("{actor} set the working week: Monday to Saturday"), kind="people")
ports.say(
    "people.week_alternate",
    _("{actor} set the working week: Monday to Friday, and every other Saturday counted from {saturday}"),
    kind="people",
)
