"""A progress bar that leaves no trace in the stored output."""

from __future__ import annotations

import os

from IPython.display import HTML, clear_output, display


def progress(items, label="working"):
    """Go through ``items`` and show how many are done; show nothing once all are.

    The bar must be the first thing that the cell shows: clearing takes everything before it.
    Nobody waits for a test, so pytest sees no bar.

    Parameters
    ----------
    items : iterable
    label : str
        What is being done.

    Yields
    ------
    object
        Each of the items.

    Examples
    --------
    >>> [run**2 for run in progress(range(3), "squaring")]
    [0, 1, 4]
    """
    items = list(items)
    if "PYTEST_VERSION" in os.environ:
        yield from items
        return
    bar = display(_bar(label, 0, len(items)), display_id=True)
    try:
        for done, item in enumerate(items):
            yield item
            if bar is not None:
                bar.update(_bar(label, done + 1, len(items)))
    finally:
        if bar is not None:
            clear_output()


def _bar(label, done, total):
    return HTML(f'{label}: <progress value="{done}" max="{total}"></progress> {done} of {total}')
