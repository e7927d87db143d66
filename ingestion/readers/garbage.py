"""The pause of Python's search for garbage cycles while millions of small objects are made that hold none.

Belongs here: this one switch. Never: reading itself.

It makes reading half as fast again; reference counting goes on as always.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_garbage_search() -> Iterator[None]:
    """Pause the search, and take it up again only if it was on before."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
