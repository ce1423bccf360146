"""The reference has every public function of the modules that it names, with its signature."""

import re

import pytest
from built import ROOT

from scalelab_book import api

PAGES = ["api", *(f"api/{path.stem}" for path in sorted((ROOT / "book/api").glob("*.md")))]
PROMISED = [
    "model.queueing.mm1",
    "model.queueing.mmck",
    "model.scaling.fit_usl",
    "model.availability.k_of_n",
    "model.tail.hedged",
    "model.slo.burn_rate",
    "model.estimation.workload",
    "simulate.queue",
    "simulate.balancer",
    "simulate.network",
    "simulate.autoscale",
    "simulate.replication",
    "algorithms.sharding.jump",
    "algorithms.sharding.Ring",
    "algorithms.caching.che_hit_ratio",
    "algorithms.quorum.pbs",
    "algorithms.histories.cas",
    "algorithms.limiters.TokenBucket",
    "algorithms.retries.backoff",
    "measure.redis.cluster",
    "measure.postgres.replicated",
    "measure.load.closed_loop",
    "measure.proxy.links",
    "measure.nats.cluster",
    "show.claim",
    "stats.quantile",
    "sweep.sweep",
]


def modules(page):
    text = (ROOT / f"book/{page}.md").read_text(encoding="utf-8")
    return " ".join(re.findall(r"^```\{api\} (.+)$", text, flags=re.M)).split()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_every_name_of_its_modules(page, address, visit):
    found = visit(f"{address}/book/{page}.html")
    for module, names in api.public(modules(page)).items():
        for name, thing in names.items():
            part = found.locator(f"[id='{module.__name__}.{name}']")
            shown = part.locator("pre").first.inner_text()
            assert shown.strip() == f"{name}{api.signature(thing)}"
    assert not found.problems


def test_the_promised_names_are_there(address, visit):
    ids = set()
    for page in PAGES:
        ids |= set(
            visit(f"{address}/book/{page}.html")
            .locator("section[id^=scalelab]")
            .evaluate_all("all => all.map(one => one.id)")
        )
    assert not [name for name in PROMISED if f"scalelab.{name}" not in ids]


def test_methods_are_shown_with_their_class(address, visit):
    page = visit(f"{address}/book/api/algorithms.html")
    ring = page.locator("[id='scalelab.algorithms.sharding.Ring']")
    assert "place(keys)" in ring.locator(".api-member pre").first.inner_text()
