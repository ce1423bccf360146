"""JSON over HTTP from a function, with a fixed number of threads.

Copied beside a program that `scalelab.measure.services` starts, so it imports nothing of ours: a
service is up in a tenth of a second.
"""

import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def serve(port, handle, threads):
    """Answer requests with ``handle(path, body)`` until the process ends.

    Parameters
    ----------
    port : int
        On 127.0.0.1.
    handle : callable
        Takes the path (with its query) and the JSON of the request's body, None where it has
        none. Returns what is sent back as JSON with status 200, or a tuple ``(status, answer)``.
        An exception is answered with status 500.
    threads : int
        Requests handled at once; others wait, in the order in which they came.
    """
    free = threading.Semaphore(threads)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # the connection stays open
        disable_nagle_algorithm = True
        wbufsize = -1  # header and body leave in one packet

        def do_GET(self):
            length = int(self.headers.get("Content-Length", 0))
            body = json.loads(self.rfile.read(length)) if length else None
            with free:
                try:
                    status, text = _encoded(handle(self.path, body))
                except Exception as error:
                    print(f"{self.path}: {type(error).__name__}: {error}")
                    error = {"error": f"{type(error).__name__}: {error}"}
                    status, text = _encoded((500, error))
            self.send_response_only(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_POST = do_PUT = do_DELETE = do_GET

        def handle_one_request(self):
            with contextlib.suppress(ConnectionError):  # the client went away
                return super().handle_one_request()
            self.close_connection = True

    class Server(ThreadingHTTPServer):
        request_queue_size = 1024

    Server(("127.0.0.1", port), Handler).serve_forever()


def _encoded(answer):
    """Status and bytes of what a handler returned."""
    status = 200
    if isinstance(answer, tuple):
        if len(answer) != 2 or answer[0] not in range(100, 600):
            raise ValueError(f"the answer {answer!r} is a tuple, and not one of status and answer")
        status, answer = answer
    return status, json.dumps(answer).encode()
