"""What lifecycle plugs into the sockets of common.ports."""

from common import ports
from lifecycle.queries import healths, outline_of

ports.plug_outline(ports.OutlineSocket(healths=healths, of=outline_of))
