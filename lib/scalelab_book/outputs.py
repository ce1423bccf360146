"""Charts, claims and checks in a notebook's output, as parts of a page.

Each class is a renderer of MyST-NB for one MIME type, registered as an entry point in
``pyproject.toml``. What it returns are docutils nodes, so citations resolve as they do in prose.
"""

from __future__ import annotations

import json

from docutils import nodes
from myst_nb.core.render import MimeRenderPlugin
from sphinx.addnodes import pending_xref
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinxcontrib.bibtex.citation_target import parse_citation_targets
from sphinxcontrib.bibtex.roles import CitationRef

from .records import CLAIM, KINDS, Claim

CHART = "application/vnd.vegalite.v5+json"
CHECK = "application/vnd.scalelab.check+json"


class chart(nodes.General, nodes.Element):
    """A Vega-Lite chart: ``node["spec"]`` is what ``book.js`` draws."""


class VegaOutput(MimeRenderPlugin):
    mime_priority_overrides = (("html", CHART, 1),)

    @staticmethod
    def handle_mime(renderer, data, inline):
        if inline or data.mime_type != CHART:
            return None
        return [chart("", spec=data.content)]


class ClaimOutput(MimeRenderPlugin):
    mime_priority_overrides = (("html", CLAIM, 1),)

    @staticmethod
    def handle_mime(renderer, data, inline):
        if inline or data.mime_type != CLAIM:
            return None
        claim = Claim.of(data.content, data.cell_index, data.output_index)
        line = nodes.paragraph("", classes=["claim"], ids=[claim.anchor])
        line += nodes.inline("", "✓", classes=["claim-mark"])
        line += nodes.inline("", claim.text, classes=["claim-text"])
        line += nodes.inline("", claim.value_words, classes=["claim-value"])
        line += nodes.inline("", f"held to {claim.held_to}", classes=["claim-held"])
        line += tag(claim.kind)
        if claim.source:
            line += cite(renderer.renderer.sphinx_env, renderer.renderer.document, claim.source)
        return [line]


class CheckOutput(MimeRenderPlugin):
    mime_priority_overrides = (("html", CHECK, 1),)

    @staticmethod
    def handle_mime(renderer, data, inline):
        if inline or data.mime_type != CHECK:
            return None
        passed = data.content["passed"]
        says = "passed" if passed else "not yet: " + "; ".join(data.content["says"])
        line = nodes.paragraph("", classes=["check", "check-passed" if passed else "check-open"])
        line += nodes.inline("", "✓" if passed else "○", classes=["claim-mark"])
        line += nodes.strong("", data.content["exercise"])
        line += nodes.inline("", says, classes=["check-says"])
        return [line]


def tag(kind: str) -> nodes.inline:
    """How a number is known, as a small colored word."""
    if kind not in KINDS:
        raise ExtensionError(f"a claim's kind is {kind!r}: the kinds are {', '.join(KINDS)}")
    return nodes.inline("", kind, classes=["kind", f"kind-{kind}"])


def cite(env, document, key: str) -> pending_xref:
    """A citation as the ``cite:p`` role makes one: a key not in the bibliography is a warning."""
    node = pending_xref(
        "",
        nodes.inline("", key),
        refdomain="cite",
        reftype="p",
        reftarget=key,
        refdoc=env.docname,
        refwarn=True,
    )
    document.note_explicit_target(node, node)
    env.get_domain("cite").citation_refs.append(
        CitationRef(node["ids"][0], env.docname, 0, list(parse_citation_targets(key)))
    )
    return node


class FoldedSolutions(SphinxPostTransform):
    """A folded solution says that it is one, before MyST-NB makes the fold."""

    default_priority = 1

    def run(self, **kwargs):
        for cell in self.document.findall(nodes.container):
            if "tag_solution" in cell["classes"] and "prompt_show" in cell:
                cell["prompt_show"] = "Show the solution"
                cell["prompt_hide"] = "Hide the solution"


def visit_chart(self, node):
    spec = json.dumps(node["spec"], separators=(",", ":"), ensure_ascii=False)
    words = self.encode(node["spec"].get("description") or "A chart")
    self.body.append(
        f'<div class="chart"><p class="chart-words">{words}</p>'
        f'<script type="application/json">{spec.replace("<", chr(92) + "u003c")}</script></div>\n'
    )
    raise nodes.SkipNode


def setup(app):
    app.setup_extension("sphinxcontrib.bibtex")
    app.add_node(chart, html=(visit_chart, None))
    app.add_post_transform(FoldedSolutions)
