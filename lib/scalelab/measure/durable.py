"""A real part whose data outlives its process: killed, and started again where it was.

>>> import sys
>>> serve = ["-m", "http.server", "--bind", "127.0.0.1"]
>>> part = Durable("file server", lambda port: [sys.executable, *serve, str(port)])
>>> with running([part]):
...     before = part.pid
...     part.kill()
...     part.restart()
...     part.pid != before
True
"""

from .launcher import Part, PartFailed, running

__all__ = ["Durable", "running"]


class Durable(Part):
    """A `Part` that can be killed and started again with the same port and folder.

    The command runs again as it is: it must find out by itself what is already in its folder.
    """

    def kill(self):
        """End the server at once (SIGKILL), as a crash does; the second time it does nothing.

        Raises
        ------
        PartFailed
            It had ended before.
        """
        self._order("kill")
        self._process.stdout.readline()

    def restart(self):
        """Start the server again and wait until it answers; one that still runs is killed first.

        Raises
        ------
        PartFailed
            It had ended before, or did not start again.
        """
        self.kill()
        self._order("start")
        if not self._listens():
            raise PartFailed(f"{self.name} did not start again: {self.stop()}")

    def _order(self, word):
        if self._process is None or self._process.poll() is not None:
            raise PartFailed(f"{self.name} is not running: {self.stop()}")
        self._process.stdin.write(f"{word}\n".encode())
