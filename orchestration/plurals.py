"""How many of a thing, in words.

Belongs here: that, and nothing else.
"""


def counted(count: int, noun: str) -> str:
    """`1 row`, `2,000 rows`."""
    return f"{count:,} {noun}{'s' * (count != 1)}"
