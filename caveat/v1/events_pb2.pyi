import datetime

from caveat.v1 import answer_pb2 as _answer_pb2
from caveat.v1 import draft_pb2 as _draft_pb2
from caveat.v1 import passage_pb2 as _passage_pb2
from caveat.v1 import question_pb2 as _question_pb2
from caveat.v1 import verdict_pb2 as _verdict_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class QuestionAsked(_message.Message):
    __slots__ = ("question_id", "text", "lang", "region", "audience", "client", "asked_at")
    QUESTION_ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    LANG_FIELD_NUMBER: _ClassVar[int]
    REGION_FIELD_NUMBER: _ClassVar[int]
    AUDIENCE_FIELD_NUMBER: _ClassVar[int]
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    ASKED_AT_FIELD_NUMBER: _ClassVar[int]
    question_id: str
    text: str
    lang: str
    region: str
    audience: str
    client: str
    asked_at: _timestamp_pb2.Timestamp
    def __init__(self, question_id: _Optional[str] = ..., text: _Optional[str] = ..., lang: _Optional[str] = ..., region: _Optional[str] = ..., audience: _Optional[str] = ..., client: _Optional[str] = ..., asked_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class QuestionRouted(_message.Message):
    __slots__ = ("question",)
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    question: _question_pb2.RoutedQuestion
    def __init__(self, question: _Optional[_Union[_question_pb2.RoutedQuestion, _Mapping]] = ...) -> None: ...

class EvidenceRetrieved(_message.Message):
    __slots__ = ("question", "evidence")
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    question: _question_pb2.RoutedQuestion
    evidence: _passage_pb2.Evidence
    def __init__(self, question: _Optional[_Union[_question_pb2.RoutedQuestion, _Mapping]] = ..., evidence: _Optional[_Union[_passage_pb2.Evidence, _Mapping]] = ...) -> None: ...

class AnswerDrafted(_message.Message):
    __slots__ = ("question", "evidence", "draft")
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    DRAFT_FIELD_NUMBER: _ClassVar[int]
    question: _question_pb2.RoutedQuestion
    evidence: _passage_pb2.Evidence
    draft: _draft_pb2.Draft
    def __init__(self, question: _Optional[_Union[_question_pb2.RoutedQuestion, _Mapping]] = ..., evidence: _Optional[_Union[_passage_pb2.Evidence, _Mapping]] = ..., draft: _Optional[_Union[_draft_pb2.Draft, _Mapping]] = ...) -> None: ...

class QuestionConcluded(_message.Message):
    __slots__ = ("question_id", "code", "stage", "lang", "region", "audience", "asked_on", "corpus_version", "kinds_searched", "nearest_passage_ids", "digest")
    QUESTION_ID_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    LANG_FIELD_NUMBER: _ClassVar[int]
    REGION_FIELD_NUMBER: _ClassVar[int]
    AUDIENCE_FIELD_NUMBER: _ClassVar[int]
    ASKED_ON_FIELD_NUMBER: _ClassVar[int]
    CORPUS_VERSION_FIELD_NUMBER: _ClassVar[int]
    KINDS_SEARCHED_FIELD_NUMBER: _ClassVar[int]
    NEAREST_PASSAGE_IDS_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    question_id: str
    code: _verdict_pb2.ConclusionCode
    stage: str
    lang: str
    region: str
    audience: str
    asked_on: str
    corpus_version: str
    kinds_searched: _containers.RepeatedScalarFieldContainer[_passage_pb2.SourceType]
    nearest_passage_ids: _containers.RepeatedScalarFieldContainer[str]
    digest: str
    def __init__(self, question_id: _Optional[str] = ..., code: _Optional[_Union[_verdict_pb2.ConclusionCode, str]] = ..., stage: _Optional[str] = ..., lang: _Optional[str] = ..., region: _Optional[str] = ..., audience: _Optional[str] = ..., asked_on: _Optional[str] = ..., corpus_version: _Optional[str] = ..., kinds_searched: _Optional[_Iterable[_Union[_passage_pb2.SourceType, str]]] = ..., nearest_passage_ids: _Optional[_Iterable[str]] = ..., digest: _Optional[str] = ...) -> None: ...

class AnswerGuarded(_message.Message):
    __slots__ = ("question_id", "version", "document", "jws", "decision", "decision_jws")
    QUESTION_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    JWS_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    DECISION_JWS_FIELD_NUMBER: _ClassVar[int]
    question_id: str
    version: int
    document: bytes
    jws: str
    decision: bytes
    decision_jws: str
    def __init__(self, question_id: _Optional[str] = ..., version: _Optional[int] = ..., document: _Optional[bytes] = ..., jws: _Optional[str] = ..., decision: _Optional[bytes] = ..., decision_jws: _Optional[str] = ...) -> None: ...

class AnswerPublished(_message.Message):
    __slots__ = ("question_id", "version", "answer_id", "document", "jws", "renderings")
    QUESTION_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ANSWER_ID_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    JWS_FIELD_NUMBER: _ClassVar[int]
    RENDERINGS_FIELD_NUMBER: _ClassVar[int]
    question_id: str
    version: int
    answer_id: str
    document: bytes
    jws: str
    renderings: _containers.RepeatedCompositeFieldContainer[_answer_pb2.Rendering]
    def __init__(self, question_id: _Optional[str] = ..., version: _Optional[int] = ..., answer_id: _Optional[str] = ..., document: _Optional[bytes] = ..., jws: _Optional[str] = ..., renderings: _Optional[_Iterable[_Union[_answer_pb2.Rendering, _Mapping]]] = ...) -> None: ...

class ProgressMade(_message.Message):
    __slots__ = ("question_id", "stage", "seq", "at", "counts")
    class CountsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    QUESTION_ID_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    SEQ_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    COUNTS_FIELD_NUMBER: _ClassVar[int]
    question_id: str
    stage: str
    seq: int
    at: _timestamp_pb2.Timestamp
    counts: _containers.ScalarMap[str, int]
    def __init__(self, question_id: _Optional[str] = ..., stage: _Optional[str] = ..., seq: _Optional[int] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., counts: _Optional[_Mapping[str, int]] = ...) -> None: ...
