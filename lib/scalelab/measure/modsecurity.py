"""A web application firewall: nginx with ModSecurity and the OWASP Core Rule Set.

Debian packages all three; there is no wheel. The rules score each request, and one that reaches
five points is answered with 403 and never sees the application.
"""

import contextlib
import re
from pathlib import Path

from .haproxy import Balancer
from .launcher import Part, running
from .parts import MissingPart, find

NGINX = "/usr/sbin/nginx"  # the module fits only the nginx that it was built for
RULES = Path("/usr/share/modsecurity-crs/rules")
SETUP = Path("/etc/modsecurity/crs/crs-setup.conf")

CONFIG = """\
load_module {module};
daemon off;
master_process off;
error_log stderr;
pid nginx.pid;
events {{}}
http {{
    access_log off;
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi; scgi_temp_path scgi;
    modsecurity on;
    modsecurity_rules_file rules.conf;
    server {{
        listen 127.0.0.1:${{PORT}};
        location / {{
            proxy_pass http://{address};
        }}
    }}
}}
"""
RULE_FILES = """\
SecRuleEngine On
SecRequestBodyAccess On
SecAuditEngine Off
SecTmpDir .
SecDataDir .
Include {setup}
Include {rules}/*.conf
"""


@contextlib.contextmanager
def run(address):
    """Run the firewall before an application until the end of the block.

    Parameters
    ----------
    address : str
        The application's, ``"127.0.0.1:port"``.

    Yields
    ------
    Balancer
        With the firewall's ``port`` and ``url``.

    Raises
    ------
    MissingPart
        nginx, its module or the rules are not installed.
    PartFailed
        It did not start.
    ValueError
        The address is not one on this machine.

    Examples
    --------
    >>> with run("127.0.0.1:8000") as wall:  # doctest: +SKIP
    ...     print(wall.url)
    http://127.0.0.1:25001
    """
    if not re.fullmatch(r"(127\.0\.0\.1|localhost):\d+", str(address)):
        raise ValueError(f"address is {address!r}: it must be one on this machine")
    module, _ = find("modsecurity")
    if not (Path(NGINX).exists() and RULES.is_dir() and SETUP.exists()):
        raise MissingPart("The Core Rule Set is not installed: 'apt install modsecurity-crs'.")
    start = 'sed "s/[$]{PORT}/$PORT/" template > nginx.conf && exec "$0" -p . -c nginx.conf'
    part = Part(
        "nginx with ModSecurity",
        lambda port: ["/bin/sh", "-c", start, NGINX],
        files={
            "template": CONFIG.format(module=module, address=address),
            "rules.conf": RULE_FILES.format(setup=SETUP, rules=RULES),
        },
    )
    with running([part]):
        yield Balancer(part.port)
