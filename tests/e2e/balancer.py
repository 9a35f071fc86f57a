"""What stands before several API servers: `python balancer.py PORT BACKEND_PORT…`. Connections go to one after another,
and to the next where nobody listens.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from itertools import count


async def main(port: int, backends: list[int]) -> None:
    turns = count()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        turn = next(turns)
        for offset in range(len(backends)):
            with contextlib.suppress(OSError):
                there = await asyncio.open_connection("127.0.0.1", backends[(turn + offset) % len(backends)])
                await asyncio.gather(pour(reader, there[1]), pour(there[0], writer))
                return
        writer.close()

    await (await asyncio.start_server(serve, "127.0.0.1", port)).serve_forever()


async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while chunk := await reader.read(2**16):
            writer.write(chunk)
            await writer.drain()
    writer.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), [int(each) for each in sys.argv[2:]]))
