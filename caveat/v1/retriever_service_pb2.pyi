from caveat.v1 import passage_pb2 as _passage_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SearchRequest(_message.Message):
    __slots__ = ("text", "limit")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    text: str
    limit: int
    def __init__(self, text: _Optional[str] = ..., limit: _Optional[int] = ...) -> None: ...

class SearchResponse(_message.Message):
    __slots__ = ("evidence",)
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    evidence: _passage_pb2.Evidence
    def __init__(self, evidence: _Optional[_Union[_passage_pb2.Evidence, _Mapping]] = ...) -> None: ...

class GetPassagesRequest(_message.Message):
    __slots__ = ("passage_ids",)
    PASSAGE_IDS_FIELD_NUMBER: _ClassVar[int]
    passage_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, passage_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class GetPassagesResponse(_message.Message):
    __slots__ = ("passages", "sources", "corpus_version")
    PASSAGES_FIELD_NUMBER: _ClassVar[int]
    SOURCES_FIELD_NUMBER: _ClassVar[int]
    CORPUS_VERSION_FIELD_NUMBER: _ClassVar[int]
    passages: _containers.RepeatedCompositeFieldContainer[_passage_pb2.Passage]
    sources: _containers.RepeatedCompositeFieldContainer[_passage_pb2.Source]
    corpus_version: str
    def __init__(self, passages: _Optional[_Iterable[_Union[_passage_pb2.Passage, _Mapping]]] = ..., sources: _Optional[_Iterable[_Union[_passage_pb2.Source, _Mapping]]] = ..., corpus_version: _Optional[str] = ...) -> None: ...

class GetSourceRequest(_message.Message):
    __slots__ = ("source_id",)
    SOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    source_id: str
    def __init__(self, source_id: _Optional[str] = ...) -> None: ...

class GetSourceResponse(_message.Message):
    __slots__ = ("source", "text", "passages", "corpus_version")
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    PASSAGES_FIELD_NUMBER: _ClassVar[int]
    CORPUS_VERSION_FIELD_NUMBER: _ClassVar[int]
    source: _passage_pb2.Source
    text: str
    passages: _containers.RepeatedCompositeFieldContainer[_passage_pb2.Passage]
    corpus_version: str
    def __init__(self, source: _Optional[_Union[_passage_pb2.Source, _Mapping]] = ..., text: _Optional[str] = ..., passages: _Optional[_Iterable[_Union[_passage_pb2.Passage, _Mapping]]] = ..., corpus_version: _Optional[str] = ...) -> None: ...

class DescribeCorpusRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class DescribeCorpusResponse(_message.Message):
    __slots__ = ("corpus_version", "passages", "sources", "kinds", "as_of")
    CORPUS_VERSION_FIELD_NUMBER: _ClassVar[int]
    PASSAGES_FIELD_NUMBER: _ClassVar[int]
    SOURCES_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    corpus_version: str
    passages: int
    sources: int
    kinds: _containers.RepeatedScalarFieldContainer[_passage_pb2.SourceType]
    as_of: str
    def __init__(self, corpus_version: _Optional[str] = ..., passages: _Optional[int] = ..., sources: _Optional[int] = ..., kinds: _Optional[_Iterable[_Union[_passage_pb2.SourceType, str]]] = ..., as_of: _Optional[str] = ...) -> None: ...

class DescribeTermRequest(_message.Message):
    __slots__ = ("term",)
    TERM_FIELD_NUMBER: _ClassVar[int]
    term: str
    def __init__(self, term: _Optional[str] = ...) -> None: ...

class DescribeTermResponse(_message.Message):
    __slots__ = ("names", "definition", "source", "corpus_version")
    NAMES_FIELD_NUMBER: _ClassVar[int]
    DEFINITION_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    CORPUS_VERSION_FIELD_NUMBER: _ClassVar[int]
    names: _containers.RepeatedScalarFieldContainer[str]
    definition: _passage_pb2.Passage
    source: _passage_pb2.Source
    corpus_version: str
    def __init__(self, names: _Optional[_Iterable[str]] = ..., definition: _Optional[_Union[_passage_pb2.Passage, _Mapping]] = ..., source: _Optional[_Union[_passage_pb2.Source, _Mapping]] = ..., corpus_version: _Optional[str] = ...) -> None: ...
