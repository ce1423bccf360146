"""One decorator, `jit`: compiled where numba is installed, plain Python where it is not.

A kernel is one source for both. It keeps its state in numbers, one-dimensional arrays and lists,
so the answer is the same and only the time differs (by a factor of about a hundred). It holds no
Python lock while it runs: two threads simulate two seeds at once.
"""

try:
    import numba
except ImportError:
    compiled = False

    def jit(function):
        """Leave `function` as it is: numba is not installed."""
        return function

else:
    compiled = True

    def jit(function):
        """Compile `function` on its first call, and keep the result on disk."""
        return numba.njit(cache=True, nogil=True)(function)
