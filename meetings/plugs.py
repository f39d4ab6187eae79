"""What meetings plug into the floors below: doors, clock, letter, gate, My desk, rights."""

from django.template.loader import render_to_string

from common import ports
from documents.models import Document
from meetings import access, desk, desk_parts, evidence, gates, letters, letters_invite, talk
from meetings.services import note_delivered
from meetings.services.deadline import on_step
from meetings.services.laying import CLOCK
from meetings.services.reading import finish_kickoff


def _rights() -> ports.RightsTable:
    codes = {act: {role.value: reach.value for role, reach in row.items()} for act, row in access.RULES.items()}
    return ports.RightsTable(access.HEADING, [(access.WORDS[act], codes[act]) for act in access.Act])


def _paper(document: Document) -> str:
    layout = "meetings/_sheet.html" if "sheet" in document.snapshot else "meetings/_content.html"
    return render_to_string(layout, {"s": document.snapshot, "document": document})


for kind in (Document.Kind.KICKOFF_MINUTES, Document.Kind.MINUTES):
    ports.pdf_of(kind, _paper)
    ports.readers_of(kind, access.may_read_document)
ports.door_of("meetings.meeting", access.sees_meeting, as_project=True)
ports.door_of("meetings.topic", access.sees_topic, as_project=True)
ports.door_of("meetings.minutes", access.may_know_of, of_many=access.who_may_know_of)
ports.plug_subject("meetings.meeting", talk.FILES)
ports.on_clock(CLOCK, on_step)
ports.on_delivered("minutes.distributed", note_delivered)
ports.letter_of("minutes.distributed", letters.distributed)
ports.letter_of("minutes.undelivered", letters.undelivered)
ports.letter_of("meeting.called", letters_invite.invited)
ports.letter_of("meeting.moved", letters_invite.invited)
ports.letter_of("meeting.called_anew", letters_invite.invited)
ports.letter_of("meeting.cancelled", letters_invite.called_off)
ports.letter_of("meeting.not_held", letters_invite.called_off)
ports.letter_of("meeting.series_started", letters_invite.repeated)
ports.letter_of("meeting.series_changed", letters_invite.people_changed)
ports.letter_of("meeting.series_replanned", letters_invite.repeated)
ports.letter_of("meeting.series_stopped", letters_invite.repeated)
ports.letter_of("meeting.series_called_off", letters_invite.series_called_off)
ports.letter_of("meeting.series_goes_on", letters_invite.repeated)
ports.letter_of("meeting.people_changed", letters_invite.people_changed)
ports.letter_of("meeting.person_invited", letters_invite.people_changed)
ports.letter_of("meeting.person_let_off", letters_invite.people_changed)
ports.letter_of("meeting.keepers_named", letters_invite.keepers_named)
ports.when_all_signed(Document.Kind.KICKOFF_MINUTES, finish_kickoff)
ports.gate_items("kickoff", gates.kickoff_items)
ports.gate_items("memorandum", gates.resolution_items)
ports.on_desk("confirm", desk.to_confirm, waits=desk.unconfirmed)
ports.on_desk("answer", desk.to_settle, waits=desk.unsettled)
ports.on_desk("answer", desk.to_archive, waits=desk.unarchived)
ports.on_desk("report", desk_parts.to_look_at, waits=desk_parts.unseen_parts)
ports.on_desk("", desk.to_write, waits=desk.unwritten)
ports.rights_table(_rights)
ports.on_ledger_check(evidence.lines)
