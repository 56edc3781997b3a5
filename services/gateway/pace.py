"""How long questions took lately, to say honestly when it is worth asking again."""

import math
from collections import deque
from datetime import datetime

_KEPT = 100  # questions
_LONGEST = 60  # seconds; who waits should look again, whatever the last hour was like


class Pace:
    """The times of the last questions of all clients, in this process."""

    def __init__(self) -> None:
        self._seconds: deque[float] = deque(maxlen=_KEPT)

    def note(self, seconds: float) -> None:
        """Note how long a question took."""
        self._seconds.append(max(seconds, 0.0))

    def left(self, asked_at: datetime | None, now: datetime) -> int | None:
        """Estimate the seconds left: nine of ten recent questions were answered by then.

        None while there is nothing to go by; 0 when this one takes longer than those.
        """
        if not self._seconds or asked_at is None:
            return None
        nine_of_ten = sorted(self._seconds)[math.ceil(len(self._seconds) * 0.9) - 1]
        left = nine_of_ten - (now - asked_at).total_seconds()
        return min(max(math.ceil(left), 0), _LONGEST)

    def retry_after(self, asked_at: datetime | None, now: datetime) -> dict[str, str]:
        """Say in a header when to look again, a second from now at the earliest."""
        return {"Retry-After": str(max(self.left(asked_at, now) or 1, 1))}
