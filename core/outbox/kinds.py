"""The jobs by which messages are made and sent."""

from typing import Final

NOTIFY: Final = "notify"
DELIVER_WEBHOOKS: Final = "deliver_webhooks"
DELIVER_MAIL: Final = "deliver_mail"
# Nobody is told by message that these are parked: those messages would be parked with them.
OUTBOX_KINDS: Final = frozenset({NOTIFY, DELIVER_WEBHOOKS, DELIVER_MAIL})
