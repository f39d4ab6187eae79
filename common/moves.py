"""The only place that assigns a state."""

from typing import ClassVar, Protocol

from django.utils.translation import gettext as _

from common.refusals import Refused


class HasMoves(Protocol):
    state: str
    MOVES: ClassVar[dict[str, set[str]]]


def move(row: HasMoves, to: str, **witness: object) -> None:
    """Put a row into state `to` with the witness of it (fields that go with the state); unsaved. Refused if MOVES forbids it."""
    if to not in type(row).MOVES[row.state]:
        field = type(row)._meta.get_field("state")  # type: ignore[attr-defined]
        names = dict(field.flatchoices)
        raise Refused(
            _("“%(from)s” cannot become “%(to)s”.") % {"from": names.get(row.state, row.state), "to": names.get(to, to)},
            code="move",
        )
    row.state = to
    for name, value in witness.items():
        setattr(row, name, value)
