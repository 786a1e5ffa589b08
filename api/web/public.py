"""Pages for everybody: how an order is made, accessibility, privacy, and problems explained."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.deps import EngineDep
from api.problems import Problem
from api.web.rendering import PageDep, page_of
from core.errors import PlatformError
from matching.eligibility import RULES
from matching.features.catalogue import CATALOGUE, PAIRS
from matching.types import Sentence

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Weight:
    """A part of the score as the page on matching lists it; `anchor` is the place of its picture."""

    anchor: str
    family: str
    measures: Sentence
    greatest: float


@router.get("/how-matching-works")
def how_matching_works(page: PageDep, engine: EngineDep) -> HTMLResponse:
    """Show the rules, and every part of the score with the most it can add, as now in force."""
    features = {feature.name: feature for feature in CATALOGUE}
    weights = [
        Weight(f"curve-{name}", features[name].family, features[name].measures, curve.greatest)
        for curve in engine.ranker.curves
        if (name := curve.feature) in features
    ]
    together = {pair.name: pair.measures for pair in PAIRS}
    weights.extend(
        Weight(f"pair-{table.name}", "pair", together[table.name], max(map(max, table.values)))
        for table in engine.ranker.pairs
        if table.name in together
    )
    return page.render(
        "public/how_matching_works.html",
        weights=weights,
        greatest=max((weight.greatest for weight in weights), default=0.0),
        total=sum(weight.greatest for weight in weights),
        rules=RULES,
        versions=engine.versions,
    )


@router.get("/accessibility")
def accessibility(page: PageDep) -> HTMLResponse:
    """State what was aimed at, how it is tested, and what is not good yet."""
    return page.render("public/accessibility.html")


@router.get("/privacy")
def privacy(page: PageDep) -> HTMLResponse:
    """State what is kept of a visit."""
    return page.render("public/privacy.html")


def problem_page(request: Request, problem: Problem) -> HTMLResponse:
    """Answer a person with what went wrong this time and what to do about it."""
    return page_of(request).render(
        "public/problem.html",
        status_code=problem.status,
        code=problem.type.rpartition("/")[2],
        status=problem.status,
        title_en=problem.title,
        detail=problem.detail,
        fields=problem.errors or [],
        instance=problem.instance,
    )


def problem_type_page(request: Request, kind: type[PlatformError], meaning: str) -> HTMLResponse:
    """Explain a type of problem: the page behind `/problems/<code>`."""
    return page_of(request).render(
        "public/problem_type.html",
        code=kind.code,
        status=kind.status,
        title_en=kind.title,
        meaning=meaning,
    )
