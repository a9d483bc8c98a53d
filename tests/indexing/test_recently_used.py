"""What was used last is kept, as far as there is room for it."""

from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from chartwell.indexing.recently_used import RecentlyUsed

SIZES = st.dictionaries(st.integers(0, 9), st.text(max_size=8), max_size=4)


@given(st.lists(SIZES), st.integers(0, 20))
def test_what_is_known_is_what_was_kept_last_and_fits(steps, room):
    cache = RecentlyUsed(room, len)
    latest, fitted = {}, True
    for values in steps:
        cache.keep(values)
        latest |= values
        fitted = fitted and sum(map(len, latest.values())) <= room
        found = cache.known(range(10))
        assert found.items() <= latest.items()
        assert sum(map(len, found.values())) <= room
        if fitted:
            assert found == latest


def test_those_used_longest_ago_go_first():
    cache = RecentlyUsed(2)
    cache.keep({1: "one", 2: "two"})
    assert cache.known([1, 1, 9]) == {1: "one"}
    cache.keep({3: "three"})
    assert cache.known([1, 2, 3]) == {1: "one", 3: "three"}
    cache.keep({1: "uno"})
    cache.keep({4: "four"})
    assert cache.known([1, 3, 4]) == {1: "uno", 4: "four"}


def test_what_is_larger_than_the_room_is_not_kept():
    cache = RecentlyUsed(3, len)
    cache.keep({1: "a"})
    cache.keep({2: "abcdefgh"})
    assert cache.known([1, 2]) == {1: "a"}
    cache.keep({1: "abcd"})
    assert cache.known([1]) == {}
    cache.keep({3: "abc"})
    assert cache.known([3]) == {3: "abc"}


def test_several_threads_leave_it_in_order():
    cache = RecentlyUsed(50, len)

    def work(seed):
        for number in range(2_000):
            key = (seed * number) % 40
            cache.keep({key: "x" * (key % 7)})
            cache.known([key, number % 40])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(1, 5)))
    cache.keep(dict.fromkeys(range(40), "x"))
    assert cache.known(range(40)) == dict.fromkeys(range(40), "x")
