"""Every notebook keeps the rules; each rule is broken once on a copy of the template."""

import copy
import re

import nbformat
import pytest
import rules
import stored
from nbformat.v4 import new_markdown_cell

CHART = rules.CHART
CLAIM = rules.CLAIM
CHECK = rules.CHECK


@pytest.mark.parametrize("rule", rules.RULES)
@pytest.mark.parametrize("path", stored.ALL, ids=stored.name)
def test_notebook_keeps_the_rule(path, rule):
    complaints = list(rules.RULES[rule](stored.read(path), path))
    assert not complaints, "\n".join([f"{path.name}:", *complaints])


def test_there_is_a_notebook_to_hold_to_the_rules():
    assert len(stored.ALL) > 1


MUTATIONS = []


def breaks(rule, says):
    """A mutation of the template about which ``rule`` says the words."""

    def register(mutate):
        MUTATIONS.append(pytest.param(rule, says, mutate, id=f"{rule}-{mutate.__name__}"))
        return mutate

    return register


def change(nb, old, new):
    """Replace text wherever it stands; it must stand somewhere."""
    found = [cell for cell in nb.cells if old in cell.source]
    assert found, f"the template no longer says {old!r}"
    for cell in found:
        cell.source = cell.source.replace(old, new)


def code_with(nb, text):
    return next(cell for cell in stored.code_cells(nb) if text in cell.source)


def part(nb, name, role):
    wanted = {"id": name, "role": role}.items()
    return next(
        c for c in stored.code_cells(nb) if wanted <= dict(c.metadata.get("exercise", {})).items()
    )


def first_record(nb, mime):
    return next(r for cell in stored.code_cells(nb) for r in stored.records(cell, mime))


@breaks("title", "not a question")
def no_question(nb):
    change(nb, "# How long does a request wait for one server?", "# Waiting for one server")


@breaks("title", "begin with the title")
def no_title(nb):
    del nb.cells[0]


@breaks("title", "minutes")
def no_minutes(nb):
    change(nb, "10 minutes", "A while")


@breaks("title", "exactly one")
def two_titles(nb):
    change(nb, "## Verdict", "# Verdict")


for heading in [name for names in rules.SECTIONS for name in names]:

    def without(nb, heading=heading):
        change(nb, f"## {heading}", "## Something else")

    without.__name__ = "without_" + heading.replace(" ", "_")
    breaks("sections", f"no section “{heading}”")(without)


@breaks("sections", "too early")
def verdict_first(nb):
    change(nb, "## Predict", "## Verdict, too soon")


@breaks("headings_step_down", "level 4 follows one of level 2")
def skipped_level(nb):
    change(nb, "### 1. Calculate", "#### 1. Calculate")


@breaks("seed_is_quoted", "quotes nothing")
def no_quote(nb):
    change(nb, "> Quote", "Quote")


@breaks("prediction_is_asked", "asks nothing")
def no_prediction(nb):
    change(nb, "its waiting included?", "its waiting included.")


@breaks("length", "words")
def too_short(nb):
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            cell.source = cell.source.splitlines()[0]


@breaks("length", "words")
def too_long(nb):
    nb.cells[0].source += "\n\n" + "word " * rules.WORDS[1]


@breaks("no_empty_cell", "is empty")
def empty_cell(nb):
    nb.cells.append(new_markdown_cell(" \n"))


@breaks("no_empty_cell", "neither text nor code")
def raw_cell(nb):
    nb.cells[-1].cell_type = "raw"


@breaks("code_is_small", "26 lines")
def long_cell(nb):
    code_with(nb, "my_guess").source = "\n".join(["x = 1"] * 26)


@breaks("code_is_small", "columns")
def wide_line(nb):
    code_with(nb, "my_guess").source += "  # " + "wide " * 20


@breaks("code_is_small", "half the code cells")
def large_cells(nb):
    for cell in stored.code_cells(nb)[1:]:
        cell.source += "\nx = 1" * 8


@breaks("imports_come_first", "more than import")
def work_among_imports(nb):
    stored.code_cells(nb)[0].source += "\nrng = np.random.default_rng(1)"


@breaks("imports_come_first", "the first one does that")
def late_import(nb):
    code_with(nb, "my_guess").source += "\nimport math"


@breaks("nothing_is_fetched", "shell command or a magic")
def installed_by_shell(nb):
    code_with(nb, "my_guess").source += "\n!pip install scalelab"


@breaks("nothing_is_fetched", "shell command or a magic")
def installed_by_magic(nb):
    code_with(nb, "my_guess").source += "\n%pip install scalelab"


@breaks("nothing_is_fetched", "imports urllib")
def downloaded(nb):
    code_with(nb, "my_guess").source += "\nimport urllib.request"


@breaks("nothing_is_fetched", "address outside")
def read_from_the_web(nb):
    code_with(nb, "my_guess").source += '\npd.read_csv("https://example.org/a.csv")'


@breaks("no_leftovers", "TODO")
def leftover(nb):
    nb.cells[1].source += " TODO: say more."


for sign, text in {
    "directive": "\n\n```{note}\nMind this.\n```",
    "colon_fence": "\n\n:::{note}\nMind this.\n:::",
    "role": " See {cite}`little1961`.",
    "target": "\n\n(here)=\n",
    "comment": "\n\n% not for the reader",
    "HTML": " <span style='color:red'>red</span>",
}.items():

    def with_sign(nb, text=text):
        nb.cells[1].source += text

    with_sign.__name__ = sign
    breaks("markdown_is_plain", "cell 2 has")(with_sign)


@breaks("links_lead_somewhere", "leads nowhere")
def dead_link(nb):
    nb.cells[1].source += " See [more](99-9-nothing.ipynb)."


@breaks("links_lead_somewhere", "not relative")
def absolute_link(nb):
    nb.cells[1].source += " See [more](/notebooks/_template.ipynb)."


@breaks("ran_in_order", "once each")
def ran_out_of_order(nb):
    stored.code_cells(nb)[3].execution_count = 9


@breaks("ran_in_order", "once each")
def not_run(nb):
    stored.code_cells(nb)[-1].execution_count = None


@breaks("outputs_are_stored", "has no output")
def stripped(nb):
    for cell in stored.code_cells(nb):
        cell.outputs, cell.execution_count = [], None


@breaks("outputs_are_stored", "has no output")
def claim_without_record(nb):
    code_with(nb, "by_lab =").outputs = []


@breaks("outputs_are_clean", "an error")
def error_shown(nb):
    output = {"output_type": "error", "ename": "E", "evalue": "", "traceback": []}
    add_output(nb, output)


@breaks("outputs_are_clean", "standard error")
def standard_error_shown(nb):
    add_output(nb, {"output_type": "stream", "name": "stderr", "text": "hm"})


@breaks("outputs_are_clean", "a warning")
def warning_shown(nb):
    add_output(nb, {"output_type": "stream", "name": "stdout", "text": "RuntimeWarning: x"})


@breaks("outputs_are_clean", "a path on a machine")
def path_shown(nb):
    add_output(nb, {"output_type": "stream", "name": "stdout", "text": "/home/me/x"})


@breaks("outputs_are_clean", "a memory address")
def address_shown(nb):
    add_output(nb, {"output_type": "stream", "name": "stdout", "text": "<X at 0x7f>"})


@breaks("figures_end_where_machines_differ", "last digits differ")
def all_digits_shown(nb):
    add_output(nb, {"output_type": "stream", "name": "stdout", "text": "0.28983777700848"})


def add_output(nb, output):
    code_with(nb, "my_guess").outputs = [nbformat.from_dict(output)]


@breaks("charts_are_described", "there is no chart")
def chart_gone(nb):
    code_with(nb, "charts.three_ways").outputs = []


@breaks("charts_are_described", "says too little")
def chart_not_described(nb):
    first_record(nb, CHART)["description"] = "A chart."


for channel in "xy":

    def without_title(nb, channel=channel):
        def strip(chart):
            for part in chart.get("layer", []):
                strip(part)
            encoding = chart.get("encoding", {}).get(channel, {})
            encoding.pop("title", None)

        strip(first_record(nb, CHART))

    without_title.__name__ = f"{channel}_axis_not_titled"
    breaks("charts_are_described", f"the {channel} axis has no title")(without_title)


@breaks("size", "bytes")
def too_large(nb):
    add_output(nb, {"output_type": "stream", "name": "stdout", "text": "x" * rules.BYTES})


@breaks("metadata_is_normal", "make run")
def timing_stored(nb):
    stored.code_cells(nb)[0].metadata["execution"] = {"iopub.status.busy": "now"}


@breaks("metadata_is_normal", "make run")
def patch_version_stored(nb):
    nb.metadata.language_info["version"] = "3.11.7"


@breaks("metadata_is_normal", "identifiers")
def same_identifier(nb):
    nb.cells[1].id = nb.cells[2].id


@breaks("run_is_recorded", "make run")
def not_stored_by_make_run(nb):
    del nb.metadata["scalelab"]


@breaks("run_is_recorded", "allowed")
def too_slow(nb):
    nb.metadata["scalelab"]["seconds"] = rules.SECONDS + 0.1


@breaks("claims", "are the least")
def too_few_claims(nb):
    for cell in stored.code_cells(nb):
        cell.outputs = [o for o in cell.outputs if CLAIM not in o.get("data", {})]


@breaks("claims", "a claim is guessed")
def unknown_kind(nb):
    first_record(nb, CLAIM)["kind"] = "guessed"


@breaks("claims", "no source")
def published_without_source(nb):
    first_record(nb, CLAIM).update(kind="published", source=None)


@breaks("sources", "references.bib")
def unknown_source(nb):
    first_record(nb, CLAIM)["source"] = "nobody1900"


@breaks("sources", "lacks")
def source_not_listed(nb):
    first_record(nb, CLAIM)["source"] = "mitzenmacher2001"


@breaks("sources", "no link")
def source_not_linked(nb):
    change(nb, "](https://doi.org/", "](doi:")


@breaks("measured_cells_are_marked", "not tagged")
def real_part_compared(nb):
    code_with(nb, "measure.machine()").metadata["tags"] = []


@breaks("measured_cells_are_marked", "not tagged")
def measured_claim_compared(nb):
    code_with(nb, "too_fast").metadata["tags"] = []


@breaks("only_measured_cells_are_marked", "nothing measured")
def simulation_not_compared(nb):
    code_with(nb, "million =").metadata["tags"] = [rules.IGNORED]


@breaks("exercises", "2 exercises")
def too_few_exercises(nb):
    nb.cells = [c for c in nb.cells if c.metadata.get("exercise", {}).get("id") != "wait"]


@breaks("exercises", "not a starter, a check and a solution")
def no_check(nb):
    nb.cells.remove(part(nb, "wait", "check"))


@breaks("exercises", "purpose and minutes")
def no_purpose(nb):
    del part(nb, "wait", "starter").metadata["exercise"]["purpose"]


@breaks("exercises", "not tagged")
def solution_not_tagged(nb):
    part(nb, "wait", "solution").metadata["tags"] = []


@breaks("exercises", "not folded")
def solution_open(nb):
    del part(nb, "wait", "solution").metadata["jupyter"]


@breaks("exercises", "the check of")
def starter_passes(nb):
    first_record(nb, CHECK)["passed"] = True


@breaks("exercises", "the solution of")
def solution_fails(nb):
    stored.records(part(nb, "wait", "solution"), CHECK)[0]["passed"] = False


@breaks("exercises", "outside")
def exercise_in_the_sources(nb):
    nb.cells.append(nb.cells.pop(nb.cells.index(part(nb, "wait", "starter"))))
    nb.cells.append(nb.cells.pop(nb.cells.index(part(nb, "wait", "check"))))
    nb.cells.append(nb.cells.pop(nb.cells.index(part(nb, "wait", "solution"))))


@pytest.mark.parametrize(("rule", "says", "mutate"), MUTATIONS)
def test_rule_sees_what_is_broken(rule, says, mutate):
    nb = copy.deepcopy(stored.read(stored.TEMPLATE))
    mutate(nb)
    complaints = list(rules.RULES[rule](nb, stored.TEMPLATE))
    assert any(re.search(re.escape(says), complaint) for complaint in complaints), complaints


def test_every_rule_is_broken_once():
    assert {mutation.values[0] for mutation in MUTATIONS} == set(rules.RULES)
