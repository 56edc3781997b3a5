"""The words of Caveat as frozen values: what travels between the stages, and nothing of how.

Class and field names equal those of proto/caveat/v1, which is what lets caveat.wire map one to
the other. Offsets are Unicode code points of NFC text; `end` is exclusive.
"""

from caveat.model.draft import (
    Block,
    BlockType,
    Draft,
    DraftCitation,
    DraftSentence,
    Fallback,
    Gap,
    Item,
    QuestionToAsk,
    Quote,
    Section,
)
from caveat.model.events import (
    AnswerDrafted,
    AnswerGuarded,
    AnswerPublished,
    EvidenceRetrieved,
    ProgressMade,
    QuestionAsked,
    QuestionConcluded,
    QuestionRouted,
)
from caveat.model.passage import (
    Evidence,
    Passage,
    RankedPassage,
    RestsOn,
    Source,
    SourceType,
)
from caveat.model.question import (
    Code,
    Disposition,
    Intent,
    RoutedQuestion,
    Topic,
)
from caveat.model.verdict import (
    Action,
    ConclusionCode,
    DecisionRecord,
    Finding,
    Leaf,
    LeafKind,
    Rendering,
    Severity,
    Verdict,
)

__all__ = [
    "Action",
    "AnswerDrafted",
    "AnswerGuarded",
    "AnswerPublished",
    "Block",
    "BlockType",
    "Code",
    "ConclusionCode",
    "DecisionRecord",
    "Disposition",
    "Draft",
    "DraftCitation",
    "DraftSentence",
    "Evidence",
    "EvidenceRetrieved",
    "Fallback",
    "Finding",
    "Gap",
    "Intent",
    "Item",
    "Leaf",
    "LeafKind",
    "Passage",
    "ProgressMade",
    "QuestionAsked",
    "QuestionConcluded",
    "QuestionRouted",
    "QuestionToAsk",
    "Quote",
    "RankedPassage",
    "Rendering",
    "RestsOn",
    "RoutedQuestion",
    "Section",
    "Severity",
    "Source",
    "SourceType",
    "Topic",
    "Verdict",
]
