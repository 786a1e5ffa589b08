"""Steps that tests of endpoints share."""

from fastapi.testclient import TestClient

# It never resolves (RFC 2606): a worker that sends something there leaves this machine alone.
ADDRESS = "https://hooks.example.invalid/landbridge"


def webhook_ready_for(client: TestClient) -> str:
    """Have one endpoint and no other: an organisation may have ten."""
    for known in client.get("/v1/webhooks").json()["items"]:
        client.delete(f"/v1/webhooks/{known['id']}")
    made: str = client.post("/v1/webhooks", json={"url": ADDRESS}).json()["id"]
    return made
