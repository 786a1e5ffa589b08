"""Every page of the site, in one router."""

from fastapi import APIRouter

from api.web import (
    account,
    claims,
    consents,
    contacts,
    corrections,
    directory,
    enterprise,
    forgotten,
    imports,
    invitations,
    jobs,
    organisation,
    outside,
    own_data,
    own_provider,
    passkeys,
    person_requests,
    public,
    rankers,
    registering,
    routes,
    second_factor,
    sign_in,
    static,
)

router = APIRouter(include_in_schema=False)
for part in (
    static.router,
    enterprise.router,
    corrections.router,
    routes.router,
    rankers.router,
    directory.router,
    contacts.router,
    imports.router,
    own_provider.router,
    own_data.router,
    person_requests.router,
    claims.router,
    consents.router,
    jobs.router,
    account.router,
    passkeys.router,
    invitations.router,
    forgotten.router,
    registering.router,
    organisation.router,
    outside.router,
    sign_in.router,
    second_factor.router,
    public.router,
):
    router.include_router(part)
