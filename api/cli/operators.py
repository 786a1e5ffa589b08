"""Who gives a command: the user of this machine."""

import getpass
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.identity.actor import Actor


def command_line_actor() -> "Actor":
    """Return the operator who runs this command, by the name that this machine knows."""
    from core.identity.actor import Actor, UserKind

    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = f"uid {os.getuid()}"  # nobody has given it a name on this machine
    return Actor(UserKind.OPERATOR, name[:120])
