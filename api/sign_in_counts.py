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
    """Counts attempts within a minute, known and unknown accounts alike.

    Args:
        counts: where calls are counted, and shared by the processes of a deployment.
        per_account: attempts for one account in a minute.
        per_address: attempts from one address in a minute.
    """

    def __init__(
        self, counts: CallCounts, *, per_account: int = PER_ACCOUNT, per_address: int = PER_ADDRESS
    ) -> None:
        self._counts = counts
        self._per_account = per_account
        self._per_address = per_address

    def count_address(self, request: Request) -> None:
        """Count an attempt of an address.

        Raises:
            TooManyAttempts: it is one too many.
        """
        client = request.client
        self._count(
            f"sign-in-address:{one_caller(client.host) if client else ''}", self._per_address
        )

    def count_account(self, caller: str) -> None:
        """Count an attempt for an account, by a name that is the account's alone.

        Raises:
            TooManyAttempts: it is one too many.
        """
        self._count(f"sign-in-account:{caller}", self._per_account)

    def _count(self, caller: str, limit: int) -> None:
        standing = self._counts.count(caller, limit)
        if not standing.is_allowed:
            raise TooManyAttempts(standing.retry_seconds)
