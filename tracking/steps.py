"""Planned steps as people type them: 7月20日前 40%, 7月31日 80% (rule F1)."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from common.dates import NoSuchDay
from common.saying import date_words, figure
from tracking.pieces import Ground, half

_PERCENT = re.compile(r"(?<![\d.])(?P<n>\d{1,9}(?:\.\d+)?)\s*(?:%|percent)", re.I)
_LAST_NUMBER = re.compile(r"(?<![\d/.\-年月])(?P<n>\d{1,3}(?:\.\d+)?)\s*$")
_PIECE = re.compile(r"[^\n\r,;、。]+")


@dataclass(frozen=True)
class Steps:
    """What was read: the steps in order of their days, and what is wrong, each naming its text."""

    steps: tuple[tuple[date, Decimal], ...] = ()
    faults: tuple[str, ...] = ()


def read_steps(text: str, ground: Ground) -> Steps:
    """The steps of a text; what cannot be read is a fault that names it."""
    found: dict[date, Decimal] = {}
    faults: list[str] = []
    for piece in _PIECE.finditer(half(text)[:4000]):
        said = piece.group().strip()
        if not said:
            continue
        number = _PERCENT.search(said) or _LAST_NUMBER.search(said)
        rest = said[: number.start()] + " " + said[number.end() :] if number else said
        if number is None:
            faults.append(_("“%s” says no percentage; write it like 20 July 40 %%.") % said)
            continue
        try:
            day = ground.day(rest.strip(" :=到达完成至"))
        except NoSuchDay as error:
            faults.append(f"“{said}”: {error}")
            continue
        if day in found:
            faults.append(_("“%s”: that day has a step already.") % said)
        found[day] = Decimal(number["n"])
    return Steps(tuple(sorted(found.items())), tuple(faults))


def steps_words(steps: list[tuple[date, int]], today: date) -> str:
    """Steps (in hundredths of a percent) as one types them, one a line."""
    return "\n".join(
        f"{date_words(day, with_year=day.year != today.year)} {figure(Decimal(planned) / 100)}%" for day, planned in steps
    )
