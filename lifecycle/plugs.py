"""What lifecycle plugs into the sockets of common.ports."""

from common import ports
from lifecycle.queries import counts_by_tab, healths

ports.plug_outline(ports.OutlineSocket(healths=healths, counts=counts_by_tab))
