"""Makes identifiers in Slack's forms; the same seed gives the same ones."""

import string
from collections.abc import Callable
from datetime import datetime
from random import Random

_CODE = string.ascii_uppercase + string.digits
_TOKEN = string.ascii_letters + string.digits


class Ids:
    """Makes identifiers; none is used for security."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - identifiers of a made-up workspace, wanted the same every run
        self._made = 0

    def code(self, prefix: str) -> str:
        """An object's id: `prefix` and nine capitals and digits, as `V0…`, `F0…`, `Ev0…`."""
        return f"{prefix}0{''.join(self._random.choices(_CODE, k=9))}"

    def digits(self, count: int) -> str:
        """A number of `count` digits that does not begin with 0."""
        return str(self._random.randint(10 ** (count - 1), 10**count - 1))

    def secret(self, count: int) -> str:
        """`count` letters and digits."""
        return "".join(self._random.choices(_TOKEN, k=count))

    def hexadecimal(self, count: int) -> str:
        """`count` lower-case hexadecimal digits."""
        return f"{self._random.getrandbits(count * 4):0{count}x}"

    def uuid(self) -> str:
        """A UUID's form, as an envelope's id and a client's message id have it."""
        raw = self.hexadecimal(32)
        return "-".join((raw[:8], raw[8:12], raw[12:16], raw[16:20], raw[20:]))

    def short(self) -> str:
        """A block's or an action's id where the app gave none: five letters and digits, each once."""
        self._made += 1
        return f"{self._made:x}{self.secret(4)}"


class Stamps:
    """Makes the `ts` of messages: the clock's time in seconds with six decimals, always rising."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._last = 0

    def next(self) -> str:
        """The next `ts`; a microsecond after the last one when the clock does not move."""
        now = self._clock()
        micros = int(now.timestamp()) * 1_000_000 + now.microsecond
        self._last = max(self._last + 1, micros)
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"
