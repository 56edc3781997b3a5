"""Turns of speech that mean something as a whole: "no more than" denies nothing. Pure.

Each is found before single words are weighed, and the words in it count no more by themselves.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """A turn of speech, what it means, and its place in the text."""

    kind: str
    start: int
    end: int


# What each kind means:
#   same      no difference is claimed          notworse  at least as good
#   bound     a limit of a number               only      excludes everything else
#   unsure    nobody knows                      most      first of all others
#   missed    nobody noticed                    notall    true of a part
#   neutral   says nothing that counts          unaided   by itself, untreated
#   fewer     "not as" many or much             common    "not uncommon"
#   badly     "not properly"
_ANY = r"(?:\S+ ){0,6}?"  # the same across commas
_SOME = r"(?:[^\s,;:]+ ){0,6}?"  # a few words, so that each pattern stays linear
_KINDS: tuple[tuple[str, str], ...] = (
    (
        "neutral",
        r"at the same time|only (?!only|possibly|solely)\w+ly\b|only (?:seldom|mild|slight)|only"
        r" \w+ed (?:after|when|if|once)|only (?:about|around|roughly|some|\d+)"
        r"|only (?:one|two|three) (?:out of|in)|(?:with|have|has|had|needs?) only (?:one|two|three)"
        r"|only for (?:an? )?(?:short |brief |little )?(?:moment|while|time)"
        r"|(?:the )?same (?:time|day|person|patient|kind|type|way|family)|not only"
        r"|(?:\d|times|twice|half) as (?:\S+)|all the time|all (?:day|night|year)|above all|at all"
        r"|first of all|after all|all over|all-cause"
        r"|more or less|with or without|whether or not|no matter|(?:does|do|did) not matter"
        r"|and so on"
        r"|as well as(?! (?:the|placebo|usual|a|an|standard))|as well(?! as)|most recent(?:ly)?"
        r"|no one-size|not just|all the same|if not"
        r"|(?:(?:not (?:\S+ )?|n't (?:\S+ )?)enough|insufficient(?:ly)?|too (?:little|few))"
        r"(?! (?:\S+ )?(?:evidence|proof|data|studies))",
    ),
    (
        "badly",
        r"(?:not|cannot|n't) (?:\S+ ){1,4}?(?:properly|correctly|adequately|normally|tightly|firmly"
        r"|smoothly|well enough|as (?:it|they) should)",
    ),
    (
        "unaided",
        r"(?:by|of) (?:itself|themselves)|on (?:its|their) own|spontaneous(?:ly)?|untreated"
        r"|not (?:been |being |be )?treated"
        r"|(?:without|when not) (?:(?:any|further|special|specific|active) )?(?:being )?"
        r"(?:treatment|treated|help|assistance)",
    ),
    (
        "common",
        r"(?:not|n't) (?:at all )?(?:uncommon|unusual|rare|infrequent)(?:ly)?",
    ),
    (
        "fewer",
        r"(?:not|n't) (?:(?:be|been|quite|nearly|do|work|perform|occur|happen|hurt) )?(?:as|so)"
        r"(?! (?:\w+ )?(?:a|an|the|if|though|far as|soon|long as)\b)(?= \w+)",
    ),
    (
        "notworse",
        r"(?:not|no|non|n't)[ -]?(?:(?:do|fare|work|perform|any|much|significantly|been|be"
        r"|statistically|found|clearly) ){0,2}(?:inferior|worse)(?: than)?|noninferior(?:ity)?"
        r"|at least as (?:good|effective|well|safe)",
    ),
    (
        "same",
        r"no (?:\S+ ){0,3}?differen(?:ce|t)s?(?: \S+)?|not? (?:\S+ )?differ(?:ent|ed|s)?(?: \S+)?"
        r"|(?:work(?:ed|s)?|do(?:es)?|did|perform(?:ed|s)?|just|about|equally"
        r"|nearly) as well(?: as)?"
        r"|equally well|as well as(?= (?:the|placebo|usual|a|an|standard))"
        r"|(?:just|equally|exactly) as \w+(?: as)?"
        r"|(?:about |just "
        r"|roughly |nearly |equally )?as (?:often|likely|good|effective|safe"
        r"|common|frequent|many|much|high|low|long)(?: as)?|(?:the |much the |about the )same"
        r"|similar(?:ly)?|equal(?:ly)?|equivalent|alike|comparabl[ey]|unchanged|identical(?:ly)?"
        r"|no (?:\S+ )?(?:change|effect|benefit|improvement|increase|reduction|decrease)(?: in"
        r"| on)?"
        r"|(?:remain(?:s|ed)?|stay(?:s|ed)?|was|were) (?:\S+ )?stable"
        r"|(?:no longer|does not|do not) changes?|did not (?:change|affect|alter"
        r"|influence)|made no difference",
    ),
    (
        "bound",
        r"(?:no|not) (?:more|later|longer|older|greater|higher|less|fewer|earlier|sooner|younger"
        r"|shorter|lower) than|at (?:most|least|the (?:most|least|latest|earliest))|up to"
        r"|not exceed(?:ing)?|(?:more|greater|higher|larger|longer|older|later|less|fewer|lower"
        r"|smaller|shorter|younger|earlier|warmer|colder|heavier|lighter|hotter|cooler) than"
        r"(?= (?:about |around |the |some )?(?:\d|a |an |half|one|two|three|four|five|six|seven"
        r"|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
        r"|hundred))"
        r"|(?:or|and) (?:more|over|older|above|longer|greater|higher|later|less|fewer|under|younger"
        r"|below|shorter|lower|earlier)\b(?! \w+ than)",
    ),
    (
        "only",
        rf"(?:apart from|other than|except(?: for)?|besides|aside from) {_ANY}"
        r"(?:no|none|nothing|nobody)|(?:no|none|nothing) "
        rf"{_SOME}(?:apart from|other than|except(?: for)?|besides|but)|only|just(?= (?:when|while"
        rf"|if|in|at|for the)\b)|solely|exclusively(?<!almost exclusively)(?<!nearly exclusively)"
        r"|alone|no other|nothing else|sole",
    ),
    (
        "unsure",
        r"not (?:yet |fully |well |completely )?(?:known|clear|certain|understood|established"
        r"|proven|confirmed)|unknown|unclear|uncertain(?:ty)?|undetermined|unproven|unconfirmed"
        r"|nobody knows|no one knows|remains to be|open question|poorly understood"
        r"|(?:no|little|insufficient|not enough|lack of|too little) (?:\S+ )?(?:evidence|proof)",
    ),
    (
        "most",
        rf"no (?:other )?\S+ {_SOME}(?:more|greater|better|higher|larger) \S+ than"
        r"|(?:most|least) (?:common|frequent|often|important|likely|effective|severe|serious"
        r"|widely|widespread)(?:ly)?|main|leading|benefit(?:s|ed)? (?:the )?most|chief"
        r"|number one|principal"
        r"|(?:the )?primary (?:cause|reason)",
    ),
    (
        "missed",
        r"(?:not|n't|go(?:es)?|remains?) (?:un)?(?:recogni[sz]ed|noticed|detected)|unrecogni[sz]ed"
        r"|unnoticed|undetected|overlooked?|missed|masks?|masked|hides?|hidden",
    ),
    (
        "notall",
        r"not (?:\w+ )?(?:all|every|everyone|everybody|always|necessarily"
        r"|suitable for (?:all|every\w*))",
    ),
)
_MARKS = re.compile(
    r"(?<![^\W_])(?:" + "|".join(f"(?P<{kind}>{p})" for kind, p in _KINDS) + r")(?![^\W_])"
)


def marks_of(text: str) -> tuple[Mark, ...]:
    """Find every turn of speech in a normalised text in lower case; none lies in another."""
    return tuple(Mark(str(match.lastgroup), *match.span()) for match in _MARKS.finditer(text))
