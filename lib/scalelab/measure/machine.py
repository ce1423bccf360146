"""The machine on which a figure was measured."""

import datetime
import os
import platform
import subprocess
from pathlib import Path

import psutil

from .parts import SOURCES, source, version


def machine(*names):
    """What a measured figure depends on, as a table.

    Parameters
    ----------
    *names : str
        The real parts to name (``"haproxy"``); all of them if none is given.

    Returns
    -------
    pandas.DataFrame
        One column, ``"this machine"``; rows: date, processor, cores, memory, operating system,
        Python, and the version of each real part or ``"not installed"``.

    Examples
    --------
    >>> machine("haproxy").loc["Python", "this machine"] == platform.python_version()
    True
    """
    import pandas as pd

    rows = {
        "date": datetime.date.today().isoformat(),
        "processor": _processor(),
        "cores": str(_cores()),
        "memory": f"{psutil.virtual_memory().total / 2**30:.1f} GiB",
        "operating system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
    }
    rows |= {source(name).title: version(name) for name in names or SOURCES}
    return pd.DataFrame({"this machine": rows})


def _cores():
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count()


def _processor():
    try:
        if platform.system() == "Darwin":
            name = subprocess.check_output(["sysctl", "-n", "machdep.cpu.brand_string"], text=True)
            return name.strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except (OSError, subprocess.SubprocessError):
        pass
    return platform.processor() or platform.machine()
