"""What the spine plugs in: the recorder of events."""

from activity.services import record, record_all
from common import ports

ports.plug_recorder(record, record_all)
