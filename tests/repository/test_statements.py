"""What the repository says of itself in several places is the same in all."""

import re
import tomllib
from itertools import permutations

import pytest
import yaml

import scalelab
import scalelab_book
from scalelab_book import course

PYTHONS = ["3.11", "3.12", "3.13"]
ACTIONS = {
    "actions/checkout",
    "actions/setup-python",
    "actions/upload-artifact",
    "actions/upload-pages-artifact",
    "actions/deploy-pages",
}
PAGES = ["README.md", "CONTRIBUTING.md"]


@pytest.fixture(scope="module")
def read(root):
    return lambda name: (root / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def workflows(root):
    paths = sorted((root / ".github" / "workflows").glob("*.yml"))
    return {path.stem: yaml.safe_load(path.read_text()) for path in paths}


def test_version(read):
    version = tomllib.loads(read("pyproject.toml"))["project"]["version"]
    assert version == scalelab.__version__ == scalelab_book.__version__
    assert version == str(yaml.safe_load(read("CITATION.cff"))["version"])


def test_pythons(read, workflows):
    assert tomllib.loads(read("pyproject.toml"))["project"]["requires-python"] == ">=3.11,<3.14"
    assert workflows["test"]["jobs"]["test"]["strategy"]["matrix"]["python"] == PYTHONS
    assert "|".join(PYTHONS) in re.sub(r"\s", "", read(".ci/setup"))
    assert read("binder/runtime.txt").strip().removeprefix("python-") in PYTHONS
    assert f"Python {PYTHONS[0]} to {PYTHONS[-1]}" in read("README.md")


def test_licenses(read):
    assert read("LICENSE").startswith("BSD 3-Clause License")
    assert "Attribution 4.0 International Public License" in read("LICENSE-text")
    assert yaml.safe_load(read("CITATION.cff"))["license"] == ["BSD-3-Clause", "CC-BY-4.0"]
    assert tomllib.loads(read("pyproject.toml"))["project"]["license"] == "BSD-3-Clause"


def test_readme_opens_with_a_picture_and_the_two_commands(read):
    opening = read("README.md").partition("\n## ")[0]
    assert "](book/_static/readme-page.png)" in opening
    assert re.findall(r"^make (\w+)", opening, re.M) == ["book", "test"]


def test_continuous_integration_runs_the_command_of_the_readme(read, workflows):
    assert read(".ci/run").rstrip().splitlines()[-1] == "make test"
    assert "make test" in read("README.md")
    steps = workflows["test"]["jobs"]["test"]["steps"]
    assert steps[-1]["run"] == "bash .ci/run"


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(root, read, page):
    links = re.findall(r"\]\(([^)\s]+)", read(page))
    assert links
    for link in links:
        if not re.match(r"https?://|#", link):
            assert (root / link.partition("#")[0]).exists(), link


@pytest.mark.parametrize("page", PAGES)
def test_make_targets_exist(read, page):
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.M))
    named = re.findall(r"(?:^|`)make ([a-z]+)", read(page), re.M)
    assert named
    assert set(named) <= targets


def test_contents_are_those_of_the_book(read):
    toc = yaml.safe_load(read("_toc.yml"))
    files = re.findall(r"'file': '((?:notebooks|casestudies)/[^']+)'", str(toc))
    contents = read("README.md").partition("\n## Contents\n")[2].partition("\n##")[0]
    assert files
    assert re.findall(r"\]\(((?:notebooks|casestudies)/[^)]*)\.ipynb\)", contents) == files


def test_what_leads_to_what_names_every_notebook(read):
    files = re.findall(
        r"'file': '(?:notebooks|casestudies)/([^']+)'", str(yaml.safe_load(read("_toc.yml")))
    )
    numbers = {match[0] for name in files if (match := re.match(r"\d+-\d+", name))}
    studies = {name.partition("-")[0] for name in files if not name[0].isdigit()}
    drawn = set(course.TOPICS)
    assert {name for name in drawn if name[0].isdigit()} == numbers
    assert {name.lower() for name in drawn if not name[0].isdigit()} == studies
    assert {name for edge in course.LEADS for name in edge} == drawn


def test_what_leads_to_what_is_linked_both_ways(root):
    paths = [*root.glob("notebooks/[0-9]*.ipynb"), *root.glob("casestudies/*.ipynb")]
    text = {path: path.read_text(encoding="utf-8") for path in paths}

    def path_of(topic):
        (path,) = (p for p in paths if p.name.startswith(topic.lower()))
        return path

    missing = [
        f"{start.name} does not name {end.name}"
        for lead in course.LEADS
        for start, end in permutations(map(path_of, lead))
        if f"{end.name})" not in text[start]
    ]
    assert not missing


def test_minutes_are_those_of_the_opening(root):
    said = {
        path.stem: re.search(r"About (\d+) minutes", path.read_text(encoding="utf-8"))[1]
        for path in [*root.glob("notebooks/[0-9]*.ipynb"), *root.glob("casestudies/*.ipynb")]
    }
    rows = {}
    for page in sorted(root.glob("book/chapters/*.md")):
        row = r"^\| \{doc\}`[^<]*</\w+/([^>]+)>` \|[^|]+\| (\d+) \|"
        rows |= dict(re.findall(row, page.read_text(encoding="utf-8"), re.M))
    assert rows == said


def test_every_notebook_is_taught(read):
    files = re.findall(
        r"'file': '((?:notebooks|casestudies)/[^']+)'", str(yaml.safe_load(read("_toc.yml")))
    )
    _, six, twelve = read("book/how-to-teach.md").split("\n## A course in ")
    for plan in (six, twelve.partition("\n## ")[0]):
        missing = [name for name in files if f"</{name}>" not in plan]
        assert not missing


def test_workflows_use_known_actions_and_targets(read, workflows):
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.M))
    assert set(workflows) == {"test", "publish", "weekly"}
    for name, workflow in workflows.items():
        for job in workflow["jobs"].values():
            for step in job["steps"]:
                if "uses" in step:
                    assert step["uses"].partition("@")[0] in ACTIONS, name
                made = re.match(r"(?:/usr/bin/)?make ([a-z ]+)", step.get("run", ""))
                if made:
                    assert set(made[1].split()) <= targets, name


def test_publishing_fills_in_the_address_that_it_runs_in(workflows):
    (job,) = workflows["publish"]["jobs"].values()
    (build,) = [step["run"] for step in job["steps"] if "run" in step]
    assert build == "make book REPOSITORY=${{ github.server_url }}/${{ github.repository }}"


def test_binder_installs_the_lock_and_then_the_lab(root, read):
    wanted = [line for line in read("binder/requirements.txt").splitlines() if line[:1] != "#"]
    assert wanted == ["-r ../requirements.txt"]
    assert (root / "binder" / "postBuild").stat().st_mode & 0o100
    assert "--no-deps --no-build-isolation --editable ." in read("binder/postBuild")
