"""What has to be done on a route, in order, by whom, and under which sectors they are found."""

from matching.jurisdictions.decision import Decision, Question
from matching.jurisdictions.graph import TreatyGraph
from matching.jurisdictions.types import RouteId, RouteKind, Step
from matching.jurisdictions.wording import say

_Steps = tuple[Step, ...]


def plan_steps(kind: RouteKind, question: Question, decision: Decision) -> _Steps:
    """Plan the steps of a decided route, at least two."""
    if kind is RouteKind.DOCUMENT:
        return _document(question, decision)
    if kind is RouteKind.SETTLEMENT:
        return _settlement(question, decision)
    return _decision_of_a_forum(kind, question, decision)


def counsel_of(place: str) -> tuple[str, ...]:
    """Return the professions that act before the courts of a place."""
    return {"CN": ("foreign_related_lawyer",), "HK": ("solicitor", "barrister")}.get(
        place, ("local_counsel",)
    )


def _notary_of(graph: TreatyGraph, place: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if place == "CN":
        return ("notary_office",), ("NOT.NTO",)
    family = graph.family(place)
    if place == "HK" or (family is not None and family.primary == "common"):
        return ("notary_public",), ("NOT.NTP",)
    return ("notary_public",), ("NOT",)


def _share_a_language(question: Question) -> bool:
    # Offices work in the first language; that others are spoken too spares no translation.
    here = question.graph.node(question.origin).languages[:1]
    there = question.graph.node(question.destination).languages[:1]
    return bool(here) and here == there


def _translate(question: Question) -> _Steps:
    if _share_a_language(question):
        return ()
    place = question.graph.name(question.destination)
    return (
        Step(
            "translate",
            question.destination,
            say(
                "Have it translated into a language that {b} accepts, by a certified translator.",
                "由認可譯員譯成{b}接受的語文。",
                b=place,
            ),
            ("certified_translator",),
            ("LNG.LTR",),
        ),
    )


def _decision_of_a_forum(kind: RouteKind, question: Question, decision: Decision) -> _Steps:
    graph = question.graph
    a, b = graph.name(question.origin), graph.name(question.destination)
    counsel = counsel_of(question.destination)
    is_award = kind is RouteKind.AWARD
    if is_award:
        collect = Step(
            "collect",
            question.origin,
            say(
                "Obtain the award and the arbitration agreement in {a}: originals or certified "
                "copies.",
                "在{a}取得裁決書及仲裁協議的正本或核證副本。",
                a=a,
            ),
            ("arbitral_institution", *counsel_of(question.origin)),
            ("DIS.ARB.INS", "DIS.ARB.CNS"),
        )
    else:
        collect = Step(
            "collect",
            question.origin,
            say(
                "Obtain in {a} a certified copy of the judgment, and proof that it is final, can be "
                "enforced there and was served.",
                "在{a}取得判決書核證副本，以及判決已生效、可執行及已送達的證明。",
                a=a,
            ),
            counsel_of(question.origin),
            ("DIS.LIT",),
        )
    steps = [collect, *_translate(question)]
    if decision.route is RouteId.DOMESTIC_LAW_ONLY and not decision.instruments:
        steps.append(
            Step(
                "advise",
                question.destination,
                say(
                    "Ask counsel in {b} whether its own law recognises it, or whether a new claim "
                    "must be brought there.",
                    "請{b}律師說明當地法律會否承認，或是否須另行起訴。",
                    b=b,
                ),
                counsel,
                ("DIS.ENF",),
            )
        )
    if question.pair == frozenset({"CN", "HK"}) and decision.instruments and is_award:
        steps.append(
            Step(
                "preserve",
                question.destination,
                say(
                    "Ask the court in {b} to preserve assets, before or after the application is "
                    "accepted.",
                    "可在受理申請之前或之後，請求{b}法院採取保全措施。",
                    b=b,
                ),
                counsel,
                ("DIS.INT",),
            )
        )
    verb = (
        say("Register the judgment", "申請登記判決")
        if decision.route is RouteId.HK_FJREO
        else say("Apply for recognition and enforcement", "申請承認（認可）和執行")
    )
    steps += [
        Step(
            "apply",
            question.destination,
            say("{v} at the competent court in {b}.", "向{b}有管轄權的法院{v}。", v=verb, b=b),
            counsel,
            ("DIS.ENF",),
        ),
        Step(
            "enforce",
            question.destination,
            say(
                "Enforce against the debtor's assets in {b}.", "對債務人在{b}的資產強制執行。", b=b
            ),
            counsel,
            ("DIS.ENF", "DIS.DBT"),
        ),
    ]
    return tuple(steps)


def _settlement(question: Question, decision: Decision) -> _Steps:
    graph = question.graph
    b = graph.name(question.destination)
    counsel = counsel_of(question.destination)
    collect = Step(
        "collect",
        question.origin,
        say(
            "Have the settlement signed by the parties, and have the mediator or the institution "
            "attest that it came from mediation.",
            "由各方簽署和解協議，並由調解員或調解機構證明協議出自調解。",
        ),
        ("mediator", "mediation_institution"),
        ("DIS.MED.INS", "DIS.MED.MDR"),
    )
    apply = Step(
        "apply",
        question.destination,
        say(
            "Ask the competent authority in {b} for relief under the convention.",
            "向{b}主管機關請求依公約給予救濟。",
            b=b,
        ),
        counsel,
        ("DIS.ENF",),
    )
    if decision.route is RouteId.SINGAPORE_CONVENTION:
        return (collect, *_translate(question), apply)
    steps = [collect]
    if question.destination == "CN":
        steps.append(
            Step(
                "confirm",
                "CN",
                say(
                    "In Mainland China, turn it into something that can be enforced: judicial "
                    "confirmation, an enforceable notarial instrument, or a consent award.",
                    "在中國內地轉為可執行的文書：司法確認、賦予強制執行效力的公證，或按和解協議作出的裁決。",
                ),
                ("foreign_related_lawyer", "notary_office", "mediation_institution"),
                ("DIS.MED.INS", "NOT.NTO", "DIS.ARB.CNS"),
            )
        )
    else:
        steps.append(
            Step(
                "consent_award",
                question.origin,
                say(
                    "If arbitration was begun, ask the tribunal to record the settlement as an "
                    "award on agreed terms: it then travels as an award.",
                    "若已展開仲裁，可請仲裁庭按和解條款作出裁決，其後即按裁決的途徑執行。",
                ),
                ("arbitrator", *counsel_of(question.origin)),
                ("DIS.ARB.CNS", "DIS.ARB.TRB"),
            )
        )
    steps.append(
        Step(
            "sue_on_contract",
            question.destination,
            say(
                "Otherwise enforce it as a contract before the courts of {b}.",
                "否則只可作為合約在{b}法院起訴執行。",
                b=b,
            ),
            counsel,
            ("DIS.LIT",),
        )
    )
    return tuple(steps)


def _document(question: Question, decision: Decision) -> _Steps:
    graph = question.graph
    a, b = graph.name(question.origin), graph.name(question.destination)
    notaries, notary_sectors = _notary_of(graph, question.origin)
    notarise = Step(
        "notarise",
        question.origin,
        say(
            "Have the document notarised in {a}, or a copy certified, unless it is a public "
            "document already.",
            "在{a}辦理公證或核證副本；本身屬公文書者除外。",
            a=a,
        ),
        notaries,
        notary_sectors,
    )
    submit = Step(
        "submit",
        question.destination,
        say("Hand it to the body in {b} that asked for it.", "交予{b}的收件機關。", b=b),
    )
    if decision.route is RouteId.CAAO:
        return (
            Step(
                "attest",
                "HK",
                say(
                    "Have the document attested by a China-Appointed Attesting Officer.",
                    "由中國委托公證人辦理證明文書。",
                ),
                ("caao",),
                ("NOT.CAA",),
            ),
            Step(
                "transmit",
                "HK",
                say(
                    "Have it reviewed and sealed for transmission by China Legal Service (H.K.) "
                    "Limited.",
                    "送中國法律服務（香港）有限公司審核並加章轉遞。",
                ),
                ("caao",),
                ("NOT.CAA",),
            ),
            submit,
        )
    if decision.route is RouteId.APOSTILLE:
        middle: _Steps = (
            Step(
                "apostille",
                question.origin,
                say(
                    "Obtain an apostille from the competent authority of {a}.",
                    "向{a}主管機關申請加簽（Apostille）。",
                    a=a,
                ),
                ("apostille_authority", *notaries),
                ("NOT.APO",),
            ),
        )
    elif decision.route is RouteId.CONSULAR_LEGALISATION:
        middle = (
            Step(
                "authenticate",
                question.origin,
                say(
                    "Have the foreign affairs office that is competent for {a} authenticate it.",
                    "由主管{a}的外交（外事）機關認證。",
                    a=a,
                ),
                ("foreign_affairs_office",),
                ("NOT.CLG",),
            ),
            Step(
                "legalise",
                question.origin,
                say(
                    "Have the embassy or consulate of {b} legalise it.",
                    "由{b}駐當地使領館辦理領事認證。",
                    b=b,
                ),
                ("consulate",),
                ("NOT.CLG",),
            ),
        )
    else:
        middle = (
            Step(
                "verify",
                question.destination,
                say(
                    "Ask the receiving body in {b} which form it accepts and how it verifies it.",
                    "請向{b}收件機關查明接受何種格式及如何核驗。",
                    b=b,
                ),
                notaries,
                ("NOT.VER",),
            ),
        )
    return (notarise, *middle, *_translate(question), submit)
