"""What one holds of a running part: where it listens, and how it is made to fail."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Site:
    """Something that speaks HTTP.

    Attributes
    ----------
    port : int
        Where it listens on 127.0.0.1.
    """

    port: int

    @property
    def url(self):
        """``"http://127.0.0.1:port"``."""
        return f"http://127.0.0.1:{self.port}"


class Listener:
    """Something whose `part` listens."""

    @property
    def port(self):
        """Its port on 127.0.0.1."""
        return self.part.port

    @property
    def address(self):
        """``"127.0.0.1:port"``."""
        return f"127.0.0.1:{self.port}"


class Handle(Listener):
    """Something whose `part` can be frozen, killed and started again."""

    def kill(self):
        """Crash it (SIGKILL). Its port stays its own and its folder keeps what was on disk."""
        self.part.kill()

    def restart(self):
        """Start it again, on the same port and folder, and wait until it answers.

        One that still runs is killed first.
        """
        self.part.restart()

    def pause(self):
        """Freeze it (SIGSTOP): it keeps its connections and answers nothing."""
        self.part.pause()

    def resume(self):
        """Let a paused server go on (SIGCONT)."""
        self.part.resume()
