"""`/v1/registrations`: an enterprise comes without an invitation, where the deployment lets it."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Request
from pydantic import BaseModel, Field

from api.deps import NowDep, PasswordDeskDep, SessionDep, SettingsDep, SignInCountsDep
from api.problems import problem_responses
from api.registering import RegistrationClosed, read_and_hash
from api.sign_in_counts import TooManyAttempts
from api.strict_json import StrictRoute
from api.v1 import people_examples as examples
from core.errors import Overloaded
from core.identity.registrations import Registration
from core.identity.schemas import RegistrationCreate
from core.outbox.registration_letters import register

router = APIRouter(tags=["People"], route_class=StrictRoute)


class RegistrationTaken(BaseModel):
    """A registration that waits to be confirmed."""

    email: str = Field(description="To which a letter is on its way.")


async def _read(
    request: Request,
    body: Annotated[RegistrationCreate, Body(openapi_examples=examples.REGISTRATION_CREATE)],
    settings: SettingsDep,
    desk: PasswordDeskDep,
    counts: SignInCountsDep,
) -> Registration:
    return await read_and_hash(
        request,
        settings,
        desk,
        counts,
        organisation=body.organisation,
        email=body.email,
        name=body.name,
        script=body.script,
        password=body.password.get_secret_value(),
    )


@router.post(
    "/registrations",
    status_code=202,
    summary="Register an enterprise",
    responses=problem_responses(RegistrationClosed, TooManyAttempts, Overloaded),
)
def create_registration(
    *,
    # Before the session: no transaction waits for the hash.
    wanted: Annotated[Registration, Depends(_read)],
    session: SessionDep,
    settings: SettingsDep,
    now: NowDep,
) -> RegistrationTaken:
    """Have a letter mailed; its link, and the password, make the account and the organisation.

    The answer is the same whether or not the address has an account. The link is good for three days.
    """
    register(session, settings.keyring, wanted, now=now)
    return RegistrationTaken(email=wanted.email)
