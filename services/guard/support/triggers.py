"""Tell from single words which patterns can match a text at all, so that few are tried. Pure.

Every match of a pattern holds one of its words; a test proves that of each. Nothing rests on a
trigger but the time that it saves.
"""

from enum import IntEnum

from services.guard.support.words import listed


class Trigger(IntEnum):
    """One bit for each pattern, or family of patterns, of this package."""

    MARK = 1
    DENIAL = 2
    COMPARED = 4
    LEVEL = 8
    MAY = 16
    DOUBT = 32
    PROOF = 64
    LINK = 128
    CAUSE = 256
    CURE = 512
    PERIOD = 1_024
    VAGUE = 2_048
    ORDER = 4_096
    BOUND = 8_192
    LACK = 16_384


# A trigger is a part of a word; one of three letters has to begin it, a shorter one is all of it.
_TRIGGERS: tuple[tuple[Trigger, tuple[str, ...]], ...] = (
    (
        Trigger.MARK,
        listed(
            """
    above adequately firmly smoothly tightly
    alike all alone always as assistance below benefit cause certain change
    chief clear comparabl confirmed correctly decrease detected did differ earlier earliest
    effect else enough equal equivalent established every evidence exactly exceed
    exclusively few first greater help hidden hide higher identical if improvement increase
    inferior infrequent insufficient itself just known knows later latest leading least less
    little longer lower main mask matter mild missed more most necessarily no nobody none
    normally nothing noticed number older on only open or over primary principal proof
    properly proven rare recent recogni reduction same seldom shorter should similar size
    slight so sole spontaneous stable suitable than themselves treated treatment uncommon
    under undetermined unusual up well whether without worse younger
    """
        ),
    ),
    (
        Trigger.DENIAL,
        listed(
            """
    able active affected against approved cannot complete contagious controlled devoid diagnosed
    disproved effective eligible exposed fail false fatal free impossible independent
    infected infectious invasive irreversible licensed longer n't necessary neither never no
    nobody none nor not nowhere protected refuted related rule safe smoker smoking
    successful sufficient supported switched switches treated turned turns unless unlikely
    untrue vaccinated without
    """
        ),
    ),
    (
        Trigger.COMPARED,
        listed(
            """
    as compared comparison contrast instead opposed rather relative than unlike versus vs
    """
        ),
    ),
    (
        Trigger.LEVEL,
        listed(
            """
    all always bound bulk case certain common completely constantly customarily definite
    doomed entirely every exception fail few frequent general guarantee hardly inevitabl
    invariabl isolated large lot mainly majority many minority most must nearly normally
    number numerous occasional often only ordinarily part plenty predominantly rare
    repeatedly rule scarcely seldom small some sure tend then there times totally typical
    usual while whole widely widespread
    """
        ),
    ),
    (
        Trigger.MAY,
        listed(
            """
    able allow appear believed can chance could danger evidence hint let likelihood likely
    may might option perhaps possib potential presumably probabl prone risk rule seem some
    suggest suspected tend thought threat
    """
        ),
    ),
    (
        Trigger.DOUBT,
        listed(
            """
    appear believed can could evidence may might perhaps possibly potential seem suggest
    thought
    """
        ),
    ),
    (
        Trigger.PROOF,
        listed(
            """
    certain clear conclusive confirm doubt established known prove surely
    """
        ),
    ),
    (
        Trigger.LINK,
        listed(
            """
    associat connect link relat
    """
        ),
    ),
    (
        Trigger.CAUSE,
        listed(
            """
    caus due lead led prevent produce protect responsible result trigger
    """
        ),
    ),
    (
        Trigger.CURE,
        listed(
            """
    cur eliminate eradicate
    """
        ),
    ),
    (
        Trigger.PERIOD,
        listed(
            """
    alternate annual daily day every hour minute month night week year
    """
        ),
    ),
    (
        Trigger.VAGUE,
        listed(
            """
    days hours minutes months seconds weeks years
    """
        ),
    ),
    (
        Trigger.ORDER,
        listed(
            """
    after ahead amid before during follow later once preced prior since throughout until
    while
    """
        ),
    ),
    (
        Trigger.BOUND,
        listed(
            """
    above age as before below beyond capped cooler earlier earliest early exceed fewer
    greater higher late least less lighter limit longer lower maximum minimum more most no
    not older onward over past reach shorter smaller sooner starting than they under until
    up upwards younger
    """
        ),
    ),
    (
        Trigger.LACK,
        listed(
            """
    absence absent avoid deficien disappear fail gone impair incapable lack loss missing
    regardless resistan shortage vanish
    """
        ),
    ),
)


def triggers(raw: str) -> int:
    """Return the bits of the patterns that a word may be part of."""
    lower = raw.lower()
    parts = lower.replace("'", "-").split("-")
    return sum(
        bit
        for bit, known in _TRIGGERS
        if any(
            word in lower if len(word) > 3 or "'" in word else _begins(parts, word)
            for word in known
        )
    )


def _begins(parts: list[str], word: str) -> bool:
    return any(part.startswith(word) if len(word) == 3 else part == word for part in parts)
