"""A bare server of event streams: streams.py PORT EVENTS. One event a second, then the end.

`GET /count` answers how many streams were open at most, how many were sent whole, and the CPU
seconds of this process, as three numbers.
"""
import asyncio
import os
import sys

open_now = most = whole = 0


async def stream(writer, events):
    global open_now, most, whole
    open_now += 1
    most = max(most, open_now)
    try:
        writer.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
        )
        for number in range(events):
            event = b'event: tick\ndata: {"n":%d}\n\n' % number
            writer.write(b"%x\r\n%s\r\n" % (len(event), event))
            await writer.drain()
            await asyncio.sleep(1)
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        whole += 1
    finally:
        open_now -= 1


async def serve(reader, writer):
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            if head.startswith(b"GET /count "):
                times = os.times()
                body = b"%d %d %.2f" % (most, whole, times.user + times.system)
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body))
                await writer.drain()
            else:
                await stream(writer, int(sys.argv[2]))
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", int(sys.argv[1]), backlog=8192)
    async with server:
        await server.serve_forever()


asyncio.run(main())
