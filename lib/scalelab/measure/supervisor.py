"""The process that stands between us and a real part, and ends it when we are gone.

Whoever starts a server must also stop it, even when killed with a signal that cannot
be caught. So the server is not our child but our grandchild::

    we -- supervisor -- server

The supervisor watches two things: its child (has the server ended?) and its parent
(are we still there?). When we die by whatever cause, the kernel gives the supervisor
another parent; it sees this within a fifth of a second, ends the server and removes
the server's folder. A pipe would tell it sooner, but a process forked from ours would
hold that pipe open; a parent's death cannot be held open.

Run as a program, it reads one line of JSON on standard input, a request:

``parent``, ``folder``, ``command``, ``environment``
    Whose death ends the server; what to make, and run there.
``files``, ``copies``
    Names in that folder, and the text or the path of the tree to put there.
``account``
    User and group id to whom folder and server belong, or null for ours.
``ending``
    The signal that asks the server to end, and the seconds it has for that.

It writes the server's process id on one line and, at the end, one line of JSON with the
exit ``code`` and the last ``output``. In between it obeys two words on standard input:
``kill`` ends the server with SIGKILL and keeps the folder, ``start`` runs the command there
again and writes the new process id.
"""

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time

PERIOD = 0.2  # between two looks at the parent
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
        furnish(request)
        with open(os.path.join(folder, "output"), "w+b") as output:
            child, killed = start(request, output), False
            watched = [bell, sys.stdin.fileno()]
            try:  # nobody may be left to read what we say: that ends the server too
                print(child.pid, flush=True)
                while (killed or child.poll() is None) and not asked_to_stop:
                    if os.getppid() != request["parent"]:
                        break
                    for ready in select.select(watched, [], [], PERIOD)[0]:
                        said = os.read(ready, 512)
                        if ready == bell:
                            continue
                        if not said:
                            watched.remove(ready)
                        elif said.strip() == b"kill":
                            child.kill()
                            child.wait()
                            killed = True
                            print("killed", flush=True)
                        else:
                            child, killed = start(request, output), False
                            print(child.pid, flush=True)
            finally:
                code = end(child, *request["ending"])
            output.seek(max(0, output.seek(0, os.SEEK_END) - TAIL))
            return code, output.read().decode(errors="replace")
    finally:
        remove(folder)


def furnish(request):
    """Fill the folder and give it to the server's account."""
    folder, account = request["folder"], request["account"]
    for name, text in request["files"].items():
        with open(os.path.join(folder, name), "w") as file:
            file.write(text)
    for name, tree in request["copies"].items():
        shutil.copytree(tree, os.path.join(folder, name), symlinks=True)
    if account:
        for place, folders, files in os.walk(folder):
            for name in ["", *folders, *files]:
                os.lchown(os.path.join(place, name), *account)


def start(request, output):
    """The server's process, in a group of its own."""
    identity = {}
    if request["account"]:
        user, group = request["account"]
        identity = {"user": user, "group": group, "extra_groups": []}
    return subprocess.Popen(
        request["command"],
        cwd=request["folder"],
        env={**os.environ, **request["environment"]},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        process_group=0,
        **identity,
    )


def end(child, number, grace):
    """Signal, some grace, KILL for it and whatever it started; returns the exit code."""
    if child.poll() is None:
        child.send_signal(number)
        child.send_signal(signal.SIGCONT)  # a paused server must wake up to obey
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(grace)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    return child.wait()


def remove(folder):
    """Remove the folder; processes killed a moment ago may still write there."""
    for _ in range(100):
        shutil.rmtree(folder, ignore_errors=True)
        if not os.path.exists(folder):
            break
        time.sleep(0.02)


if __name__ == "__main__":
    try:
        code, output = supervise(json.loads(sys.stdin.readline()))
        print(json.dumps({"code": code, "output": output}), flush=True)
    except OSError as error:
        print(error, flush=True)
