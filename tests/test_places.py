"""Places at work, and the queue for them."""

import asyncio
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.http.places import Gone, Limits, Overloaded, Places

LONG = 60_000.0


class Asker:
    """Someone who asks: takes a place, works until told to finish, and says how it ended."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self.finish, self.leave = asyncio.Event(), asyncio.Event()
        self.state = "new"
        self.task = asyncio.create_task(self._ask())

    async def _gone(self) -> None:
        await self.leave.wait()

    async def _ask(self) -> None:
        self.state = "waiting"
        try:
            async with self._places.taken(self._gone):
                self.state = "working"
                await self.finish.wait()
            self.state = "answered"
        except Overloaded:
            self.state = "refused"
        except Gone:
            self.state = "gone"
        except asyncio.CancelledError:
            self.state = "cancelled"


async def settled() -> None:
    """Let every task go as far as it can."""
    for _ in range(10):
        await asyncio.sleep(0)


async def asking(places: Places, number: int) -> list[Asker]:
    askers = []
    for _ in range(number):
        askers.append(Asker(places))
        await settled()
    return askers


def states(askers: list[Asker]) -> list[str]:
    return [asker.state for asker in askers]


def test_so_many_work_so_many_wait_and_the_rest_is_refused_at_once() -> None:
    async def scenario() -> None:
        places = Places(Limits(2, 2, LONG))
        askers = await asking(places, 6)
        assert states(askers) == ["working", "working", "waiting", "waiting", "refused", "refused"]
        assert (places.working, places.waiting) == (2, 2)
        askers[1].finish.set()
        await settled()
        assert states(askers[:4]) == ["working", "answered", "working", "waiting"]
        for asker in askers:
            asker.finish.set()
        await settled()
        assert states(askers) == ["answered"] * 4 + ["refused"] * 2
        assert (places.working, places.waiting) == (0, 0)

    asyncio.run(scenario())


def test_whoever_waits_too_long_is_refused_and_leaves_the_queue() -> None:
    async def scenario() -> None:
        places = Places(Limits(1, 1, 1.0))
        askers = await asking(places, 2)
        await askers[1].task
        assert states(askers) == ["working", "refused"]
        assert (places.working, places.waiting) == (1, 0)

    asyncio.run(scenario())


@pytest.mark.parametrize("cancelled", [False, True])
def test_whoever_goes_away_while_waiting_leaves_the_queue_to_the_others(cancelled: bool) -> None:
    async def scenario() -> None:
        places = Places(Limits(1, 2, LONG))
        askers = await asking(places, 3)
        assert states(askers) == ["working", "waiting", "waiting"]
        if cancelled:
            askers[1].task.cancel()
        else:
            askers[1].leave.set()
        await settled()
        assert states(askers) == ["working", "cancelled" if cancelled else "gone", "waiting"]
        askers[0].finish.set()
        await settled()
        assert states(askers)[2] == "working"
        assert (places.working, places.waiting) == (1, 0)

    asyncio.run(scenario())


@pytest.mark.parametrize("cancelled", [False, True])
def test_a_place_that_comes_as_its_asker_goes_is_given_to_the_next(cancelled: bool) -> None:
    async def scenario() -> None:
        places = Places(Limits(1, 2, LONG))
        askers = await asking(places, 3)
        askers[0].finish.set()
        if cancelled:
            await askers[0].task
            askers[1].task.cancel()
        else:
            askers[1].leave.set()
        await settled()
        assert states(askers) == ["answered", "cancelled" if cancelled else "gone", "working"]
        assert (places.working, places.waiting) == (1, 0)

    asyncio.run(scenario())


@given(
    st.integers(1, 3),
    st.integers(0, 3),
    st.lists(st.tuples(st.sampled_from(["ask", "finish", "leave", "cancel"]), st.integers(0, 9), st.booleans())),
)
def test_no_place_is_lost_and_none_is_given_twice(
    working: int, waiting: int, steps: list[tuple[str, int, bool]]
) -> None:
    async def scenario() -> None:
        places = Places(Limits(working, waiting, LONG))
        askers: list[Asker] = []
        for step, which, settle in steps:
            if step == "ask":
                askers.append(Asker(places))
            elif askers:
                asker = askers[which % len(askers)]
                {"finish": asker.finish.set, "leave": asker.leave.set, "cancel": asker.task.cancel}[step]()
            if settle:
                await settled()
                count = Counter(states(askers))
                assert (count["working"], count["waiting"]) == (places.working, places.waiting)
                assert places.working <= working
                assert places.waiting <= (waiting if places.working == working else 0)
        for asker in askers:
            asker.finish.set()
        await asyncio.gather(*(asker.task for asker in askers), return_exceptions=True)
        assert (places.working, places.waiting) == (0, 0)

    asyncio.run(scenario())


def test_after_a_refusal_no_more_wait_than_work_for_a_second() -> None:
    async def scenario() -> None:
        now = 0.0
        places = Places(Limits(1, 3, LONG), clock=lambda: now)
        burst = await asking(places, 5)
        assert states(burst) == ["working", "waiting", "waiting", "waiting", "refused"]
        for asker in burst[:3]:
            asker.finish.set()
        await settled()
        assert (places.working, places.waiting) == (1, 0)
        now = 0.75
        assert states(await asking(places, 2)) == ["waiting", "refused"]
        now = 1.5
        assert states(await asking(places, 1)) == ["refused"]
        now = 2.5
        assert states(await asking(places, 3)) == ["waiting", "waiting", "refused"]

    asyncio.run(scenario())
