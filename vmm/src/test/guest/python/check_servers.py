# behaviour: asyncio and selectors run servers and clients over TCP, UDP and AF_UNIX in one process
import asyncio
import os
import selectors
import socket
import tempfile


async def answer(reader, writer):
    while line := await reader.readline():
        writer.write(line.upper())
        await writer.drain()
    writer.write(b"bye\n")
    await writer.drain()
    writer.close()
    await writer.wait_closed()


async def talk(reader, writer, texts):
    got = []
    for text in texts:
        writer.write(text + b"\n")
        await writer.drain()
        got.append(await reader.readline())
    writer.write_eof()
    got.append(await reader.read())
    writer.close()
    await writer.wait_closed()
    return got


class Echo(asyncio.DatagramProtocol):
    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, sender):
        self.transport.sendto(data[::-1], sender)


class Ask(asyncio.DatagramProtocol):
    def __init__(self, future):
        self.future = future

    def connection_made(self, transport):
        transport.sendto(b"abc")

    def datagram_received(self, data, sender):
        self.future.set_result(data)


async def main():
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    talks = [talk(*await asyncio.open_connection("127.0.0.1", port), [b"one", b"two", b"x" * 60000]) for _ in range(20)]
    for got in await asyncio.gather(*talks):
        assert got == [b"ONE\n", b"TWO\n", b"X" * 60000 + b"\n", b"bye\n"], got
    server.close()
    await server.wait_closed()
    try:
        await asyncio.open_connection("127.0.0.1", port)
    except ConnectionRefusedError as e:
        print("refused", e.errno)

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "socket")
        server = await asyncio.start_unix_server(answer, path)
        print(os.listdir(folder), await talk(*await asyncio.open_unix_connection(path), [b"unix"]))
        server.close()
        await server.wait_closed()

    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(Echo, local_addr=("127.0.0.1", 0))
    future = loop.create_future()
    asking, _ = await loop.create_datagram_endpoint(lambda: Ask(future), remote_addr=transport.get_extra_info("sockname"))
    print(await future)
    asking.close()
    transport.close()

    try:
        await asyncio.wait_for(asyncio.sleep(10), 0.01)
    except asyncio.TimeoutError:
        print("timeout")
    reader, writer = os.pipe()
    stream = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stream), os.fdopen(reader, "rb"))
    os.write(writer, b"through a pipe")
    os.close(writer)
    print(await stream.read())


asyncio.run(main())

for kind in (selectors.SelectSelector, selectors.PollSelector, selectors.EpollSelector):
    a, b = socket.socketpair()
    a.setblocking(False)
    b.settimeout(0.01)
    with kind() as selector:
        selector.register(a, selectors.EVENT_READ | selectors.EVENT_WRITE, "a")
        print(kind.__name__, [(key.data, events) for key, events in selector.select(1)])
        b.sendall(b"x" * 1000)
        print([(key.data, events) for key, events in selector.select(1)], len(a.recv(4096)))
        selector.modify(a, selectors.EVENT_READ)
        print(selector.select(0.01))
        try:
            b.recv(1)
        except socket.timeout:
            print("timed out")
        b.close()
        print([(key.data, events) for key, events in selector.select(1)], a.recv(1))
    a.close()
