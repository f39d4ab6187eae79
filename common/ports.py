"""Named sockets through which a lower floor reaches a higher one; apps fill them in AppConfig.ready."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.functional import Promise

Say = str | Promise


@dataclass(frozen=True)
class Words:
    """How an act reads: a sentence with {actor}, {title} and the event's facts; `mail` when it is worth a mail, `own` when that
    mail goes to who acts as well, where it is told to this person: it brings something for the own calendar.

    `kind` groups verbs for the timeline's filter (project, document, meeting, task, risk, people); what is `routine`
    stands only under its kind, not among what people did; what is `personal` is told to nobody in the reader's place (rule A4).
    """

    sentence: Say
    kind: str
    mail: bool = False
    routine: bool = False
    own: bool = False
    personal: bool = False


@dataclass(frozen=True)
class Missing:
    """One thing that a gate lacks: what, where to mend it, and whether the gate can be passed without it."""

    text: Say
    url: str
    hard: bool = False


@dataclass(frozen=True)
class Letter:
    """A mail written for one kind of event by the app that knows it.

    `attachments`: name, content, media type; `alternatives`, which say the same as the text: content, media type, its parameters.
    """

    subject: str
    lines: list[str]
    attachments: list[tuple[str, bytes, str]] = field(default_factory=list)
    alternatives: list[tuple[bytes, str, dict[str, str]]] = field(default_factory=list)


@dataclass(frozen=True)
class DeskSource:
    """What may wait on My desk: the group, its rows for a user, and a query that tells whether there are any."""

    group: str
    rows: Callable[[Any], Any]
    waits: Callable[[Any], Any] | None = None


@dataclass(frozen=True)
class RightsTable:
    """A rule table for the rights page: a heading, and per act its words and who may (role code -> scope code)."""

    heading: Say
    rows: list[tuple[Say, Mapping[str, str]]]


@dataclass(frozen=True)
class ProjectSocket:
    """What the floors below projects/ may ask about a project they know by its id alone."""

    visible_ids: Callable[[Any], Any]  # (user) -> a subquery of the ids of the projects that exist for this user
    row: Callable[[int], Any]  # the project
    names: Callable[[Iterable[int]], Mapping[int, str]]
    steers: Callable[[Any], list[Any]]  # (project) -> the heads who steer it now
    sees: Callable[[Any, int], bool]  # (user, id)
    seen_by: Callable[[Any, Iterable[Any]], Mapping[int, Any]]  # (user, uids) -> those that exist for this user, uid by id
    who_sees: Callable[[Iterable[int], Iterable[int]], Mapping[int, set[int]]]  # (ids, users) -> by project, who of these sees it
    roles: Callable[[Any, Any], Iterable[Any]]  # (user, project) -> what this person is there (common.rights.Role)
    own_roles: Callable[[Any, Any], Iterable[Any]]  # (user, project) -> the same without those in whose place one works
    pass_through: Callable[[Any, Any, Any, str], None]  # (user, project, rules, act): its gate, by another table


@dataclass(frozen=True)
class Health:
    """How a project stands, in a word and a colour: good, near, bad, calm."""

    level: str
    text: Say


@dataclass(frozen=True)
class Outline:
    """What the frame of one project shows of it: its health, per tab what is missing or wrong there, its running clocks,
    and of the memorandum or amendment that is open for signature how many have signed, of how many.
    """

    health: Health
    counts: Mapping[str, int]
    clocks: int
    signed: tuple[int, int] | None = None


@dataclass(frozen=True)
class OutlineSocket:
    """What only the floors above projects/ know of a project, for its frame and the list of projects."""

    healths: Callable[[Iterable[Any]], Mapping[int, Health]]  # (projects) -> by id, a bounded number of queries
    of: Callable[[Any], Outline]  # (project) -> of one project; one query while its work runs


@dataclass(frozen=True)
class SubjectSocket:
    """What files and comments ask of the app whose row they hang on; acts: view, comment, attach, remove (others' files)."""

    door: Callable[[UUID, Any, str], Any]  # (uid, user, act) -> the row: 404 unseen, 403 forbidden, Refused while read only
    check: Callable[[Any, Any, str], None]  # (row, user, act): the same table for a row at hand
    may: Callable[[Any, Any, str], bool]  # (row, user, act): whether a control for it is shown
    project: Callable[[Any], Any]  # (row) -> its project
    told: Callable[[Any], Iterable[Any]]  # (row) -> whoever must know what is said about it
    parts: Callable[[Any], Iterable[Any]] = lambda _row: ()  # (row) -> querysets of rows whose files are shown with its own
    shown_on: Callable[[Any], Any] = lambda row: row  # (row) -> the row on whose page its files stand


_recorder: list[Callable[..., Any]] = []
_outline: list[OutlineSocket] = []
_projects: list[ProjectSocket] = []
words: dict[str, Words] = {}
reactions: dict[str, list[Callable[[Any], None]]] = {}
doors: dict[str, Callable[[Any, Any], bool]] = {}
doors_of_many: dict[str, Callable[[Iterable[Any], Any], Iterable[int]]] = {}
as_the_project: set[str] = set()
beside: dict[str, Callable[[Iterable[int]], Mapping[int, list[str]]]] = {}
clocks: dict[str, Callable[[Any, str], None]] = {}
letters: dict[str, Callable[[Any, Any], Letter]] = {}
pdfs: dict[str, Callable[[Any], str]] = {}
gates: dict[str, list[Callable[[Any], Iterable[Missing]]]] = {}
desks: list["DeskSource"] = []
rights: list[Callable[[], RightsTable]] = []
after_signing: dict[str, Callable[[Any], None]] = {}
readers: dict[str, Callable[[Any, Any], bool]] = {}
delivered: dict[str, list[Callable[[Sequence[Any]], None]]] = {}
subjects: dict[str, SubjectSocket] = {}
ledger_checks: list[Callable[[], Iterable[str]]] = []


def plug_recorder(recorder: Callable[..., Any], of_many: Callable[..., Any]) -> None:
    """activity/ plugs in what writes events, one and many at once."""
    _recorder[:] = [recorder, of_many]


def plug_projects(socket: ProjectSocket) -> None:
    """projects/ plugs in what lower floors may ask of it."""
    _projects[:] = [socket]


def projects() -> ProjectSocket:
    """What projects/ has plugged in."""
    return _projects[0]


def plug_outline(socket: OutlineSocket) -> None:
    """lifecycle/ plugs in how projects stand."""
    _outline[:] = [socket]


def outline() -> OutlineSocket:
    """What lifecycle/ has plugged in."""
    return _outline[0]


def record(
    *,
    actor: Any,
    verb: str,
    subject: Any,
    project: Any = None,
    facts: Mapping[str, object] | None = None,
    tell: Iterable[Any] = (),
) -> Any:
    """End an act in its one event: who, what, on which row, with which facts, and whom to tell. Inside the act's transaction."""
    return _recorder[0](actor=actor, verb=verb, subject=subject, project=project, facts=facts or {}, tell=tell)


def record_all(
    *, actor: Any, verb: str, project: Any, said: Sequence[tuple[Any, Mapping[str, object], Iterable[Any]]]
) -> list[Any]:
    """The same for many subjects of one act, each with its facts and whom to tell; a fixed number of statements."""
    return list(_recorder[1](actor=actor, verb=verb, project=project, said=said)) if said else []


def say(
    verb: str,
    sentence: Say,
    *,
    kind: str,
    mail: bool = False,
    routine: bool = False,
    own: bool = False,
    personal: bool = False,
) -> None:
    """Give a verb its words; a verb without words cannot be recorded."""
    words[verb] = Words(sentence, kind, mail, routine, own, personal)


def react(verb: str, reaction: Callable[[Any], None]) -> None:
    """When an event of this verb is recorded, call `reaction(event)` inside the same transaction."""
    reactions.setdefault(verb, []).append(reaction)


def door_of(
    label: str,
    sees: Callable[[Any, Any], bool],
    *,
    as_project: bool = False,
    of_many: Callable[[Iterable[Any], Any], Iterable[int]] | None = None,
) -> None:
    """For subjects of the model `app.model`: may this user (still) see this row? `as_project`: whoever sees its project does.

    `of_many(users, row)` gives the keys of those of several users who may; each of them sees the project.
    """
    doors[label] = sees
    if of_many is not None:
        doors_of_many[label] = of_many
    if as_project:
        as_the_project.add(label)


def stands_beside(label: str, keys: Callable[[Iterable[int]], Mapping[int, list[str]]]) -> None:
    """When rows of the model `app.model` change, what else looks different: `keys(ids)` says it by id, as "app.model:uid"."""
    beside[label] = keys


def plug_subject(label: str, socket: SubjectSocket) -> None:
    """Rows of the model `app.model` carry files and comments."""
    subjects[label] = socket


def talk_of(label: str) -> SubjectSocket:
    """The socket of a model whose rows carry files and comments; 404 for any other."""
    if label not in subjects:
        raise Http404
    return subjects[label]


def subject_of(label: str, uid: UUID, user: Any, act: str = "view") -> Any:
    """The row behind a subject key, opened by its own app's door for this act."""
    return talk_of(label).door(uid, user, act)


def on_clock(kind: str, step: Callable[[Any, str], None]) -> None:
    """When a step of a clock of this kind is due, call `step(clock, step_kind)`; "breach" is the last step."""
    clocks[kind] = step


def letter_of(verb: str, write: Callable[[Any, Any], Letter]) -> None:
    """The mail for an event of this verb is written by `write(event, reader)` in the reader's language."""
    letters[verb] = write


def on_delivered(verb: str, react: Callable[[Sequence[Any]], None]) -> None:
    """When mails about events of this verb are sent, bounced or withheld, call `react(deliveries)`, all in the same state.

    Of refused and withheld ones in the marking transaction; of those that were sent a moment later, some at a time: what must
    not be missed when a worker dies in between is counted anew from the deliveries by whoever reacts.
    """
    delivered.setdefault(verb, []).append(react)


def pdf_of(kind: str, html: Callable[[Any], str]) -> None:
    """A document of this kind is laid out by `html(document)`."""
    pdfs[kind] = html


def gate_items(phase: str, items: Callable[[Any], Iterable[Missing]]) -> None:
    """What a project still lacks to leave this phase: `items(project)`; under "memorandum", what its draft lacks to be opened."""
    gates.setdefault(phase, []).append(items)


def on_desk(group: str, rows: Callable[[Any], Any], *, waits: Callable[[Any], Any] | None = None) -> None:
    """My desk asks `rows(user)` for this group: sign, confirm, report, answer, clocks, waiting.

    Rows of several groups that are read at once come as a mapping from group to rows. `waits(user)` is a query that finds
    something whenever `rows` does: all of them are asked at once, and what seldom waits costs nothing when it does not.
    """
    desks.append(DeskSource(group, rows, waits))


def rights_table(table: Callable[[], RightsTable]) -> None:
    """The rights page shows this table."""
    rights.append(table)


def readers_of(kind: str, may_read: Callable[[Any, Any], bool]) -> None:
    """Documents of this kind are read by fewer than see the project: `may_read(user, document)` says by whom."""
    readers[kind] = may_read


def when_all_signed(kind: str, finish: Callable[[Any], None]) -> None:
    """When the last has signed a document of this kind, `finish(document)` runs in a transaction of its own; twice is once."""
    after_signing[kind] = finish


def on_ledger_check(check: Callable[[], Iterable[str]]) -> None:
    """`manage.py verify_ledger` asks `check()` as well: a line for each row that is no longer as its event recorded it."""
    ledger_checks.append(check)


def describe(moment: datetime) -> str:
    """A moment for facts: ISO 8601 in UTC."""
    return moment.isoformat()
