import contextlib
import signal
import socket
import threading
import time

import psutil
import pytest

from scalelab.measure import mesh, ports, proxy


class Echo:
    """A server that sends everything back and remembers what it got."""

    def __init__(self):
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        self.received, self.ends, self.threads, self.sockets = bytearray(), [], [], []
        self.spawn(self.accept)

    def spawn(self, function, *arguments):
        self.threads.append(threading.Thread(target=function, args=arguments))
        self.threads[-1].start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                peer = self.door.accept()[0]
                self.sockets.append(peer)
                self.spawn(self.serve, peer)

    def serve(self, peer):
        with peer:
            try:
                while data := peer.recv(1 << 16):
                    self.received += data
                    peer.sendall(data)
                self.ends.append("end")
            except ConnectionError:
                self.ends.append("reset")

    def close(self):
        self.door.shutdown(socket.SHUT_RDWR)
        self.door.close()
        for peer in self.sockets:
            with contextlib.suppress(OSError):
                peer.shutdown(socket.SHUT_RDWR)
        for thread in self.threads:
            thread.join()


@pytest.fixture
def echo():
    server = Echo()
    yield server
    server.close()


@pytest.fixture
def client():
    with contextlib.ExitStack() as stack:
        yield lambda link: stack.enter_context(
            socket.create_connection(("127.0.0.1", link.port), timeout=20)
        )


def ask(connection, data=b"ping"):
    connection.sendall(data)
    return read(connection, len(data))


def read(connection, size):
    data = b""
    while len(data) < size:
        chunk = connection.recv(size - len(data))
        assert chunk, "the connection ended"
        data += chunk
    return data


def silent(connection, seconds=0.2):
    """Whether nothing comes for a while; only a fault can make this false."""
    connection.settimeout(seconds)
    try:
        return connection.recv(1) is None
    except TimeoutError:
        return True
    finally:
        connection.settimeout(20)


def test_bytes_pass_both_ways_and_the_end_too(echo, client, eventually):
    with proxy.to(echo.port) as link:
        one = client(link)
        blob = bytes(range(256)) * 20_000
        answer = []
        reader = threading.Thread(target=lambda: answer.append(read(one, len(blob))))
        reader.start()
        one.sendall(blob)
        reader.join()
        assert answer == [blob]
        one.shutdown(socket.SHUT_WR)
        assert one.recv(1) == b""
        assert echo.ends == ["end"]
        eventually(lambda: connected(link) == 0, "sockets remain")
    assert ports.free(link.port)


def connected(link):
    made = psutil.Process(link.part.pid).net_connections("tcp")
    return sum(c.status == psutil.CONN_ESTABLISHED for c in made)


@pytest.mark.parametrize(("direction", "ways"), [("up", 1), ("down", 1), ("both", 2)])
def test_delay(echo, client, direction, ways):
    with proxy.to(f"127.0.0.1:{echo.port}") as link:
        link.set(direction, delay=0.15)
        one = client(link)
        begin = time.perf_counter()
        ask(one)
        assert time.perf_counter() - begin >= 0.15 * ways
        link.set(delay=0)
        begin = min(clock(lambda: ask(one)) for _ in range(10))
        assert begin < 0.15


def clock(call):
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def test_delayed_chunks_travel_together_and_in_order(echo, client):
    with proxy.to(echo.port) as link:
        link.set("up", delay=0.2, jitter=0.02, stall=0.02)
        one = client(link)
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sent = b"".join(b"%05d" % i for i in range(100))

        def dribble():
            for i in range(100):
                one.sendall(b"%05d" % i)
                time.sleep(0.002)
            return read(one, len(sent)) == sent

        answers = []
        took = clock(lambda: answers.append(dribble()))
        assert answers == [True]
        assert 0.2 <= took < 100 * 0.2, "each chunk waited for the one before"


def test_bandwidth(echo, client):
    with proxy.to(echo.port) as link:
        link.set("down", bandwidth=100_000)
        assert clock(lambda: ask(client(link), bytes(30_000))) >= 0.3


def test_a_stall_is_a_late_chunk(echo, client):
    with proxy.to(echo.port) as link:
        one = client(link)
        link.set("down", stall=1)
        assert clock(lambda: ask(one)) >= 0.2


def fates(echo, client, seed):
    with proxy.to(echo.port, seed=seed) as link:
        link.drop(0.5)
        return [lives(client, link) for _ in range(12)]


def lives(client, link):
    try:
        return ask(client(link)) == b"ping"
    except ConnectionError:
        return False


def test_drop_resets_new_connections_by_seed(echo, client):
    first = fates(echo, client, seed=1)
    assert set(first) == {True, False}
    assert fates(echo, client, seed=1) == first
    assert fates(echo, client, seed=2) != first


def test_a_cut_holds_back_and_heals(echo, client, eventually):
    with proxy.to(echo.port) as link:
        one = client(link)
        ask(one)
        link.cut("up")
        one.sendall(b"held")
        assert silent(one)
        assert echo.received == b"ping"
        late = client(link)
        late.sendall(b"new")
        assert silent(late), "a new connection passes a cut"
        link.heal()
        assert read(one, 4) == b"held"
        assert read(late, 3) == b"new"

        link.cut("down")
        one.sendall(b"heard")
        eventually(lambda: echo.received.endswith(b"heard"), "a cut down stops what goes up")
        assert silent(one)
        link.heal()
        assert read(one, 5) == b"heard"

        link.cut()
        one.sendall(b"last")
        one.close()
        assert silent(late)
        assert echo.ends == []
        link.heal()
        eventually(lambda: echo.ends == ["end"], "the end is lost")
        assert echo.received.endswith(b"last")


def test_who_gave_up_connecting_during_a_cut_was_never_there(echo, client, eventually):
    with proxy.to(echo.port) as link:
        link.cut("down")
        with client(link) as one:
            one.sendall(b"ghost")
        link.heal()
        assert ask(client(link)) == b"ping"
        assert echo.received == b"ping"


def test_a_client_that_left_during_a_cut_does_not_hold_up_the_healing(echo, client, eventually):
    with proxy.to(echo.port) as link:
        for round in range(1, 6):
            one = client(link)
            ask(one)
            link.cut("down")
            one.sendall(b"heard")
            eventually(lambda n=round: echo.received.count(b"heard") == n, "a cut down stops it")
            one.close()
            eventually(lambda n=round: len(echo.ends) == 2 * n - 1, "the end does not pass")
            link.heal()
            two = client(link)
            assert ask(two) == b"ping"
            two.close()
            eventually(lambda n=round: len(echo.ends) == 2 * n, "the end does not pass")


def test_reset_breaks_connections_and_takes_new_ones(echo, client, eventually):
    with proxy.to(echo.port) as link:
        one = client(link)
        ask(one)
        link.reset()
        with pytest.raises(ConnectionResetError):
            one.recv(1)
        eventually(lambda: echo.ends == ["reset"], "the target does not know")
        assert ask(client(link)) == b"ping"


def test_half_open(echo, client, eventually):
    with proxy.to(echo.port) as link:
        one = client(link)
        ask(one)
        link.reset("up")
        eventually(lambda: echo.ends == ["reset"], "the target does not know")
        one.sendall(bytes(10_000_000))
        assert silent(one)
        one.close()

        two = client(link)
        ask(two)
        link.reset("down")
        with pytest.raises(ConnectionResetError):
            two.recv(1)
        assert echo.ends == ["reset"]
        assert connected(link) == 1
        link.reset()
        eventually(lambda: connected(link) == 0, "sockets remain")


def test_a_client_that_resets_resets_the_target(echo, client, eventually):
    with proxy.to(echo.port) as link:
        one = client(link)
        ask(one)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        one.close()
        eventually(lambda: echo.ends == ["reset"], "the target does not know")


def test_a_target_that_refuses_or_comes_later(echo, client):
    with proxy.links([ports.free_port(), None]) as (refused, later):
        assert not lives(client, refused)
        one = client(later)
        one.sendall(b"ping")
        assert silent(one)
        later.connect(echo.port)
        assert read(one, 4) == b"ping"


def test_links_of_one_process_are_independent(echo, client):
    with proxy.links([echo.port, echo.port]) as (cut, whole):
        assert cut.part is whole.part
        assert cut.port != whole.port
        cut.cut()
        assert ask(client(whole)) == b"ping"


def test_backpressure_bounds_what_is_held(echo, client):
    with proxy.to(echo.port) as link:
        one = client(link)
        link.cut()
        one.settimeout(0.5)
        with pytest.raises(TimeoutError):
            one.sendall(bytes(200_000_000))
        assert psutil.Process(link.part.pid).memory_info().rss < 150e6


def test_partition(client):
    with contextlib.ExitStack() as stack:
        servers = [Echo() for _ in range(3)]
        for server in servers:
            stack.callback(server.close)
        addresses = [server.port for server in servers]
        net = stack.enter_context(mesh.mesh(addresses, clients=["alice"]))
        made = {ends: client(link) for ends, link in net.links.items()}
        assert len(made) == 9
        assert all(ask(one) == b"ping" for one in made.values())
        net.partition({0, "alice"}, {1, 2})
        assert net.cut == {(0, 1), (0, 2), (1, 0), (2, 0), ("alice", 1), ("alice", 2)}
        for one in made.values():
            one.sendall(b"ping")
        assert all(silent(made[ends], 0.05) for ends in net.cut)
        for ends in made.keys() - net.cut:
            assert read(made[ends], 4) == b"ping"
        before = set(net.cut)
        net.partition({0}, {1})
        assert net.cut == {(0, 1), (1, 0)}
        assert all(read(made[ends], 4) == b"ping" for ends in before - net.cut)
        net.heal()
        assert all(read(made[ends], 4) == b"ping" for ends in ((0, 1), (1, 0)))
        net["alice", 2].cut()
        assert ask(made["alice", 1]) == b"ping"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: proxy.links([]), "addresses is empty"),
        (lambda: proxy.to("localhost"), "address is 'localhost': give '127.0.0.1:6379'"),
        (lambda: proxy.to(0), "address is '127.0.0.1:0'"),
        (lambda: proxy.to(True), "address is True"),
        (lambda: proxy.to(6379, seed=None), "seed is None"),
        (lambda: mesh.mesh([1]), "addresses has fewer than two nodes"),
        (lambda: mesh.mesh([1, 2], clients=["a", "a"]), "clients is"),
    ],
)
def test_wrong_targets(call, words):
    with pytest.raises(ValueError, match=words), call():
        pass


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda link: link.set("left", delay=1), "direction is 'left'; known are up, down, both"),
        (lambda link: link.set(delay=-1), "delay is -1: give seconds"),
        (lambda link: link.set(jitter=float("nan")), "jitter is nan"),
        (lambda link: link.set(bandwidth=0), "bandwidth is 0"),
        (lambda link: link.set(stall=1.5), r"stall is 1\.5: a fraction"),
        (lambda link: link.drop("all"), "fraction is 'all'"),
        (lambda link: link.cut("left"), "direction is 'left'"),
        (lambda link: link.connect(None), "address is None"),
    ],
)
def test_wrong_settings(call, words):
    with pytest.raises(ValueError, match=words):
        call(proxy.Link(1, 0, None))


def test_wrong_partitions():
    net = mesh.Mesh(dict.fromkeys([(0, 1), (1, 0)]))
    with pytest.raises(ValueError, match="fewer than two"):
        net.partition({0})
    with pytest.raises(ValueError, match="groups hold 0 twice"):
        net.partition({0}, {0, 1})
    with pytest.raises(ValueError, match="groups hold 7, which is no node"):
        net.partition({0}, {7})
    with pytest.raises(ValueError, match=r"no link is called \(0, 2\); the links are \(0, 1\)"):
        net[0, 2]


def test_an_exception_leaves_nothing(echo):
    with pytest.raises(ZeroDivisionError), proxy.to(echo.port) as link:
        raise ZeroDivisionError
    assert not psutil.pid_exists(link.part.pid)
    assert ports.free(link.port)


def test_kill_9_leaves_nothing(reader):
    kernel = reader("""
import time
from scalelab.measure import mesh
with mesh.mesh([20000, 20001]) as net:
    print(*(link.port for link in net.links.values()), flush=True)
    time.sleep(600)
""")
    kernel.send(signal.SIGKILL)
    kernel.leaves_nothing()
