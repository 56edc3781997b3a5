"""Read the form of the ask page, and say what is wrong with it. Pure."""

import hashlib
from dataclasses import dataclass
from urllib.parse import parse_qs

from services.gateway import core
from services.gateway.core import NewQuestion, Objection
from services.gateway.views import to_json

EXAMPLES = (
    "Is CAR-T cell therapy available for MDS?",
    "What is iron deficiency anemia?",
    "How is MDS diagnosed?",
    "What happens during a stem cell transplant?",
)
# Those that the policy has telephone numbers for; the first is chosen when nothing was said.
REGIONS = (
    ("", "not said"),
    ("AU", "Australia"),
    ("CA", "Canada"),
    ("FR", "France"),
    ("DE", "Germany"),
    ("IE", "Ireland"),
    ("NZ", "New Zealand"),
    ("ES", "Spain"),
    ("GB", "United Kingdom"),
    ("US", "United States"),
)

_MOST_FIELDS = 10


@dataclass(frozen=True, slots=True)
class Form:
    """What came from the ask page; `key` is what its page was given, the same for every click."""

    text: str
    region: str
    key: str

    @property
    def idempotency_key(self) -> str | None:
        """Name this question of this page: a second click repeats it, a changed text does not."""
        if not core.is_key(self.key):
            return None
        whole = "\0".join((self.key, self.region, self.text))
        return hashlib.sha256(whole.encode()).hexdigest()

    def question(self) -> NewQuestion | Objection:
        """Hold the form to what holds for every question."""
        fields = {"text": self.text, "region": self.region or None}
        return core.read_question(to_json(fields))


@dataclass(frozen=True, slots=True)
class FormFault:
    """What the ask page says when a question was not accepted."""

    status: int
    title: str
    detail: str
    of_text: bool = False


def read_form(body: bytes) -> Form | None:
    """Read a form as browsers send it; None when it is not one."""
    try:
        # errors="strict" twice: neither the body nor what it encodes may be anything but UTF-8.
        fields = parse_qs(
            body.decode("ascii"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:
        return None
    if any(len(values) > 1 for values in fields.values()):
        return None
    # A text box ends its lines with two characters, and counts them as one.
    text = fields.get("text", [""])[0].replace("\r\n", "\n")
    return Form(text, fields.get("region", [""])[0], fields.get("key", [""])[0])


def fault_of(objection: Objection) -> FormFault:
    """Say in a reader's words what is wrong with a question."""
    if objection.too_long:
        return FormFault(
            413, "The question is too long", f"Please use at most {core.LONGEST} characters.", True
        )
    pointers = {fault.pointer for fault in objection.faults}
    if pointers == {"#/text"}:
        return FormFault(
            400,
            "Please type a question",
            f"It needs at least {core.SHORTEST} readable letters.",
            True,
        )
    return FormFault(400, "The form could not be read", "Please choose again, and ask once more.")


UNREADABLE = FormFault(400, "The form could not be read", "Please type the question again.")
AWAY = FormFault(
    503,
    "Questions cannot be accepted right now",
    "Something that is needed is away. Your question was not sent; please ask again in a moment.",
)
BUSY = FormFault(
    429,
    "That was many questions at once",
    "Your question was not sent. Please wait a moment and ask again.",
)
ELSEWHERE = FormFault(
    403, "This came from another website", "Please type the question here, and ask again."
)
