"""``chart``, ``claims``, ``exercises`` and ``status``: directives for the pages in ``book/``.

``{chart} module:function [argument]`` draws what a function returns; the others are tables of
what the stored notebooks hold. A page is read again when what it shows has changed.
"""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from pathlib import Path

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.util.docutils import SphinxDirective

from . import outputs, records


class claim_link(nodes.Inline, nodes.TextElement):
    """A link to ``anchor`` on the page ``docname``."""


class Chart(SphinxDirective):
    required_arguments = 1
    optional_arguments = 1

    def run(self):
        name, *argument = self.arguments
        module_name, _, function_name = name.partition(":")
        module = import_module(module_name)
        for used in (module, *module.USES):
            self.env.note_dependency(inspect.getfile(used))
        return [outputs.chart("", spec=getattr(module, function_name)(*argument).to_dict())]


class Claims(SphinxDirective):
    heads = ("Claim", "Value", "Held to", "Kind", "Source", "Notebook")

    def run(self):
        rows, kinds = [], []
        for notebook in stored_notebooks(self.env):
            for claim in notebook.claims:
                rows.append(self.row(notebook.docname, claim))
                kinds.append(f"row-{claim.kind}")
        return [table(self.heads, rows, "claims", kinds)] if rows else []

    def row(self, docname, claim):
        link = claim_link("", claim.text, docname=docname, anchor=claim.anchor)
        source = claim.source and outputs.cite(self.env, self.state.document, claim.source)
        return [
            link,
            claim.value_words,
            claim.held_to,
            outputs.tag(claim.kind),
            source or "",
            page_link(self.env, docname, short=True),
        ]


class Exercises(SphinxDirective):
    heads = ("Notebook", "Exercise", "Purpose", "Minutes")

    def run(self):
        rows = [
            [
                page_link(self.env, notebook.docname, short=True),
                each.title,
                each.purpose,
                str(each.minutes),
            ]
            for notebook in stored_notebooks(self.env)
            for each in notebook.exercises
        ]
        return [table(self.heads, rows, "exercises")] if rows else []


class Status(SphinxDirective):
    heads = ("Notebook", "Code cells", "Claims", "Seconds", "Run on", "With")

    def run(self):
        rows = [
            [
                page_link(self.env, notebook.docname),
                str(notebook.code_cells),
                str(len(notebook.claims)),
                "-" if notebook.seconds is None else f"{notebook.seconds:.0f}",
                notebook.executed or "-",
                ", ".join(f"{name} {v}" for name, v in notebook.versions.items()) or "-",
            ]
            for notebook in stored_notebooks(self.env)
        ]
        return [table(self.heads, rows, "status")] if rows else []


def stored_notebooks(env):
    """The book's notebooks in its order; the page being read depends on each."""
    env.metadata[env.docname]["reads_notebooks"] = True
    for docname in env.external_site_map:  # _toc.yml
        path = Path(env.doc2path(docname))
        if path.suffix == ".ipynb":
            env.note_dependency(str(path))
            yield records.read(path, docname)


def pages_to_read_again(app, env, added, changed, removed):
    """A page that lists notebooks has no dependency yet on a new one."""
    if not added | removed:
        return []
    return [page for page, meta in env.metadata.items() if meta.get("reads_notebooks")]


def page_link(env, docname, short=False):
    """A link to a page by its title or, ``short``, by its number: 02-3."""
    name = Path(docname).name
    number = re.match(r"\d+-\d+", name)
    return pending_xref(
        "",
        nodes.inline("", number[0] if number else name),
        refdomain="std",
        reftype="doc",
        reftarget=f"/{docname}",
        refdoc=env.docname,
        refexplicit=short,
        refwarn=True,
    )


def table(heads, rows, name, row_classes=None):
    """A docutils table; a cell is a string or a node."""
    group = nodes.tgroup("", cols=len(heads))
    group += [nodes.colspec("", colwidth=1) for _ in heads]
    group += nodes.thead("", row_of(heads))
    group += nodes.tbody("", *(row_of(cells) for cells in rows))
    for row, row_class in zip(group[-1], row_classes or (), strict=False):
        row["classes"].append(row_class)
    return nodes.table("", group, classes=["records", name])


def row_of(cells):
    return nodes.row(
        "",
        *(
            nodes.entry(
                "",
                nodes.paragraph("", "", nodes.Text(cell) if isinstance(cell, str) else cell),
            )
            for cell in cells
        ),
    )


def visit_claim_link(self, node):
    page = self.builder.get_relative_uri(self.builder.current_docname, node["docname"])
    self.body.append(self.starttag(node, "a", "", href=f"{page}#{node['anchor']}"))


def depart_claim_link(self, node):
    self.body.append("</a>")


def setup(app):
    app.add_node(claim_link, html=(visit_claim_link, depart_claim_link))
    app.add_directive("chart", Chart)
    app.add_directive("claims", Claims)
    app.add_directive("exercises", Exercises)
    app.add_directive("status", Status)
    app.connect("env-get-outdated", pages_to_read_again)
