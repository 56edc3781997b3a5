from caveat.v1 import decision_pb2 as _decision_pb2
from caveat.v1 import draft_pb2 as _draft_pb2
from caveat.v1 import passage_pb2 as _passage_pb2
from caveat.v1 import question_pb2 as _question_pb2
from caveat.v1 import verdict_pb2 as _verdict_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ScreenQuestionRequest(_message.Message):
    __slots__ = ("text", "lang", "region")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    LANG_FIELD_NUMBER: _ClassVar[int]
    REGION_FIELD_NUMBER: _ClassVar[int]
    text: str
    lang: str
    region: str
    def __init__(self, text: _Optional[str] = ..., lang: _Optional[str] = ..., region: _Optional[str] = ...) -> None: ...

class ScreenQuestionResponse(_message.Message):
    __slots__ = ("disposition", "findings")
    DISPOSITION_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    disposition: _question_pb2.Disposition
    findings: _containers.RepeatedCompositeFieldContainer[_verdict_pb2.Finding]
    def __init__(self, disposition: _Optional[_Union[_question_pb2.Disposition, str]] = ..., findings: _Optional[_Iterable[_Union[_verdict_pb2.Finding, _Mapping]]] = ...) -> None: ...

class JudgeDraftRequest(_message.Message):
    __slots__ = ("question", "evidence", "draft")
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    DRAFT_FIELD_NUMBER: _ClassVar[int]
    question: _question_pb2.RoutedQuestion
    evidence: _passage_pb2.Evidence
    draft: _draft_pb2.Draft
    def __init__(self, question: _Optional[_Union[_question_pb2.RoutedQuestion, _Mapping]] = ..., evidence: _Optional[_Union[_passage_pb2.Evidence, _Mapping]] = ..., draft: _Optional[_Union[_draft_pb2.Draft, _Mapping]] = ...) -> None: ...

class JudgeDraftResponse(_message.Message):
    __slots__ = ("verdict", "findings")
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    verdict: _verdict_pb2.Verdict
    findings: _containers.RepeatedCompositeFieldContainer[_verdict_pb2.Finding]
    def __init__(self, verdict: _Optional[_Union[_verdict_pb2.Verdict, str]] = ..., findings: _Optional[_Iterable[_Union[_verdict_pb2.Finding, _Mapping]]] = ...) -> None: ...

class ReplayDraftRequest(_message.Message):
    __slots__ = ("decision_number", "policy")
    DECISION_NUMBER_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    decision_number: int
    policy: bytes
    def __init__(self, decision_number: _Optional[int] = ..., policy: _Optional[bytes] = ...) -> None: ...

class ReplayDraftResponse(_message.Message):
    __slots__ = ("verdict", "findings", "recorded_verdict", "question_id", "version")
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    RECORDED_VERDICT_FIELD_NUMBER: _ClassVar[int]
    QUESTION_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    verdict: _verdict_pb2.Verdict
    findings: _containers.RepeatedCompositeFieldContainer[_verdict_pb2.Finding]
    recorded_verdict: _verdict_pb2.Verdict
    question_id: str
    version: int
    def __init__(self, verdict: _Optional[_Union[_verdict_pb2.Verdict, str]] = ..., findings: _Optional[_Iterable[_Union[_verdict_pb2.Finding, _Mapping]]] = ..., recorded_verdict: _Optional[_Union[_verdict_pb2.Verdict, str]] = ..., question_id: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class ListDecisionsRequest(_message.Message):
    __slots__ = ("after", "limit")
    AFTER_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    after: int
    limit: int
    def __init__(self, after: _Optional[int] = ..., limit: _Optional[int] = ...) -> None: ...

class ListDecisionsResponse(_message.Message):
    __slots__ = ("decisions",)
    DECISIONS_FIELD_NUMBER: _ClassVar[int]
    decisions: _containers.RepeatedCompositeFieldContainer[_decision_pb2.DecisionRecord]
    def __init__(self, decisions: _Optional[_Iterable[_Union[_decision_pb2.DecisionRecord, _Mapping]]] = ...) -> None: ...

class DescribePolicyRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class DescribePolicyResponse(_message.Message):
    __slots__ = ("policy_id", "version", "sha256", "rule_ids")
    POLICY_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    RULE_IDS_FIELD_NUMBER: _ClassVar[int]
    policy_id: str
    version: str
    sha256: str
    rule_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, policy_id: _Optional[str] = ..., version: _Optional[str] = ..., sha256: _Optional[str] = ..., rule_ids: _Optional[_Iterable[str]] = ...) -> None: ...
