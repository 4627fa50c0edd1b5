"""The client that sees by the kernel's own messages that it is ready."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from queue import Empty
from typing import Any

import pytest

from analysis.kernel_client import PromptClient


def message(kind: str, asked: str, state: str = "") -> dict[str, Any]:
    content = {"execution_state": state, "protocol_version": "5.3"}
    return {"msg_type": kind, "parent_header": {"msg_id": asked}, "content": content}


class Scripted(PromptClient):
    """A kernel that says what it is told to; None is silence. Questions are numbered from 1."""

    def __init__(self, shell: Iterable[Any], outputs: Iterable[Any], *, alive: bool = True) -> None:
        super().__init__()
        self.questions, self.shell, self.outputs, self.alive = 0, iter(shell), iter(outputs), alive

    def kernel_info(self, *_arguments: Any, **_keywords: Any) -> str:
        self.questions += 1
        return str(self.questions)

    async def get_shell_msg(self, *_arguments: Any, **_keywords: Any) -> Any:
        return self.next(self.shell)

    async def get_iopub_msg(self, *_arguments: Any, **_keywords: Any) -> Any:
        return self.next(self.outputs)

    async def is_alive(self) -> bool:
        return self.alive

    @staticmethod
    def next(script: Any) -> Any:
        said = next(script, None)
        if said is None:
            raise Empty
        return said


REPLY = "kernel_info_reply"


def test_a_kernel_is_ready_when_its_outputs_up_to_the_answer_have_come() -> None:
    outputs = [
        message("status", "1", "busy"),
        message("status", "0", "idle"),
        message("stream", "1"),
        message("status", "1", "idle"),
    ]
    client = Scripted([message(REPLY, "1")], [*outputs, message("status", "9", "busy")])
    asyncio.run(client.wait_for_ready(timeout=5))
    assert client.questions == 1
    assert next(client.outputs)["parent_header"] == {"msg_id": "9"}


def test_a_kernel_whose_outputs_do_not_come_yet_is_asked_again() -> None:
    client = Scripted([message(REPLY, "1"), message(REPLY, "2")], [None, message("status", "2", "idle")])
    asyncio.run(client.wait_for_ready(timeout=5))
    assert client.questions == 2


def test_a_kernel_that_wakes_after_several_questions_is_ready_with_its_answer_to_the_first() -> None:
    """It answers all of them, in their order: one that is asked anew each time would for ever be an answer behind."""
    client = Scripted([None, None, message(REPLY, "1"), message(REPLY, "2")], [message("status", "1", "idle")])
    asyncio.run(client.wait_for_ready(timeout=5))
    assert client.questions == 3
    assert next(client.shell)["parent_header"] == {"msg_id": "2"}


def test_an_answer_to_a_question_of_somebody_else_does_not_count() -> None:
    client = Scripted([message(REPLY, "other"), message(REPLY, "2")], [message("status", "2", "idle")])
    asyncio.run(client.wait_for_ready(timeout=5))
    assert client.questions == 2


@pytest.mark.parametrize(("alive", "words"), [(False, "Kernel died before replying"), (True, "respond in 0.01")])
def test_a_kernel_that_is_gone_or_silent_is_told(alive: bool, words: str) -> None:
    with pytest.raises(RuntimeError, match=words):
        asyncio.run(Scripted([], [], alive=alive).wait_for_ready(timeout=0.01))
