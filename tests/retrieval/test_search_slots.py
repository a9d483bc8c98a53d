"""As many searches work at a time as there are slots; who waits for something else leaves its slot to others."""

import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from chartwell.retrieval.search_slots import SearchSlots, slot_given_up

_PATIENCE = 20


class Crowd:
    """Counts how many are inside at a time."""

    def __init__(self):
        self._lock = threading.Lock()
        self.inside = self.most = 0

    def __enter__(self):
        with self._lock:
            self.inside += 1
            self.most = max(self.most, self.inside)

    def __exit__(self, *_):
        with self._lock:
            self.inside -= 1


@pytest.mark.parametrize("count", [1, 3])
def test_no_more_are_at_work_than_there_are_slots(count):
    slots, crowd, pause = SearchSlots(count), Crowd(), threading.Event()

    def search(_):
        with slots.held():
            for _ in range(2):
                with crowd:
                    pause.wait(0.005)
                with slot_given_up():
                    pause.wait(0.005)
            with crowd:
                pause.wait(0.005)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(search, range(24)))
    assert crowd.most == count
    assert _is_free(slots)


def test_a_search_that_waits_lets_another_work():
    slots, answered = SearchSlots(1), threading.Event()

    def waits():
        with slots.held(), slot_given_up():
            return answered.wait(_PATIENCE)

    def works():
        with slots.held():
            answered.set()

    with ThreadPoolExecutor(2) as pool:
        waiting = pool.submit(waits)
        pool.submit(works).result(_PATIENCE)
        assert waiting.result(_PATIENCE)


def test_a_thread_that_has_a_slot_needs_no_second():
    slots = SearchSlots(1)
    with slots.held(), slots.held(), SearchSlots(1).held(), slot_given_up():
        assert _is_free(slots)
    assert _is_free(slots)


def test_without_a_slot_there_is_none_to_give_up():
    with slot_given_up(), slot_given_up():
        pass
    slots = SearchSlots(1)
    with slots.held(), slot_given_up(), slot_given_up():
        assert _is_free(slots)
    assert _is_free(slots)


def test_errors_free_the_slot():
    slots = SearchSlots(1)
    with pytest.raises(ValueError, match="outside"), slots.held():
        raise ValueError("outside")
    with pytest.raises(ValueError, match="meanwhile"), slots.held(), slot_given_up():
        raise ValueError("meanwhile")
    assert _is_free(slots)


def test_an_interrupt_while_the_slot_is_awaited_frees_none_that_another_has(monkeypatch):
    slots = SearchSlots(1)

    def interrupted():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), slots.held(), slot_given_up():
        monkeypatch.setattr(slots, "_take", interrupted)
    monkeypatch.undo()
    with slots.held():
        assert not _is_free(slots)
    assert _is_free(slots)


def test_an_interrupt_while_another_has_the_slot_costs_none():
    """As Ctrl-C in a notebook: a signal, whose handler raises in the main thread."""
    slots, taken, done = SearchSlots(1), threading.Event(), threading.Event()

    def works():
        with slots.held():
            taken.set()
            done.wait(_PATIENCE)

    def interrupted(*_):
        raise InterruptedError

    before = signal.signal(signal.SIGUSR1, interrupted)
    other = threading.Thread(target=works, daemon=True)
    other.start()
    try:
        assert taken.wait(_PATIENCE)
        threading.Timer(0.2, signal.pthread_kill, (threading.get_ident(), signal.SIGUSR1)).start()
        with pytest.raises(InterruptedError), slots.held():
            pass
        assert not _is_free(slots)
    finally:
        signal.signal(signal.SIGUSR1, before)
        done.set()
        other.join(_PATIENCE)
    assert _is_free(slots)


def _is_free(slots):
    """Whether another thread gets a slot; where it does not, it has one later, and gives it back at once."""
    got = threading.Event()

    def take():
        with slots.held():
            got.set()

    threading.Thread(target=take, daemon=True).start()
    return got.wait(0.2)
