"""What a question gets from the server of samples. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from caveat.samples import Sample

STATE = "state:"
"""What a question says to get a sample of its choice, as in `state:emergency`."""

DEFAULT = "published"
SLOW, AWAY = "slow", "away"
SLOWER = 20
"""How many times longer `state:slow` takes."""

TRICKS: Mapping[str, str] = {
    SLOW: f"As published, but it takes {SLOWER} times as long.",
    AWAY: "The question is not accepted: 503, as while Kafka is away.",
}
"""What a question can ask for beside the samples."""

_STATE = re.compile(rf"\b{STATE}([a-z_]+)")


@dataclass(frozen=True, slots=True)
class Repertoire:
    """The samples, and which of them a question gets."""

    samples: tuple[Sample, ...]

    def state_in(self, text: str) -> str:
        """Say which state a question asks for; one that is not known is none."""
        found = _STATE.search(text)
        known = {sample.state for sample in self.samples} | TRICKS.keys()
        return found[1] if found and found[1] in known else DEFAULT

    def choose(self, text: str, region: str) -> Sample:
        """Choose by the state in the text, and by region where it matters."""
        told = self.state_in(text)
        state = DEFAULT if told in TRICKS else told
        fitting = [s for s in self.samples if s.state == state and s.region in ("", region)]
        return max(fitting, key=lambda sample: bool(sample.region))

    def listed(self) -> Iterator[dict[str, Any]]:
        """Describe what a question can ask for, for people and programs."""
        for sample in self.samples:
            document = sample.document
            yield {
                "say": STATE + sample.state,
                "region": sample.region,
                "status": document["status"],
                "code": document["status_reason"],
                "about": sample.about,
                "answer": f"/v1/answers/{document['id']}",
            }
        for state, about in TRICKS.items():
            nothing = dict.fromkeys(("status", "code", "answer"))
            yield {"say": STATE + state, "region": "", "about": about, **nothing}
