"""The words for reasons that rest on who has been asked before: firms of one home, one client."""

from matching.citing import Said, nearest, pieces
from matching.features.context import MatchContext, targets_of
from matching.names import Names
from matching.types import Candidate, Sentence


def say_home_firms(
    context: MatchContext, row: int, candidate: Candidate, names: Names
) -> Said | None:
    """Say how much of the work in the targets firms from the candidate's home have done."""
    home = candidate.home_jurisdiction
    if home is None:
        return None
    work = context.work_of_homes
    n, total = int(work[context.index.home_of[row]]), int(work.sum())
    at = names.places([home])
    place = names.places(targets_of(context.query))
    if not n:
        return (
            Sentence(
                f"Firms based in {at.en} are known for work like this elsewhere",
                f"设在{at.zh_hans}的机构在其他地方做过类似工作",
                f"設於{at.zh_hant}的機構在其他地方做過類似工作",
            ),
            (),
        )
    return (
        Sentence(
            f"Firms based in {at.en} did {n} of {pieces(total)} of past work in {place.en}",
            f"{place.zh_hans}的{total}项过往工作中，{n}项由设在{at.zh_hans}的机构完成",
            f"{place.zh_hant}的{total}項過往工作中，{n}項由設於{at.zh_hant}的機構完成",
        ),
        (),
    )


def say_served_client(
    context: MatchContext, row: int, _candidate: Candidate, _names: Names
) -> Said | None:
    """Say how often the candidate has worked for who asks now, and cite that work."""
    rows = context.index.evidence_of(row)
    work = rows[context.for_client[rows] & ~context.index.is_statement[rows]]
    n = work.size
    if not n:
        return None
    return (
        Sentence(
            f"Has worked for this client before: {pieces(n)} of past work",
            f"此前曾为同一委托方工作：{n}项",
            f"此前曾為同一委託方工作：{n}項",
        ),
        nearest(context, work),
    )
