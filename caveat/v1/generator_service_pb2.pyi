from caveat.v1 import draft_pb2 as _draft_pb2
from caveat.v1 import passage_pb2 as _passage_pb2
from caveat.v1 import question_pb2 as _question_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DraftRequest(_message.Message):
    __slots__ = ("question", "evidence")
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    question: _question_pb2.RoutedQuestion
    evidence: _passage_pb2.Evidence
    def __init__(self, question: _Optional[_Union[_question_pb2.RoutedQuestion, _Mapping]] = ..., evidence: _Optional[_Union[_passage_pb2.Evidence, _Mapping]] = ...) -> None: ...

class DraftResponse(_message.Message):
    __slots__ = ("draft",)
    DRAFT_FIELD_NUMBER: _ClassVar[int]
    draft: _draft_pb2.Draft
    def __init__(self, draft: _Optional[_Union[_draft_pb2.Draft, _Mapping]] = ...) -> None: ...

class RedraftRequest(_message.Message):
    __slots__ = ("question", "evidence", "sentences")
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    SENTENCES_FIELD_NUMBER: _ClassVar[int]
    question: _question_pb2.RoutedQuestion
    evidence: _passage_pb2.Evidence
    sentences: _containers.RepeatedCompositeFieldContainer[_draft_pb2.DraftSentence]
    def __init__(self, question: _Optional[_Union[_question_pb2.RoutedQuestion, _Mapping]] = ..., evidence: _Optional[_Union[_passage_pb2.Evidence, _Mapping]] = ..., sentences: _Optional[_Iterable[_Union[_draft_pb2.DraftSentence, _Mapping]]] = ...) -> None: ...

class RedraftResponse(_message.Message):
    __slots__ = ("sentences",)
    SENTENCES_FIELD_NUMBER: _ClassVar[int]
    sentences: _containers.RepeatedCompositeFieldContainer[_draft_pb2.DraftSentence]
    def __init__(self, sentences: _Optional[_Iterable[_Union[_draft_pb2.DraftSentence, _Mapping]]] = ...) -> None: ...
