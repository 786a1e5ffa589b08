"""How often somebody may try to sign in: by account and by address, whatever the answer was."""

from starlette.requests import Request

from api.manners.addresses import one_caller
from api.manners.call_counts import CallCounts
from core.errors import RateLimited

PER_ACCOUNT = 5
PER_ADDRESS = 20


class TooManyAttempts(RateLimited):
    """Somebody has tried to sign in too often within a minute. Wait, then try again."""

    code = "too-many-attempts"
    title = "Too many attempts to sign in"

    def __init__(self, seconds: int = 60) -> None:
        super().__init__(f"wait {seconds} seconds before you try again")
        self.seconds = seconds


class SignInCounts:
    """Counts attempts within a minute, known and unknown accounts alike."""

    def __init__(self, *, per_account: int = PER_ACCOUNT, per_address: int = PER_ADDRESS) -> None:
        self.by_account = CallCounts(per_account)
        self.by_address = CallCounts(per_address)

    def count_address(self, request: Request) -> None:
        """Count an attempt of an address.

        Raises:
            TooManyAttempts: it is one too many.
        """
        client = request.client
        _count(self.by_address, f"sign-in-address:{one_caller(client.host) if client else ''}")

    def count_account(self, caller: str) -> None:
        """Count an attempt for an account, by a name that is the account's alone.

        Raises:
            TooManyAttempts: it is one too many.
        """
        _count(self.by_account, f"sign-in-account:{caller}")


def _count(counts: CallCounts, caller: str) -> None:
    standing = counts.count(caller)
    if not standing.is_allowed:
        raise TooManyAttempts(standing.retry_seconds)
