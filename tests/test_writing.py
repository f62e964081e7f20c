"""Writers wait their turn for a bounded time, and index files are written behind them."""

import asyncio
import threading
import time

import pytest

from api.http.checkpoints import Checkpoints
from api.http.writing import Queue
from index.errors import PinciteError
from index.turns import LibraryBusy


def test_a_turn_is_waited_for_a_bounded_time_and_then_free_for_the_next() -> None:
    async def wait() -> None:
        queue = Queue(wait_seconds=0.05)
        await queue.enter()
        with pytest.raises(LibraryBusy, match=r"others have been changing the library for 0\.05 s; try again"):
            await queue.enter()
        queue.leave()
        await queue.enter()
        queue.leave()

    asyncio.run(wait())


def test_writers_come_in_the_order_in_which_they_asked() -> None:
    order: list[int] = []

    async def write(queue: Queue, number: int) -> None:
        await queue.enter()
        await asyncio.sleep(0)
        order.append(number)
        queue.leave()

    async def all_of_them() -> None:
        queue = Queue()
        await asyncio.gather(*(write(queue, number) for number in range(5)))

    asyncio.run(all_of_them())
    assert order == [0, 1, 2, 3, 4]


def test_many_writes_are_one_checkpoint_once_they_pause() -> None:
    made: list[float] = []
    done = threading.Event()

    def checkpoint() -> None:
        made.append(time.monotonic())
        done.set()

    checkpoints = Checkpoints(checkpoint, quiet_seconds=0.3)
    checkpoints.start()
    for _ in range(10):
        last = time.monotonic()
        checkpoints.due()
        time.sleep(0.01)
    assert done.wait(30)
    checkpoints.stop()
    assert len(made) == 1
    assert made[0] - last >= 0.3


def test_a_checkpoint_that_fails_is_logged_and_the_next_is_made(caplog: pytest.LogCaptureFixture) -> None:
    made: list[int] = []
    done = threading.Semaphore(0)

    def checkpoint() -> None:
        made.append(len(made))
        done.release()
        if len(made) == 1:
            raise PinciteError("the disk is full", remedy="free some")

    checkpoints = Checkpoints(checkpoint, quiet_seconds=0)
    checkpoints.start()
    for _ in range(2):
        checkpoints.due()
        assert done.acquire(timeout=30)
    checkpoints.stop()
    assert made == [0, 1]
    assert [one.message for one in caplog.records] == ["the index files could not be brought up to date"]


def test_nothing_is_checkpointed_after_the_end() -> None:
    made: list[int] = []
    checkpoints = Checkpoints(lambda: made.append(1), quiet_seconds=30)
    checkpoints.start()
    checkpoints.due()
    checkpoints.stop()
    assert made == []
