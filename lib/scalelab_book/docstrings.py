"""A docstring in numpydoc's form as parts of a page.

Prose is reStructuredText, in which single backticks mark code; Parameters, Attributes, Returns,
Yields and Raises become lists of what they name. A docstring that cannot be read ends the build.
"""

from __future__ import annotations

import re
import textwrap

from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.parsers.rst import Parser
from docutils.utils import new_document
from sphinx.errors import ExtensionError

LISTS = {"Parameters", "Attributes", "Returns", "Yields", "Raises"}
HEAD = re.compile(r"^(\w[\w ]*)\n-{3,}$", flags=re.M)
SITES = {"doi:": "https://doi.org/", "arXiv:": "https://arxiv.org/abs/"}
WORK = re.compile(r"\b(doi:|arXiv:)([^\s;,]*[^\s;,).])")


def parts(text, link=lambda code: None):
    """The nodes of a docstring; ``link(code)`` gives the id on this page that code stands for."""
    prose, *sections = HEAD.split(text)
    found = read(prose, link)
    for title, body in zip(sections[::2], sections[1::2], strict=True):
        found.append(nodes.rubric("", title))
        found += [entries(title, body, link)] if title in LISTS else read(body, link)
    for node in found:
        for each in node.findall(nodes.TextElement):
            each["support_smartquotes"] = False  # quotes are those of code
    return found


def entries(title, body, link):
    """The list of a section: names in code with their type, and what is said of them."""
    listed = nodes.definition_list(classes=["api-entries"])
    for entry in re.split(r"\n(?=\S)", body.strip()):
        head, _, rest = entry.partition("\n")
        names, _, kind = head.partition(" : ")
        if title in ("Returns", "Yields") and not kind:
            names, kind = "", names
        term = nodes.term()
        for i, name in enumerate(filter(None, names.split(", "))):
            shown = code(name, link) if title == "Raises" else [nodes.literal("", name)]
            term += [nodes.Text(", "), *shown] if i else shown
        if kind:
            term += nodes.inline("", "", *linked(kind, link), classes=["api-kind"])
        told = nodes.definition("", *read(rest, link))
        listed += nodes.definition_list_item("", term, told)
    return listed


def read(text, link):
    """The nodes of some prose."""
    text = textwrap.dedent(text.strip("\n"))
    settings = get_default_settings(Parser)
    settings.report_level = settings.halt_level = 5
    document = new_document("docstring", settings)
    Parser().parse(text, document)
    for wrong in document.findall(nodes.system_message):
        raise ExtensionError(f"api: {wrong.astext()} in a docstring:\n{text}")
    for node in list(document.findall(nodes.title_reference)):
        node.parent.replace(node, code(node.astext().partition(" <")[0], link))
    for node in list(document.findall(nodes.literal)):
        node[:] = [nodes.Text(" ".join(node.astext().split()))]
    for node in list(document.findall(nodes.doctest_block)):
        example = nodes.literal_block(node.astext(), node.astext(), language="pycon")
        node.parent.replace(node, example)
    for node in list(document.findall(nodes.Text)):
        if not node.parent.tagname.startswith(("lit", "ref")):
            node.parent.replace(node, works(node.astext()))
    for node in document.findall(nodes.reference):
        if not {"refuri", "refid"} & set(node.attributes):
            raise ExtensionError(f"api: {node.astext()}_ leads nowhere in a docstring:\n{text}")
    return document.children


def code(text, link):
    """Code, with a link where it names something on this page."""
    shown = nodes.literal("", text)
    target = link(text)
    return [nodes.reference("", "", shown, refid=target, internal=True)] if target else [shown]


def linked(kind, link):
    """A type, in which classes of this page are links."""
    for word in re.split(r"([\w.]+)", kind):
        target = link(word) if word.rpartition(".")[2][:1].isupper() else None
        if target:
            yield nodes.reference("", word, refid=target, internal=True)
        elif word:
            yield nodes.Text(word)


def works(text):
    """Text, in which a DOI or an arXiv number is a link."""
    found, end = [], 0
    for match in WORK.finditer(text):
        found += [nodes.Text(text[end : match.start()])] if match.start() > end else []
        found += [nodes.reference("", match[0], refuri=SITES[match[1]] + match[2])]
        end = match.end()
    return [*found, nodes.Text(text[end:])] if text[end:] or not found else found
