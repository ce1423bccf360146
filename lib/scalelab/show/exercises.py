"""An exercise's check: it never raises, and says in words what is not right yet.

::

    @exercise("share")
    def check_share(says):
        says(len(share) == 4, "give one share for each of the four servers")
        says(abs(sum(share) - 1) < 1e-9, "the shares do not add up to 1")

The check runs where it is defined, so the starter cell above it is judged at once.
Called again after another answer, it judges that one.
"""

from __future__ import annotations

from .records import show

MIME = "application/vnd.scalelab.check+json"


class _Stop(Exception):
    """The first thing wrong ends the check: later ones may depend on it."""


def exercise(name):
    """Make a function that judges an answer, and judge the answer there is now.

    Parameters
    ----------
    name : str
        The exercise's name, as in the notebook's cell metadata.

    Returns
    -------
    decorator
        It takes ``check(says)``, where ``says(condition, words)`` ends the check with
        ``words`` if the condition is false, and returns ``check()`` to be called again.
    """
    if not isinstance(name, str) or not name.strip():
        raise ValueError("name is empty: an exercise is known by its name")

    def decorate(check):
        def run():
            problem = _problem(check)
            _show(name, problem)

        run.__name__ = check.__name__
        run.__doc__ = check.__doc__
        run()
        return run

    return decorate


def _problem(check):
    def says(condition, words):
        if not condition:
            raise _Stop(words)

    try:
        check(says)
    except _Stop as stop:
        return str(stop)
    except NotImplementedError as error:
        return str(error) or "the answer is still to be written"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


def _show(name, problem):
    passed = problem is None
    record = {"exercise": name, "passed": passed, "says": [] if passed else [problem]}
    line = f"✓ **{name}**: passed" if passed else f"○ **{name}**: not yet: {problem}"
    show(MIME, record, line)
