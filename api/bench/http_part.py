"""Requests per second of `POST /v1/match`, beside an endpoint that returns the same bytes unasked."""

from collections.abc import Sequence

import numpy as np
import orjson

from api.bench.client import Client, Drive, as_request, ask_all
from api.bench.database import maker_of
from api.bench.options import Options
from api.bench.serving import BARE, serving
from matching.evaluation.bench.demand import Need, make_needs

# More texts than a server remembers, so that each is new to it whenever its turn comes.
UNSEEN_NEEDS = 6_000
_UNSEEN_SERIES = 2
_WARM_SECONDS = 0.5


def match_requests(needs: Sequence[Need]) -> list[bytes]:
    """Write needs down as requests for a match."""
    return [as_request("POST", "/v1/match", orjson.dumps(need.fields())) for need in needs]


def measure_http(options: Options) -> dict[str, object]:
    """Drive one server process with matches and bare answers in turn, then with texts never seen."""
    maker = maker_of(options.shape)
    needs = make_needs(maker, options.needs)
    bodies = [orjson.dumps(need.fields()) for need in needs]
    requests = match_requests(needs)
    unseen = match_requests(make_needs(maker, UNSEEN_NEEDS, series=_UNSEEN_SERIES))
    bare = [as_request("POST", f"{BARE}/{i}", body) for i, body in enumerate(bodies)]
    messages = {"match": requests, "bare": bare, "unseen": unseen}
    with serving(options.settings) as server, Client(messages) as client:
        # After this the vectors of all texts are known, and so are the answers.
        answers = ask_all(server.port, requests)
        ask_all(
            server.port,
            [as_request("PUT", f"{BARE}/{i}", answer) for i, answer in enumerate(answers)],
        )
        for name in ("match", "bare"):
            client.drive(server.port, name, 2, _WARM_SECONDS)
        matches = {count: list[Drive]() for count in options.connections}
        bares = {count: list[Drive]() for count in options.connections}
        news = {count: list[Drive]() for count in options.connections}
        skip = 0
        for _ in range(options.rounds):
            for count in options.connections:
                for name, kept in (("match", matches), ("bare", bares)):
                    one = client.drive(server.port, name, count, options.seconds, skip=skip)
                    kept[count].append(one)
                    skip += len(one.times)
        skip = 0
        for _ in range(options.rounds):
            for count in options.connections:
                one = client.drive(server.port, "unseen", count, options.seconds, skip=skip)
                news[count].append(one)
                skip += len(one.times)
    return {
        "answer_bytes": int(np.mean([len(answer) for answer in answers])),
        "connections": {
            str(count): {
                "match": _figures(matches[count]),
                "bare": _figures(bares[count]),
                "share_of_bare": round(_share(matches[count], bares[count]), 4),
                "unseen": _figures(news[count]),
            }
            for count in options.connections
        },
    }


def _figures(rounds: Sequence[Drive]) -> dict[str, float]:
    return {
        "per_second": round(float(np.median([one.per_second for one in rounds])), 2),
        "p50_ms": _percentile(rounds, 50),
        "p99_ms": _percentile(rounds, 99),
        "client_busy": round(float(np.median([one.busy for one in rounds])), 3),
    }


def _percentile(rounds: Sequence[Drive], which: float) -> float:
    each = [float(np.percentile(one.times, which)) for one in rounds]
    return round(float(np.median(each)) * 1e3, 3)


def _share(matches: Sequence[Drive], bares: Sequence[Drive]) -> float:
    """The median of the rounds' shares: both of a round met the same machine."""
    pairs = zip(matches, bares, strict=True)
    return float(np.median([match.per_second / bare.per_second for match, bare in pairs]))
