"""What the output of a step is worth where the assets are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from matching.jurisdictions.chain_types import Enforcement, ForumKind, Output, StepKind, Way
from matching.jurisdictions.graph import TreatyGraph
from matching.jurisdictions.types import Certainty, Check, Route, RouteId, RouteKind
from matching.jurisdictions.wording import say
from matching.types import Sentence

OUTPUTS: Mapping[StepKind, Output] = MappingProxyType(
    {
        StepKind.NEGOTIATION: Output.SETTLEMENT_CONTRACT,
        StepKind.MEDIATION: Output.MEDIATED_SETTLEMENT,
        StepKind.ARBITRATION: Output.AWARD,
        StepKind.LITIGATION: Output.JUDGMENT,
    }
)
_CARRIED_AS: Mapping[StepKind, RouteKind] = MappingProxyType(
    {
        StepKind.MEDIATION: RouteKind.SETTLEMENT,
        StepKind.ARBITRATION: RouteKind.AWARD,
        StepKind.LITIGATION: RouteKind.JUDGMENT,
    }
)
# Plans the route of a kind from the forum to a place of assets that is under another law.
Plan = Callable[[RouteKind, str, str], Route]


@dataclass(frozen=True, slots=True)
class At:
    """A forum and a place of assets, and the laws they are under."""

    graph: TreatyGraph
    kind: ForumKind
    forum: str
    forum_law: str
    place: str
    place_law: str
    plan: Plan

    @property
    def is_at_home(self) -> bool:
        """Whether both are under one law."""
        return self.forum_law == self.place_law

    @property
    def names(self) -> tuple[Sentence, Sentence]:
        """What forum and place are called, as those whose law answers."""
        return self.graph.name(self.forum_law), self.graph.name(self.place_law)

    def route(self, kind: RouteKind) -> Route | None:
        """Return the route, or None where none is needed."""
        return None if self.is_at_home else self.plan(kind, self.forum, self.place)


def enforce(step: StepKind, at: At, *, may_be_convention: bool) -> Enforcement:
    """Say what the output of a step at a forum is worth in a place of assets.

    Args:
        step: the step.
        at: the forum and the place.
        may_be_convention: whether the place applies the Singapore Convention on the day.
    """
    if step is StepKind.NEGOTIATION:
        return _contract(at)
    if step is StepKind.MEDIATION:
        return _mediated(at, may_be_convention=may_be_convention)
    route = at.route(_CARRIED_AS[step])
    if route is None:
        return _at_home(step, at)
    return Enforcement(
        at.place, False, route.certainty, route.sentence, route=route, checks=route.checks
    )


def _at_home(step: StepKind, at: At) -> Enforcement:
    place = at.names[1]
    if step is StepKind.ARBITRATION:
        sentence = say(
            "An award made in {b} is enforced at home in {b}: no route is needed, its own "
            "arbitration law decides.",
            "在{b}作出的裁決在{b}當地執行：無須跨司法管轄區途徑，按當地仲裁法處理。",
            b=place,
        )
    else:
        sentence = say(
            "A judgment given in {b} is enforced at home in {b}: no route is needed.",
            "{b}法院的判決在{b}當地執行：無須跨司法管轄區途徑。",
            b=place,
        )
    return Enforcement(at.place, True, Certainty.SETTLED, sentence)


def _contract(at: At) -> Enforcement:
    return Enforcement(
        at.place,
        at.is_at_home,
        Certainty.DOMESTIC_LAW_ONLY,
        say(
            "A settlement that was only negotiated is a contract: in {b} it is enforced by suing "
            "on it, unless it was given another form.",
            "只經談判達成的和解屬合約：除非另以其他形式作成，在{b}須憑合約起訴方可執行。",
            b=at.names[1],
        ),
        ways=(*_notarial(at), _in_the_forum(at), _as_contract(at)),
    )


def _mediated(at: At, *, may_be_convention: bool) -> Enforcement:
    place = at.names[1]
    ways = (*_confirmed(at), *_notarial(at), _in_the_forum(at), _as_contract(at))
    route = at.route(RouteKind.SETTLEMENT)
    if route is not None:
        is_convention = route.route is RouteId.SINGAPORE_CONVENTION
        return Enforcement(
            at.place,
            False,
            route.certainty,
            route.sentence,
            route=route,
            checks=route.checks,
            ways=() if is_convention else ways,
        )
    checks: tuple[Check, ...] = ()
    if may_be_convention:
        check = say(
            "The Singapore Convention looks at the parties' places of business, not at the place "
            "of mediation: an international commercial settlement may fall under it in {b} too.",
            "《新加坡調解公約》看各方的營業地而非調解地：國際性的商事和解協議在{b}亦可能適用公約。",
            b=place,
        )
        checks = (Check("international", check),)
    return Enforcement(
        at.place,
        True,
        Certainty.DOMESTIC_LAW_ONLY,
        say(
            "A settlement mediated in {b} is enforced at home in {b}, in the form that its law "
            "gives it.",
            "在{b}達成的調解協議在{b}當地執行，按當地法律所定的形式處理。",
            b=place,
        ),
        checks=checks,
        ways=ways,
    )


def _confirmed(at: At) -> tuple[Way, ...]:
    a, b = at.names
    if at.forum_law == "CN" and at.is_at_home:
        sentence = say(
            "Judicial confirmation: both parties ask a people's court together to confirm the "
            "agreement; it can then be enforced. Check the time limit.",
            "司法確認：雙方共同向人民法院申請確認調解協議，確認後可強制執行。請核對申請期限。",
        )
        return (Way("judicial_confirmation", sentence, Certainty.CHECK),)
    if at.forum_law == "CN":
        sentence = say(
            "Judicial confirmation by a people's court makes it enforceable in Mainland China; "
            "what {b} makes of the confirmation is for its law.",
            "經人民法院司法確認後可在中國內地強制執行；{b}是否承認該確認，取決於其法律。",
            b=b,
        )
        return (Way("judicial_confirmation", sentence, Certainty.DOMESTIC_LAW_ONLY),)
    if at.place_law == "CN":
        sentence = say(
            "Judicial confirmation: whether a people's court confirms an agreement that was "
            "mediated in {a} must be asked there; mediating again in the Mainland opens it.",
            "司法確認：人民法院會否確認在{a}達成的調解協議，須向法院查詢；在內地再行調解則可申請。",
            a=a,
        )
        return (Way("judicial_confirmation", sentence, Certainty.CHECK),)
    return ()


def _notarial(at: At) -> tuple[Way, ...]:
    if at.place_law != "CN":
        return ()
    sentence = say(
        "Enforceable notarial instrument: a Mainland notary office can give a promise to pay or "
        "to deliver the force of an instrument that is enforced without a lawsuit.",
        "賦予強制執行效力的公證：內地公證處可就給付義務辦理公證，其後無須訴訟即可申請強制執行。",
    )
    return (Way("notarial_instrument", sentence, Certainty.CHECK),)


def _in_the_forum(at: At) -> Way:
    a, b = at.names
    if at.kind is ForumKind.ARBITRATION:
        route = at.route(RouteKind.AWARD)
        return Way(
            "consent_award",
            say(
                "Award on agreed terms: once an arbitration with its seat in {a} has begun, the "
                "tribunal can record the settlement as an award; in {b} it then counts as one.",
                "按和解條款作出的裁決：以{a}為仲裁地的仲裁展開後，仲裁庭可將和解作成裁決，在{b}按裁決處理。",
                a=a,
                b=b,
            ),
            Certainty.CHECK if route is None else _no_better_than_check(route.certainty),
            route,
        )
    route = at.route(RouteKind.JUDGMENT)
    return Way(
        "consent_judgment",
        say(
            "Judgment by consent: in a case before the courts of {a} the settlement can be "
            "recorded as their law allows; whether {b} treats that as a judgment must be checked.",
            "同意判決：在{a}法院審理的案件中，可按當地法律將和解記錄在案；{b}是否視之為判決，須予查核。",
            a=a,
            b=b,
        ),
        Certainty.CHECK if route is None else _no_better_than_check(route.certainty),
        route,
    )


def _as_contract(at: At) -> Way:
    return Way(
        "contract",
        say(
            "As a contract: sue on it before the courts of {b}, or before the forum that it names.",
            "作為合約：在{b}法院或協議所定的爭議解決地起訴。",
            b=at.names[1],
        ),
        Certainty.DOMESTIC_LAW_ONLY,
    )


def _no_better_than_check(certainty: Certainty) -> Certainty:
    return Certainty.CHECK if certainty is Certainty.SETTLED else certainty
