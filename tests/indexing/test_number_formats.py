"""Numbers and dates as spreadsheets display them."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartwell.indexing.loaders.office.number_formats import display_scale, format_number, general, is_date_format

MOMENT = datetime.combine(date(2024, 3, 1), time(14, 5))


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (0.4137, "0.0%", "41.4%"),
        (-1234.5, '"$"#,##0.00_);("$"#,##0.00)', "($1,234.50)"),
        (-1234.5, "#,##0;[Red]-#,##0", "-1,235"),
        (0, '_-* #,##0.00_-;-* #,##0.00_-;_-* "-"??_-;_-@_-', "-"),
        (1234567, "#,##0,", "1,235"),
        (1.5e9, '[$$-409]#,##0.0,,,"bn"', "$1.5bn"),
        (-3.2, "[$€-407] #,##0.0", "-€ 3.2"),
        (56000, '0.0,"千元"', "56.0千元"),
        (5, '0" 万人"', "5 万人"),
        (1234.5, "#,##0.##", "1,234.5"),
        (1234, "#,##0.##", "1,234"),
        (7, "000", "007"),
        (0.5, ".00", ".50"),
        (0, "#", ""),
        (3, ";;;", ""),
        (13800138000, "000-0000-0000", "138-0013-8000"),
        (3.75, "# ?/?", "3 3/4"),
        (0.3, "?/8", "2/8"),
        (12345.678, "0.00E+00", "1.23E+04"),
        (0.00012, "0.0E+00", "1.2E-04"),
        (1200, '[>=1000]0.0,"k";0', "1.2k"),
        (900, '[>=1000]0.0,"k";0', "900"),
        (2.5, "0", "3"),
        (1.005, "0.00", "1.01"),
        (-0.001, "0.0", "0.0"),
        (60, 'General"元"', "60元"),
        (0.1 + 0.2, "General", "0.3"),
        (5, '0"%"', "5%"),
        (1e20, "#,##0", "100,000,000,000,000,000,000"),
        (45383, 'yyyy"年"m"月"d"日"', "2024年4月1日"),
        (45383.5, "m/d/yyyy h:mm AM/PM", "4/1/2024 12:00 PM"),
        (45383.75, "上午/下午h:mm", "下午6:00"),
        (45383, "[$-804]aaaa", "星期一"),
        (45383, "dddd, d mmmm yyyy", "Monday, 1 April 2024"),
        (1.5, "[h]:mm:ss", "36:00:00"),
        (59, "yyyy-mm-dd", "1900-02-28"),
        (61, "yyyy-mm-dd", "1900-03-01"),
        (MOMENT, "mm-dd-yy", "2024-03-01"),
        (MOMENT, "hh:mm:ss.0", "14:05:00"),
        (date(2024, 3, 1), "mmm-yy", "Mar-24"),
        (date(2024, 3, 1), "General", "2024-03-01"),
        (time(13, 5), "h:mm", "13:05"),
        (timedelta(hours=30, minutes=5), "[h]:mm", "30:05"),
        (1e12, "yyyy", "1000000000000"),
    ],
)
def test_values_are_shown_as_their_format_says(value, code, shown):
    assert format_number(value, code) == shown


def test_dates_count_from_1904_where_the_file_says_so():
    assert format_number(0, "yyyy-mm-dd", epoch_1904=True) == "1904-01-01"


def test_what_the_digits_displayed_are_of_the_value():
    assert display_scale("0.0%") == 100
    assert display_scale('#,##0,,"m"') == pytest.approx(1e-6)
    assert display_scale("General") == 1


def test_date_formats_are_told_from_words_in_numbers():
    assert is_date_format("d/m/yyyy")
    assert is_date_format("[h]:mm")
    assert not is_date_format('0.0"days"')
    assert not is_date_format("[Red]0.00")


@given(st.floats(-1e15, 1e15), st.integers(0, 6))
def test_plain_formats_round_to_their_decimals(value, decimals):
    shown = format_number(value, "#,##0." + "0" * decimals if decimals else "#,##0")
    assert abs(float(shown.replace(",", "")) - value) <= 0.5000001 * 10.0**-decimals + abs(value) * 1e-14


@given(
    st.floats() | st.integers() | st.datetimes() | st.times() | st.timedeltas(),
    st.text(alphabet='0#?.,%;"\\[]E+-/ymdhs@_* $€AP年General<>=1', max_size=24),
)
def test_no_value_and_no_code_raise(value, code):
    assert isinstance(format_number(value, code), str)
    assert isinstance(general(value), str)
    display_scale(code)
