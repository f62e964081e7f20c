"""The socket that the service listens on."""

import asyncio
import socket

from api.http.server import listen


def test_what_is_written_to_a_connection_leaves_at_once() -> None:
    """With Nagle's algorithm, an answer in two pieces waits for the client's delayed acknowledgement: 40 ms."""

    async def without_delay() -> int:
        accepted: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        async def answered(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            connection: socket.socket = writer.get_extra_info("socket")
            accepted.set_result(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()
            await writer.wait_closed()

        listener = listen("127.0.0.1", 0)
        async with await asyncio.start_server(answered, sock=listener):
            reader, writer = await asyncio.open_connection(*listener.getsockname())
            await reader.read()
            writer.close()
            await writer.wait_closed()
        return await accepted

    assert asyncio.run(asyncio.wait_for(without_delay(), timeout=10)) != 0
