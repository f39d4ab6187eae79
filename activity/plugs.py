"""What the spine plugs in: the recorder of events."""

from activity.services import record
from common import ports

ports.plug_recorder(record)
