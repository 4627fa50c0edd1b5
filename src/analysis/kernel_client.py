"""A client of kernels that sees at once that a kernel is ready; that of jupyter_client waits for silence to be sure."""

from __future__ import annotations

import math
import time
from queue import Empty
from typing import Any

import zmq
from jupyter_client.asynchronous.client import AsyncKernelClient

from analysis.notebook_errors import SilentKernelError

_AGAIN_AFTER = 10
"""Milliseconds after which a socket that found nobody tries again."""


class PromptClient(AsyncKernelClient):
    """The client of jupyter_client for kernels that answer in milliseconds."""

    def start_channels(self, *args: Any, **kwargs: Any) -> None:
        """Open the channels."""
        self.context.setsockopt(zmq.RECONNECT_IVL, _AGAIN_AFTER)
        super().start_channels(*args, **kwargs)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers and its outputs arrive.

        The outputs arrive when the kernel's word that it has dealt with a question comes through: what it said before
        has been received by then. jupyter_client waits until nothing has come for 200 milliseconds instead. A kernel
        that starts slowly is asked several times; it answers every question later, and any answer will do.
        timeout: seconds; default no limit. Raises SilentKernelError when it is over, RuntimeError when the kernel has
        died.
        """
        over = time.monotonic() + (math.inf if timeout is None else timeout)
        asked: set[str] = set()
        while True:
            asked.add(self.kernel_info())
            try:
                reply = await self.get_shell_msg(timeout=1)
                question = reply["parent_header"].get("msg_id")
                if reply["msg_type"] == "kernel_info_reply" and question in asked:
                    while not _has_dealt_with(question, await self.get_iopub_msg(timeout=0.2)):
                        pass
                    self._handle_kernel_info_reply(reply)
                    return
            except Empty:
                pass
            if not await self.is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if time.monotonic() > over:
                raise SilentKernelError(f"Kernel didn't respond in {timeout} seconds")


def _has_dealt_with(asked: str, said: dict[str, Any]) -> bool:
    """Whether a message on the channel of outputs says that the kernel is idle after a question."""
    of_it = said["parent_header"].get("msg_id") == asked
    return bool(of_it and said["msg_type"] == "status" and said["content"]["execution_state"] == "idle")
