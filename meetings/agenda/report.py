"""A department's part as plain text: what its liaison amends, and what is copied as the weekly report (周报)."""

from collections.abc import Iterable
from textwrap import indent

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from common import saying
from meetings.agenda.actions import Undone
from meetings.agenda.asks import Asked
from meetings.agenda.parts import Line, Part


def lines_text(lines: Iterable[Line], more: int = 0) -> str:
    """A line per piece of work: title, word, figures, date, and what was reported on it."""
    said = [_line(line) for line in lines]
    if more:
        said.append(ngettext("and %(n)d more", "and %(n)d more", more) % {"n": more})
    return "\n".join(said)


def _line(line: Line) -> str:
    facts = [str(line.word.label)]
    if line.planned or line.actual:
        figures = {"planned": saying.percent_words(line.planned), "actual": saying.percent_words(line.actual)}
        facts.append(_("planned %(planned)s, actual %(actual)s") % figures)
    if line.due_on:
        facts.append(_("due %s") % saying.date_words(line.due_on, with_year=False))
    said = f"- {line.title}{_around(facts)}"
    return f"{said}\n{indent(line.note.strip(), '  ')}" if line.note.strip() else said


def _around(facts: list[str]) -> str:
    around = "（%s）" if saying.in_chinese() else " (%s)"
    return around % pgettext("facts of a line", ", ").join(facts)


def undone_text(rows: Iterable[Undone]) -> str:
    """The undone actions, a line each."""
    lines = []
    for row in rows:
        facts = [row.owner_name] if row.owner_name else []
        if row.due_on:
            facts.append(_("due %s") % saying.date_words(row.due_on, with_year=False))
        if row.carried:
            facts.append(
                ngettext("carried over %(n)s time before", "carried over %(n)s times before", row.carried) % {"n": row.carried}
            )
        lines.append(f"- {row.text}" + (_around(facts) if facts else ""))
    return "\n".join(lines)


def progress_text(part: Part) -> str:
    """What was written of last week, else what the data say."""
    return part.progress_text or lines_text(part.progress, part.more_progress)


def plan_text(part: Part) -> str:
    """What was written of this week, else what the data say."""
    return part.plan_text or lines_text(part.plan, part.more_plan)


def report_text(part: Part, asked: Asked, heading: str) -> str:
    """The whole part, ready to be pasted into a weekly report."""
    sections = [
        (asked.names.get("progress") or _("Last week's progress"), progress_text(part)),
        (asked.names.get("plan") or _("This week's plan"), plan_text(part)),
        (asked.names.get("matters") or _("Matters to coordinate"), part.matters),
        (_("Undone actions"), undone_text(part.undone)),
    ]
    return "\n\n".join([heading, *(f"{name}\n{text or _('None.')}" for name, text in sections)])
