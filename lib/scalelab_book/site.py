"""The repository's address, the buttons, and cures for the theme."""

from __future__ import annotations

import os
import re
from hashlib import sha256
from pathlib import Path

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

BEFORE_UNIT = re.compile(r"(?<=\d) (?=%|(?:[mµn]?s|[kMGT]i?B|min)\b)")
CODE = (nodes.literal, nodes.FixedTextElement, nodes.raw, nodes.math)
PLAIN = re.compile(r'<span class="(?:n|p|w)">([^<]*)</span>')


def apply_repository(app, config):
    """Draw the buttons that need a repository only where its address is known."""
    url = (os.environ.get("BOOK_REPOSITORY") or config.book_repository).strip().rstrip("/")
    if not url:
        return
    config.html_theme_options |= {
        "repository_url": url,
        "repository_branch": "main",
        "use_repository_button": True,
        "use_edit_page_button": True,
        "launch_buttons": {
            "notebook_interface": "jupyterlab",
            "binderhub_url": "https://mybinder.org",
        },
    }


def note_look(app, config):
    """Write every page again when a style, a script or a template has changed.

    Sphinx copies them only together with pages, and pages carry their checksums.
    """
    folders = [Path(app.confdir, folder) for folder in config.html_static_path]
    folders += [Path(app.confdir, folder) for folder in config.templates_path]
    files = sorted(file for folder in folders for file in folder.rglob("*") if file.is_file())
    config.book_look = sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def mend_page(app, pagename, templatename, context, doctree):
    """Take out what would fail, lead nowhere or only add weight."""
    # Names, punctuation and space have the color of the text around them in both styles:
    # their marks are a third of a notebook's page.
    context["body"] = PLAIN.sub(r"\1", context.get("body", ""))
    # sphinx-thebe is always loaded by Jupyter Book and declares its constants twice:
    # an error on every page, for a feature that needs a server.
    context["script_files"] = [
        script
        for script in context["script_files"]
        if "thebe" not in (script.filename or "")
        and "THEBE" not in script.attributes.get("body", "")
    ]
    # Of the downloads only the notebook is of use: a page's source and a print to PDF are not.
    buttons = []
    for button in context.get("header_buttons", ()):
        if button.get("label") == "download-buttons":
            if not str(context.get("page_source_suffix", "")).endswith("ipynb"):
                continue
            source = next(b for b in button["buttons"] if b["label"] == "download-source-button")
            button = source | {
                "text": "",
                "icon": "fas fa-download",
                "tooltip": "Download this notebook",
            }
        buttons.append(button)
    context["header_buttons"] = buttons


class KeepUnits(SphinxPostTransform):
    """A number and its unit stay on one line: 98 %, 0.3 s."""

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs):
        for text in list(self.document.findall(nodes.Text)):
            kept = BEFORE_UNIT.sub("\N{NO-BREAK SPACE}", text)
            if kept != text and not isinstance(text.parent, CODE):
                text.parent.replace(text, nodes.Text(kept))


def visit_citation(self, node):
    # docutils puts doc-biblioentry, which is no list item, into role="list".
    if not isinstance(node.previous_sibling(), nodes.citation):
        self.body.append('<div role="list" class="citation-list">\n')
    self.body.append(self.starttag(node, "div", CLASS="citation", role="listitem"))


def depart_citation(self, node):
    self.body.append("</div>\n")
    if not isinstance(node.next_node(descend=False, siblings=True), nodes.citation):
        self.body.append("</div>\n")


def setup(app):
    app.add_config_value("book_repository", "", "html", types=[str])
    app.add_config_value("book_look", "", "html", types=[str])
    app.add_node(nodes.citation, override=True, html=(visit_citation, depart_citation))
    app.add_post_transform(KeepUnits)
    app.connect("config-inited", apply_repository, priority=100)
    app.connect("config-inited", note_look)
    app.connect("html-page-context", mend_page, priority=900)
