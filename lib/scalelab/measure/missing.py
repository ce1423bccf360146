"""A notebook goes on without the sections whose real part is not installed.

Not every part can be had on every machine. In a notebook, a cell that asks for a missing one
says so in one sentence, and so does every later cell that needs what it would have measured;
the others run. Importing ``scalelab.measure`` sees to it. Outside IPython nothing changes:
`MissingPart` is raised like any other error.
"""

import ast
import sys

from .parts import MissingPart


def go_on():
    """Let IPython, where it runs, answer a missing part with a sentence."""
    ipython = sys.modules.get("IPython")
    shell = ipython and ipython.get_ipython()
    if shell:
        lost = set()

        def handler(shell, kind, error, trace, tb_offset=None):
            if not (isinstance(error, MissingPart) or getattr(error, "name", None) in lost):
                shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
                return
            if isinstance(error, MissingPart):
                print(f"Skipped. {error}")
            else:
                print(f"Skipped: {error.name} comes from a cell that was skipped.")
            lost.update(defines(shell.user_ns["In"][-1]) - shell.user_ns.keys())
            _forgive(trace)

        shell.set_custom_exc((MissingPart, NameError), handler)


def defines(source):
    """The names that a cell assigns.

    >>> sorted(defines("with open(x) as file: a, b = 1, len(c)"))
    ['a', 'b', 'file']
    """
    nodes = list(ast.walk(ast.parse(source)))
    stored = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return stored | {n.name for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef)}


def _forgive(trace):
    """Tell IPython that the cell went well, so that "run all" goes on to the next one.

    Its reply is read from the result that the outermost frame fills in. Should a later IPython
    have none there, the cell counts as failed, as it would without us.
    """
    result = trace.tb_frame.f_locals.get("result")
    if result is not None:
        result.error_in_exec = None
