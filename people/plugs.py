"""What people/ plugs into the ports."""

from common import ports
from people.models import Leave, User
from people.organisation import may_see

# notices about a department or a person tell nothing that the organisation chart does not
ports.door_of("people.department", lambda user, row: True)
ports.door_of("people.user", lambda user, row: isinstance(user, User))


def _sees_leave(user: User, leave: Leave) -> bool:
    """Whom it concerns: the two, who named it, whom the person stands in for; and who watches or runs the system."""
    if user.is_auditor or user.is_administrator or user.pk in (leave.person_id, leave.deputy_id, leave.named_by_id):
        return True
    return Leave.objects.filter(person=user, deputy=leave.person_id).exclude(state=Leave.State.ENDED).exists()


ports.door_of("people.organisation", lambda user, row: may_see(user))
ports.door_of("people.leave", _sees_leave)
