import pytest
from redis import Redis, RedisError

from api.manners.addresses import is_within, one_caller, read_networks
from api.manners.call_counts import WINDOW_SECONDS, CallCounts, SharedCounts
from api.sign_in_counts import PER_ACCOUNT, SignInCounts, TooManyAttempts
from tests.jobs.conftest import redis_url

__all__ = ["redis_url"]  # a fixture

START = 1_000 * WINDOW_SECONDS


class Clock:
    def __init__(self) -> None:
        self.now = float(START)

    def __call__(self) -> float:
        return self.now


def allowed(counts: CallCounts, caller: str = "a", *, calls: int) -> int:
    return sum(counts.count(caller).is_allowed for _ in range(calls))


def test_so_many_calls_are_allowed_and_no_more() -> None:
    counts = CallCounts(5, clock=Clock())

    assert [counts.count("a").left for _ in range(5)] == [4, 3, 2, 1, 0]
    assert not counts.count("a").is_allowed
    assert counts.count("b").is_allowed


def test_a_caller_cannot_have_twice_as_much_around_the_turn_of_a_window() -> None:
    clock = Clock()
    counts = CallCounts(60, clock=clock)
    clock.now += WINDOW_SECONDS - 1
    assert allowed(counts, calls=100) == 60

    clock.now += 2
    assert allowed(counts, calls=100) == 1
    clock.now += 30
    assert allowed(counts, calls=100) == pytest.approx(30, abs=1)


@pytest.mark.parametrize("begun", [0, 1, 17.5, 59])
@pytest.mark.parametrize("limit", [1, 7, 60])
def test_who_waits_as_long_as_told_is_let_in(limit: int, begun: float) -> None:
    clock = Clock()
    counts = CallCounts(limit, clock=clock)
    clock.now += begun
    for _ in range(5):
        while (standing := counts.count("a")).is_allowed:
            pass
        assert 1 <= standing.retry_seconds <= 2 * WINDOW_SECONDS
        clock.now += standing.retry_seconds
        assert counts.count("a").is_allowed


def test_what_others_counted_counts() -> None:
    counts = CallCounts(10, clock=Clock())
    assert allowed(counts, calls=3) == 3
    window, said = counts.unsaid()
    assert said == {"a": 3}

    counts.hear(window, {"a": 9})

    assert allowed(counts, calls=5) == 1


def test_processes_share_through_redis_and_redis_learns_no_address(redis_url: str) -> None:
    clock = Clock()
    one, other = CallCounts(100, clock=clock), CallCounts(100, clock=clock)
    ours = SharedCounts(one, redis_url, "secret")
    theirs = SharedCounts(other, redis_url, "secret")
    address = "203.0.113.7"
    assert allowed(one, address, calls=70) == 70
    assert allowed(other, address, calls=1) == 1

    ours.share()
    theirs.share()

    assert allowed(other, address, calls=100) == 29
    with Redis.from_url(redis_url) as redis:
        (key,) = redis.keys("*")
        assert 0 < redis.ttl(key) <= 2 * WINDOW_SECONDS
        assert address not in str(redis.hgetall(key))
    for shared in (ours, theirs):
        shared.start()
        shared.stop()


def test_attempts_to_sign_in_count_for_all_processes(redis_url: str) -> None:
    clock = Clock()
    one, other = CallCounts(100, clock=clock), CallCounts(100, clock=clock)
    shared = [SharedCounts(counts, redis_url, "secret") for counts in (one, other)]
    here, there = SignInCounts(one), SignInCounts(other)
    for _ in range(PER_ACCOUNT - 1):
        here.count_account("chan")
    there.count_account("chan")

    for each in shared:
        each.share()

    with pytest.raises(TooManyAttempts):
        there.count_account("chan")
    there.count_account("lee")
    for each in shared:
        each.start()
        each.stop()


def test_without_redis_each_counts_for_itself() -> None:
    counts = CallCounts(5, clock=Clock())
    shared = SharedCounts(counts, "redis://127.0.0.1:9/0", "secret")
    assert allowed(counts, calls=3) == 3

    with pytest.raises(RedisError):
        shared.share()

    assert allowed(counts, calls=9) == 2
    shared.start()
    shared.stop()


@pytest.mark.parametrize(
    ("address", "caller"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
    ],
)
def test_addresses_that_cost_nothing_count_as_one(address: str, caller: str) -> None:
    assert one_caller(address) == caller


def test_networks() -> None:
    networks = read_networks(["127.0.0.1", "10.0.0.0/8", "::1"])
    assert is_within("10.1.2.3", networks)
    assert not is_within("11.1.2.3", networks)
    assert not is_within("somebody", networks)
    assert is_within("2001:db8::1", read_networks(["*"]))
