"""What a server has acknowledged, written down by whoever asked for it."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from enterprises.importing import need_id
from providers.importing.supply import provider_id
from tools.drills.http import Answer, Client, NoAnswer
from tools.drills.world import SOURCE, need_text, provider_row, providers_table

ROWS_OF_FILE = 6
KINDS = ("needs", "judgements", "preferences", "recommendations", "outcomes")
_IN_HAND = {"waiting", "applying"}


@dataclass
class Ledger:
    """Acknowledged writes by kind and id, each with what must be found.

    Attributes:
        written: by kind of write, by id: what was sent.
        imports: by id: the label of the firms in the file, and whether it was confirmed.
        refused: answers that were no 2xx, by kind and status.
        unanswered: requests that nobody answered; they may or may not be done.
        waits: seconds that each acknowledged write took.
    """

    written: dict[str, dict[str, dict[str, Any]]] = field(
        default_factory=lambda: {kind: {} for kind in KINDS}
    )
    imports: dict[str, "Sent"] = field(default_factory=dict[str, "Sent"])
    refused: Counter[str] = field(default_factory=Counter[str])
    unanswered: int = 0
    waits: list[float] = field(default_factory=list[float])
    lock: Lock = field(default_factory=Lock)

    def count(self) -> int:
        """Return how many writes were acknowledged."""
        confirmed = sum(sent.is_confirmed for sent in self.imports.values())
        return sum(map(len, self.written.values())) + len(self.imports) + confirmed


@dataclass
class Sent:
    """A file that was accepted."""

    label: str
    is_confirmed: bool = False


class Writer:
    """Asks for one write after the other with a connection of its own."""

    def __init__(
        self, ledger: Ledger, name: str, seed: int, *, providers: int, is_matched: bool = True
    ) -> None:
        """Prepare.

        Args:
            ledger: where acknowledged writes are noted.
            name: of the writer, part of what it writes.
            seed: of the order of writes.
            providers: how many made-up firms there are.
            is_matched: whether it writes what needs the engine too, for which a server that has just
                begun lets it wait.
        """
        self._is_matched = is_matched
        self._ledger = ledger
        self._name = name
        self._chance = random.Random(seed)  # noqa: S311 which write comes next, not secrets
        self._providers = providers
        self._number = 0
        self._shown: tuple[str, str] | None = None
        self.on_acknowledged: Callable[[], None] = lambda: None

    def write(self, client: Client) -> None:
        """Ask for one write.

        Raises:
            NoAnswer: the server is gone.
        """
        self._number += 1
        steps = [self._judgement, self._preference, self._import, self._need, self._outcome]
        weights = [4, 3, 2, 4 * self._is_matched, 2 * self._is_matched]
        try:
            self._chance.choices(steps, weights)[0](client)
        except NoAnswer:
            with self._ledger.lock:
                self._ledger.unanswered += 1
            raise

    def _keep(self, kind: str, answer: Answer, sent: dict[str, Any]) -> str | None:
        with self._ledger.lock:
            if not answer.is_acknowledged:
                self._ledger.refused[f"{kind} {answer.status}"] += 1
                return None
            self._ledger.waits.append(answer.seconds)
            made: str = answer.document["id"]
            self._ledger.written[kind][made] = sent
        self.on_acknowledged()
        return made

    def _need(self, client: Client) -> None:
        text = f"{need_text(self._number)}, {self._name}"
        answer = client.ask("POST", "/v1/needs", {"text": text})
        self._keep("needs", answer, {"text": text})

    def _some_provider(self) -> str:
        return str(provider_id(SOURCE, f"s{self._chance.randrange(self._providers)}"))

    def _judgement(self, client: Client) -> None:
        sent = {
            "need_id": str(need_id(SOURCE, "n0")),
            "provider_id": self._some_provider(),
            "judge_id": f"{self._name}-{self._number}",
            "grade": self._number % 4,
        }
        self._keep("judgements", client.ask("POST", "/v1/judgements", sent), sent)

    def _preference(self, client: Client) -> None:
        better = self._chance.randrange(self._providers)
        sent = {
            "need_id": str(need_id(SOURCE, "n1")),
            "better_id": str(provider_id(SOURCE, f"s{better}")),
            "worse_id": str(provider_id(SOURCE, f"s{(better + 1) % self._providers}")),
            "judge_id": f"{self._name}-{self._number}",
        }
        self._keep("preferences", client.ask("POST", "/v1/preferences", sent), sent)

    def _outcome(self, client: Client) -> None:
        if self._shown is None:
            need = str(need_id(SOURCE, "n2"))
            answer = client.ask("POST", f"/v1/needs/{need}/recommendations", {"top": 3})
            made = self._keep("recommendations", answer, {"need_id": need})
            if made is not None:
                shown: str = answer.document["result"]["ranked"][0]["provider"]["id"]
                self._shown = (made, shown)
            return
        sent = {
            "recommendation_id": self._shown[0],
            "provider_id": self._shown[1],
            "enterprise_id": f"{self._name}-{self._number}",
            "kind": "shortlisted",
        }
        self._keep("outcomes", client.ask("POST", "/v1/outcomes", sent), sent)

    def _import(self, client: Client) -> None:
        label = f"{self._name}-{self._number}-"
        table = providers_table(provider_row(row, label) for row in range(ROWS_OF_FILE))
        path = f"/v1/imports?kind=providers&source={SOURCE}&file_name={label}.csv"
        answer = client.ask("POST", path, table, {"Content-Type": "text/csv"})
        with self._ledger.lock:
            if not answer.is_acknowledged:
                self._ledger.refused[f"imports {answer.status}"] += 1
                return
            self._ledger.waits.append(answer.seconds)
            self._ledger.imports[answer.document["id"]] = Sent(label)
        self.on_acknowledged()


def confirm_what_is_checked(ledger: Ledger, client: Client) -> int:
    """Confirm the imports whose files were looked at; return how many are not yet.

    Raises:
        NoAnswer: the server is gone.
    """
    with ledger.lock:
        waiting = [name for name, sent in ledger.imports.items() if not sent.is_confirmed]
    left = 0
    for import_id in waiting:
        answer = client.ask("GET", f"/v1/imports/{import_id}")
        if answer.status != 200 or answer.document["state"] in _IN_HAND - {"applying"}:
            left += 1
            continue
        answer = client.ask("POST", f"/v1/imports/{import_id}/confirm")
        with ledger.lock:
            if answer.is_acknowledged:
                ledger.imports[import_id].is_confirmed = True
            else:
                left += 1
                ledger.refused[f"confirm {answer.status}"] += 1
    return left
