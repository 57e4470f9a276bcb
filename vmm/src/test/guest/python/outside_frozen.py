"""Connections are open and one message waits unread when the program is frozen, at its read of standard input."""
import select, socket, sys

host, port = sys.argv[1], int(sys.argv[2])
sockets = [socket.create_connection((host, port), 120) for _ in range(3)]
for s in sockets:
    s.settimeout(None)
    s.sendall(b"hello\n")
assert sockets[0].recv(100) == b"hello\n" and sockets[1].recv(100) == b"hello\n"
while len(sockets[2].recv(100, socket.MSG_PEEK)) < 6:
    pass
poller = select.epoll()
for s in sockets:
    poller.register(s, select.EPOLLIN | select.EPOLLET)
poller.poll(0)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.connect((host, int(sys.argv[3])))
udp.send(b"before")
udp.recv(100)
print("ready", flush=True)
sys.stdin.readline()
print(sorted((sockets.index(s), e) for fd, e in poller.poll(0) for s in sockets if s.fileno() == fd))


def outcome(call):
    try:
        return call()
    except OSError as e:
        return type(e).__name__


print(outcome(lambda: sockets[0].recv(10)), outcome(lambda: sockets[0].recv(10)), outcome(lambda: sockets[0].send(b"x")))
print(outcome(lambda: sockets[1].send(b"x")), outcome(lambda: sockets[1].recv(10)))
print(outcome(lambda: sockets[2].recv(10)), outcome(lambda: sockets[2].recv(10)))
fresh = socket.create_connection((host, port), 120)
fresh.sendall(b"again\n")
print(fresh.recv(100))
udp.send(b"after")
print(udp.recv(100))
