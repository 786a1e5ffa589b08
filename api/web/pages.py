"""Every page of the site, in one router."""

from fastapi import APIRouter

from api.web import (
    contacts,
    corrections,
    directory,
    enterprise,
    imports,
    jobs,
    public,
    rankers,
    routes,
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
    jobs.router,
    public.router,
):
    router.include_router(part)
