"""What the spine plugs in: the recorder of events, and who is told of the daily heads of the ledger."""

from activity import ledger_days
from activity.services import record, record_all
from common import ports

ports.plug_recorder(record, record_all)
ports.door_of("activity.ledgerday", lambda user, _day: user.is_auditor)
ports.letter_of("ledger.heads_kept", ledger_days.letter)
