"""What a program sees of the outside: each argument is an expression, its value or its exception is a line of the output."""
import errno, hashlib, os, select, selectors, socket, struct, sys, time
import urllib.request


def get(url):
    with urllib.request.urlopen(url, timeout=120) as response:
        return response.read().decode()


def tcp(host, port, family=socket.AF_INET):
    with socket.socket(family, socket.SOCK_STREAM) as s:
        s.settimeout(120)
        s.connect((host, port))
        return "connected"


def udp(host, port, message=b"ping", family=socket.AF_INET):
    with socket.socket(family, socket.SOCK_DGRAM) as s:
        s.settimeout(120)
        s.sendto(message, (host, port))
        answer, source = s.recvfrom(70000)
        return answer[:20], len(answer), source[1] == port


def connected_udp(host, port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(120)
        s.connect((host, port))
        s.send(b"ping")
        return s.recv(100)


def names(host):
    return sorted({a[4][0] for a in socket.getaddrinfo(host, 80, proto=socket.IPPROTO_TCP)})


def pending(host, port):
    """A non-blocking connect, as an event loop makes it."""
    s = socket.socket()
    s.setblocking(False)
    first = errno.errorcode[s.connect_ex((host, port))]
    p = select.epoll()
    p.register(s, select.EPOLLOUT | select.EPOLLIN | select.EPOLLRDHUP)
    events = p.poll(120)[0][1]
    error = s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    return first, events, errno.errorcode.get(error, error)


def ends(host, port):
    s = socket.create_connection((host, port), 120)
    mine, peer = s.getsockname(), s.getpeername()
    return mine[0], mine[1] > 0, peer == (host, port)


def digest(host, port, size):
    """Sends size bytes and what they hash to comes back, while as many come the other way."""
    s = socket.create_connection((host, port), 120)
    s.setblocking(False)
    block = bytes(range(256)) * 256
    sent = got = 0
    mine = hashlib.sha256()
    theirs = b""
    s_events = select.poll()
    closed = False
    s_events.register(s, select.POLLIN | select.POLLOUT)
    while True:
        for _, event in s_events.poll(60000):
            if event & select.POLLOUT and sent < size:
                try:
                    n = s.send(block[: size - sent])
                    mine.update(block[:n])
                    sent += n
                except BlockingIOError:
                    pass
            if event & select.POLLIN:
                try:
                    data = s.recv(1 << 16)
                except BlockingIOError:
                    continue
                if not data:
                    return got, theirs.decode() == mine.hexdigest()
                got += len(data)
                theirs = (theirs + data)[-64:]
        if sent == size and not closed:
            closed = True
            s.shutdown(socket.SHUT_WR)
            s_events.modify(s, select.POLLIN)
        if sent < size and sent % len(block):
            block = block[sent % len(block):] + block[: sent % len(block)]


def many(host, port, count):
    selector = selectors.DefaultSelector()
    for i in range(count):
        s = socket.socket()
        s.setblocking(False)
        s.connect_ex((host, port))
        selector.register(s, selectors.EVENT_WRITE, i)
    answers = set()
    while len(answers) < count:
        for key, event in selector.select(120):
            if event & selectors.EVENT_WRITE:
                key.fileobj.send(b"%d\n" % key.data)
                selector.modify(key.fileobj, selectors.EVENT_READ, key.data)
            else:
                answers.add((key.data, int(key.fileobj.recv(100))))
                selector.unregister(key.fileobj)
                key.fileobj.close()
    return all(a == b for a, b in answers), len(answers)


def read_all(host, port):
    s = socket.create_connection((host, port), 120)
    s.settimeout(None)
    time.sleep(0.5)
    data = []
    while True:
        more = s.recv(5000)
        if not more:
            return b"".join(data)
        data.append(more)


def reset(host, port):
    s = socket.create_connection((host, port), 120)
    s.settimeout(None)
    s.sendall(b"reset me\n")
    try:
        return s.recv(10)
    finally:
        p = select.poll()
        p.register(s, select.POLLIN | select.POLLOUT)


for expression in sys.argv[1:]:
    try:
        print(eval(expression))
    except Exception as e:
        print(type(e).__name__, getattr(e, "reason", e))
