"""Small delimited files, well-formed and broken, for tests of the CSV readers."""

from hypothesis import strategies as st

SCRAPS = [
    "a",
    "1",
    "ü",
    " ",
    ",",
    '"',
    '""',
    ",,",
    "\n",
    "\r\n",
    "\r",
    "\n\n",
    '"x"',
    '","',
    ',"',
    '",',
    "\t",
    "\\",
    "\0",
]

ragged_text = st.lists(st.sampled_from(SCRAPS), max_size=14).map("".join)
"""Text that is rarely a table: surplus quotes, delimiters, blank lines and mixed line ends."""

_cell = st.sampled_from(
    ["", "1", "ab", "ü", " x ", '""', '"a"', '"a,b"', '"a""b"', '"l\nm"', '"l\r\nm"', '"l\rm"', '""""']
)
_tidy_row = st.lists(_cell, min_size=3, max_size=3).map(",".join)
_odd_row = st.sampled_from(
    ["", ",", "1,2", "1,2,3,", ",,,", '"1,2,3', '1,2,"3', 'a"b,2,3', '"a"b,2,3', '1, "2",3', "1,2,3\r", "\ufeff1,2,3"]
)


@st.composite
def nearly_regular_files(draw: st.DrawFn) -> bytes:
    """A table of three columns, mostly tidy, with here and there a line that is not."""
    header = draw(st.sampled_from(["a,b,c", '"a",b,c', "a,b,c", 'a,"b\nb",c', "\ufeffa,b,c", '\ufeff"a",b,c']))
    rows = draw(st.lists(st.one_of(_tidy_row, _tidy_row, _tidy_row, _tidy_row, _odd_row), max_size=6))
    end = draw(st.sampled_from(["\n", "\r\n", "\n", "\r"]))
    text = end.join([header, *rows]) + draw(st.sampled_from([end, end, "", "\n", end + end]))
    return text.encode()


ragged_files = st.builds(
    lambda head, body: (head + body).encode(), st.sampled_from(["a,b,c\n", "a,b,c\r\n", "a,b\n", ""]), ragged_text
)
tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), min_size=width, max_size=width),
        min_size=1,
        max_size=6,
    )
)
"""Rows of any text at all, to be written by Python's own csv writer."""
