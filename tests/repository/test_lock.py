"""``requirements.txt`` is the locked environment: whole, hashed, and what is installed."""

import re
import tomllib
from importlib import metadata

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PYTHONS = ("3.11", "3.12", "3.13")
PLATFORMS = (("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64"), ("darwin", "x86_64"))


@pytest.fixture(scope="module")
def text(root):
    return (root / "requirements.txt").read_text()


@pytest.fixture(scope="module")
def locked(text):
    """The requirements of the lock file, each with the text that follows it."""
    parts = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.M)
    return [(Requirement(part.split("\\")[0].strip()), part) for part in parts[1:]]


@pytest.fixture(scope="module")
def project(root):
    return tomllib.loads((root / "pyproject.toml").read_text())["project"]


def environments():
    for python in PYTHONS:
        for platform, machine in PLATFORMS:
            yield default_environment() | {
                "python_version": python,
                "python_full_version": f"{python}.0",
                "sys_platform": platform,
                "platform_machine": machine,
                "platform_system": {"linux": "Linux", "darwin": "Darwin"}[platform],
                "os_name": "posix",
                "implementation_name": "cpython",
                "platform_python_implementation": "CPython",
                "extra": "",
            }


def applies(requirement, environment):
    return requirement.marker is None or requirement.marker.evaluate(environment)


def test_every_requirement_is_hashed(locked):
    assert len(locked) > 100
    unhashed = [str(requirement) for requirement, part in locked if "--hash=sha256:" not in part]
    assert not unhashed
    assert all(str(requirement.specifier).startswith("==") for requirement, _ in locked)


def test_it_names_no_address(text):
    named = [line for line in text.splitlines() if re.search(r"://|--(index|extra|find)", line)]
    assert not named


def test_it_says_how_it_was_made(text):
    assert [line[:2] for line in text.splitlines()[:3]].count("# ") == 2
    assert "`make lock`" in "".join(text.splitlines()[:2])


@pytest.mark.parametrize(
    "environment",
    list(environments()),
    ids=lambda e: "-".join([e["python_version"], e["sys_platform"], e["platform_machine"]]),
)
def test_every_range_of_the_project_is_met_once(project, locked, environment):
    ranges = list(project["dependencies"])
    for name, extra in project["optional-dependencies"].items():
        ranges += extra if name != "bench" else []
    versions = {}
    for requirement, _ in locked:
        if applies(requirement, environment):
            name = canonicalize_name(requirement.name)
            assert name not in versions, f"{name} is locked twice"
            versions[name] = next(iter(requirement.specifier)).version
    for text in ranges:
        wanted = Requirement(text)
        if applies(wanted, environment):
            name = canonicalize_name(wanted.name)
            assert name in versions, f"{name} is not locked: make lock"
            assert versions[name] in wanted.specifier, f"{name} {versions[name]}: make lock"


def test_what_is_installed_is_what_is_locked(locked):
    here = default_environment()
    for requirement, _ in locked:
        if applies(requirement, here):
            installed = metadata.version(requirement.name)
            assert installed in requirement.specifier, f"{requirement.name} {installed}"


def test_what_is_installed_lacks_nothing(locked):
    here = default_environment() | {"extra": ""}
    for requirement, _ in locked:
        if not applies(requirement, here):
            continue
        for text in metadata.requires(requirement.name) or []:
            needed = Requirement(text)
            if applies(needed, here):
                version = metadata.version(needed.name)
                assert needed.specifier.contains(version, prereleases=True), (
                    f"{requirement.name} needs {needed}, and {version} is there"
                )
