"""The process that stands between us and a real part, and ends it when we are gone.

Whoever starts a server must also stop it, even when killed with a signal that cannot
be caught. So the server is not our child but our grandchild::

    we -- supervisor -- server

The supervisor watches two things: its child (has the server ended?) and its parent
(are we still there?). When we die by whatever cause, the kernel gives the supervisor
another parent; it sees this within a fifth of a second, kills the server and removes
the server's folder. A pipe would tell it sooner, but a process forked from ours would
hold that pipe open; a parent's death cannot be held open.

Run as a program, it reads one line of JSON on standard input (``parent``, ``folder``,
``files``, ``environment``, ``command``), writes the server's process id on one line
and, at the end, one line of JSON with the exit ``code`` and the last ``output``.
"""

import json
import os
import select
import shutil
import signal
import subprocess
import sys

PERIOD = 0.2  # between two looks at the parent
GRACE = 2.0  # between TERM and KILL
TAIL = 4000  # bytes of output kept for the error message


def supervise(request):
    """Run ``request["command"]`` until it ends, we are told to stop, or the parent is gone.

    Returns the exit code and the end of the output.
    """
    asked_to_stop = []
    bell, ringer = os.pipe()
    os.set_blocking(ringer, False)
    signal.set_wakeup_fd(ringer, warn_on_full_buffer=False)
    signal.signal(signal.SIGTERM, lambda *_: asked_to_stop.append(True))
    signal.signal(signal.SIGCHLD, lambda *_: None)

    folder = request["folder"]
    os.mkdir(folder, 0o700)
    try:
        for name, text in request["files"].items():
            with open(os.path.join(folder, name), "w") as file:
                file.write(text)
        with open(os.path.join(folder, "output"), "w+b") as output:
            child = subprocess.Popen(
                request["command"],
                cwd=folder,
                env={**os.environ, **request["environment"]},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            print(child.pid, flush=True)
            orphaned = False
            while child.poll() is None and not asked_to_stop and not orphaned:
                if select.select([bell], [], [], PERIOD)[0]:
                    os.read(bell, 512)
                orphaned = os.getppid() != request["parent"]
            code = end(child, gently=not orphaned)
            output.seek(max(0, output.seek(0, os.SEEK_END) - TAIL))
            return code, output.read().decode(errors="replace")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def end(child, gently):
    """TERM, some grace, KILL; returns the exit code."""
    if child.poll() is None and gently:
        child.terminate()
        child.send_signal(signal.SIGCONT)  # a paused server must wake up to obey
        try:
            return child.wait(GRACE)
        except subprocess.TimeoutExpired:
            pass
    child.kill()
    return child.wait()


if __name__ == "__main__":
    try:
        code, output = supervise(json.loads(sys.stdin.readline()))
        print(json.dumps({"code": code, "output": output}), flush=True)
    except OSError as error:
        print(error, flush=True)
    finally:
        os.killpg(0, signal.SIGKILL)  # whatever the server itself started, and this process
