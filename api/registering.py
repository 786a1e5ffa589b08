"""What the page and the API have in common when an enterprise registers."""

from dataclasses import replace

from starlette.requests import Request

from api.password_desk import PasswordDesk
from api.sign_in_counts import SignInCounts
from core.errors import NotFound
from core.identity.accounts import digest_of_email
from core.identity.passwords import require_usable
from core.identity.registrations import Registration, read_registration
from core.settings import Settings


class RegistrationClosed(NotFound):
    """This installation takes enterprises by invitation only."""

    code = "registration-closed"
    title = "Enterprises do not register here"


def require_open(settings: Settings) -> None:
    """Refuse where enterprises come by invitation only.

    Raises:
        RegistrationClosed: they do.
    """
    if not settings.self_registration:
        raise RegistrationClosed("ask whoever runs this installation for an invitation")


async def read_and_hash(
    request: Request,
    settings: Settings,
    desk: PasswordDesk,
    counts: SignInCounts,
    *,
    organisation: str,
    email: str,
    name: str,
    script: str,
    password: str,
) -> Registration:
    """Return a registration to be kept; the same work is done whoever has the address.

    Raises:
        RegistrationClosed: enterprises come by invitation only.
        TooManyAttempts: the caller, or somebody for this address, has tried too often.
        InvalidInput: a name or the address cannot be used.
        PasswordRefused: the password is easily guessed.
        Overloaded: too many passwords wait to be hashed.
    """
    require_open(settings)
    counts.count_address(request)
    wanted = read_registration(
        organisation=organisation, email=email, name=name, script=script, password_hash=""
    )
    require_usable(password, known=(wanted.email, wanted.name, wanted.organisation))
    counts.count_account(f"registration:{digest_of_email(settings.keyring, wanted.email)}")
    return replace(wanted, password_hash=await desk.hash(password))
