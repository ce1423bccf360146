"""One decorator, `jit`: compiled where numba is installed, plain Python where it is not.

A kernel is one source for both. It keeps its state in numbers, lists and what `whole`, `floats`,
`room` and `given` make: arrays where it is compiled, and lists in plain Python, which is slow to
look into an array. So the answer is the same and only the time differs (by a factor of about a
hundred). A kernel holds no Python lock while it runs: two threads simulate two seeds at once.
"""

__all__ = ["jit"]

try:
    import numba
    import numpy as np
except ImportError:
    compiled = False

    def jit(function):
        """Leave `function` as it is: numba is not installed.

        Parameters
        ----------
        function : function

        Examples
        --------
        >>> jit(len)("ab")
        2
        """
        return function

    inline = jit

    def whole(size, value=0):
        """Return so many whole numbers."""
        return [value] * size

    def floats(size):
        """Return so many zeros."""
        return [0.0] * size

    room = floats

    def given(array):
        """Return what is given to a kernel in an array."""
        return array.tolist()

else:
    compiled = True

    def jit(function):
        """Compile `function` on its first call, and keep the result on disk.

        Parameters
        ----------
        function : function
            Of numbers, arrays and tuples of these.

        Examples
        --------
        >>> @jit  # doctest: +SKIP
        ... def total(numbers):
        ...     sum = 0.0
        ...     for number in numbers:
        ...         sum += number
        ...     return sum
        >>> total(np.array([1.0, 2.0]))  # doctest: +SKIP
        3.0
        """
        return numba.njit(cache=True, nogil=True)(function)

    def inline(function):
        """Compile `function` into each kernel that calls it: a call would cost as much again."""
        return numba.njit(cache=True, nogil=True, forceinline=True)(function)

    @inline
    def whole(size, value=0):
        """Return so many whole numbers."""
        return np.full(size, value, np.int64)

    @inline
    def floats(size):
        """Return so many zeros."""
        return np.zeros(size)

    @inline
    def room(size):
        """Return places for so many numbers; only those that are written to take memory."""
        return np.empty(size)

    def given(array):
        """Return what is given to a kernel in an array."""
        return array
