"""How scanned pages lie: quarter turns and skew are found, and boxes lead back to the page as displayed."""

import math

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartwell.indexing.documents import Box
from chartwell.indexing.scans.pose import Pose, find_pose


def page_of_print(seed=0, height=1100, width=850):
    """Black words in rows on white paper."""
    chance = np.random.default_rng(seed)
    pixels = np.full((height, width, 3), 255, np.uint8)
    for row in range(80, height - 80, 22):
        x = 70
        while x < width - 120:
            length = int(chance.integers(15, 60))
            for letter in range(x, x + length, 8):
                tall = int(chance.integers(7, 12))
                pixels[row - tall : row, letter : letter + 5] = 20
            x += length + 9
    return pixels


def spoilt(pixels, turns, skew):
    """Turned and skewed clockwise, on a white ground."""
    height, width = pixels.shape[:2]
    return Pose(width, height, turns, skew).upright(pixels)


@pytest.mark.parametrize("turns", [0, 1])
@pytest.mark.parametrize("skew", [-9.5, -3.0, -0.6, 0.0, 1.2, 8.0])
def test_skew_and_quarter_turns_are_found(turns, skew):
    found = find_pose(spoilt(page_of_print(), turns, skew))
    assert found.turns == turns
    assert found.skew == pytest.approx(-skew, abs=0.2)


def test_straight_pages_blank_ones_and_specks_stay_as_they_are():
    blank = np.full((600, 400, 3), 255, np.uint8)
    speck = blank.copy()
    speck[20:24, 30:36] = 0
    noise = np.random.default_rng(1).integers(0, 255, (600, 400, 3), np.uint8)
    tiny = np.zeros((9, 9, 3), np.uint8)
    for pixels in (page_of_print(), blank, speck, noise, tiny):
        assert find_pose(pixels).is_upright


@given(
    turns=st.integers(0, 3),
    skew=st.floats(-10, 10).map(lambda angle: round(angle, 1)),
    x=st.integers(40, 240),
    y=st.integers(40, 340),
)
def test_a_mark_found_on_the_upright_picture_leads_back_to_its_place(turns, skew, x, y):
    pixels = np.full((400, 300, 3), 255, np.uint8)
    cv2.rectangle(pixels, (x - 6, y - 4), (x + 6, y + 4), (0, 0, 0), -1)
    pose = Pose(300, 400, turns, skew)
    upright = pose.upright(pixels)
    assert (upright.shape[1], upright.shape[0]) == pose.upright_size
    rows, columns = np.nonzero(upright[:, :, 0] < 128)
    width, height = pose.upright_size
    box = Box(columns.min() / width, rows.min() / height, (columns.max() + 1) / width, (rows.max() + 1) / height)
    back = pose.displayed(box)
    room = 3 + 14 * abs(math.sin(math.radians(skew)))
    assert back.x0 * 300 == pytest.approx(x - 6, abs=room)
    assert back.x1 * 300 == pytest.approx(x + 7, abs=room)
    assert back.y0 * 400 == pytest.approx(y - 4, abs=room)
    assert back.y1 * 400 == pytest.approx(y + 5, abs=room)
