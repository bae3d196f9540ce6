"""A channel whose other side is a list, with the real contract."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from monitor.alerts.message import Answer, Message, Retry, Sent


@dataclass
class FakeChannel:
    """Answers from `script` first, then takes everything. `loses` answers come after it has arrived."""

    name: str
    can_be_asked: bool = False
    kind: str = "console"
    script: list[Answer] = field(default_factory=list)
    received: list[Message] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    answer_lost: int = 0  # so many messages arrive and their answer is lost
    down: bool = False
    tried: int = 0
    closed: bool = False

    async def send(self, message: Message) -> Answer:
        self.tried += 1
        if self.down:
            return Retry("down")
        if self.script:
            answer = self.script.pop(0)
            if isinstance(answer, Sent):
                self.received.append(message)
            return answer
        self.received.append(message)
        if self.answer_lost:
            self.answer_lost -= 1
            return Retry("no answer", uncertain=True)
        return Sent(f"id-{len(self.received)}")

    async def find(self, key: str, reply_to: str | None = None) -> Sent | Retry | None:
        self.asked.append(key)
        if self.down:
            return Retry("down")
        found = [n for n, message in enumerate(self.received, 1) if message.key == key]
        return Sent(f"id-{found[0]}") if found and self.can_be_asked else None

    async def close(self) -> None:
        self.closed = True

    def keys(self) -> list[str]:
        return [message.key for message in self.received]


def names(channels: Sequence[FakeChannel]) -> list[str]:
    return [channel.name for channel in channels]
