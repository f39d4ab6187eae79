"""What people/ plugs into the ports."""

from common import ports
from people.models import User

# notices about a department or a person tell nothing that the organisation chart does not
ports.door_of("people.department", lambda user, row: True)
ports.door_of("people.user", lambda user, row: isinstance(user, User))
