# behaviour: an asyncio loop with timers, sockets and queues in one thread
import asyncio
async def worker(n, q):
    await asyncio.sleep(0.001 * n); await q.put(n); return n * n
async def main():
    q = asyncio.Queue(); print(await asyncio.gather(*(worker(i, q) for i in range(10)))); print([q.get_nowait() for _ in range(10)])
    async def serve(r, w):
        w.write((await r.readline()).upper()); await w.drain(); w.close()
    s = await asyncio.start_server(serve, "127.0.0.1", 0); r, w = await asyncio.open_connection(*s.sockets[0].getsockname()); w.write(b"hello\n"); print(await r.read()); w.close(); s.close()
    try: await asyncio.wait_for(asyncio.sleep(10), 0.01)
    except TimeoutError: print("timeout")
    except asyncio.TimeoutError: print("timeout")
asyncio.run(main())
