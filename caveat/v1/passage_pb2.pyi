import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SourceType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SOURCE_TYPE_UNSPECIFIED: _ClassVar[SourceType]
    SOURCE_TYPE_GUIDELINE: _ClassVar[SourceType]
    SOURCE_TYPE_LABEL: _ClassVar[SourceType]
    SOURCE_TYPE_DEMONSTRATION_NOTE: _ClassVar[SourceType]
    SOURCE_TYPE_SYSTEMATIC_REVIEW: _ClassVar[SourceType]
    SOURCE_TYPE_TRIAL_REPORT: _ClassVar[SourceType]
    SOURCE_TYPE_TRIAL_REGISTRY: _ClassVar[SourceType]
    SOURCE_TYPE_PATIENT_SUMMARY: _ClassVar[SourceType]
    SOURCE_TYPE_REVIEW: _ClassVar[SourceType]
    SOURCE_TYPE_REGULATOR_PAGE: _ClassVar[SourceType]
    SOURCE_TYPE_PATIENT_RECORD: _ClassVar[SourceType]
    SOURCE_TYPE_NEWS_REPORT: _ClassVar[SourceType]
SOURCE_TYPE_UNSPECIFIED: SourceType
SOURCE_TYPE_GUIDELINE: SourceType
SOURCE_TYPE_LABEL: SourceType
SOURCE_TYPE_DEMONSTRATION_NOTE: SourceType
SOURCE_TYPE_SYSTEMATIC_REVIEW: SourceType
SOURCE_TYPE_TRIAL_REPORT: SourceType
SOURCE_TYPE_TRIAL_REGISTRY: SourceType
SOURCE_TYPE_PATIENT_SUMMARY: SourceType
SOURCE_TYPE_REVIEW: SourceType
SOURCE_TYPE_REGULATOR_PAGE: SourceType
SOURCE_TYPE_PATIENT_RECORD: SourceType
SOURCE_TYPE_NEWS_REPORT: SourceType

class RestsOn(_message.Message):
    __slots__ = ("title", "publisher", "type", "dated")
    TITLE_FIELD_NUMBER: _ClassVar[int]
    PUBLISHER_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    DATED_FIELD_NUMBER: _ClassVar[int]
    title: str
    publisher: str
    type: SourceType
    dated: str
    def __init__(self, title: _Optional[str] = ..., publisher: _Optional[str] = ..., type: _Optional[_Union[SourceType, str]] = ..., dated: _Optional[str] = ...) -> None: ...

class Source(_message.Message):
    __slots__ = ("source_id", "type", "title", "publisher", "url", "updated_on", "retrieved_at", "licence", "text_sha256", "tier", "retracted", "rests_on")
    SOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    PUBLISHER_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    UPDATED_ON_FIELD_NUMBER: _ClassVar[int]
    RETRIEVED_AT_FIELD_NUMBER: _ClassVar[int]
    LICENCE_FIELD_NUMBER: _ClassVar[int]
    TEXT_SHA256_FIELD_NUMBER: _ClassVar[int]
    TIER_FIELD_NUMBER: _ClassVar[int]
    RETRACTED_FIELD_NUMBER: _ClassVar[int]
    RESTS_ON_FIELD_NUMBER: _ClassVar[int]
    source_id: str
    type: SourceType
    title: str
    publisher: str
    url: str
    updated_on: str
    retrieved_at: _timestamp_pb2.Timestamp
    licence: str
    text_sha256: str
    tier: int
    retracted: bool
    rests_on: RestsOn
    def __init__(self, source_id: _Optional[str] = ..., type: _Optional[_Union[SourceType, str]] = ..., title: _Optional[str] = ..., publisher: _Optional[str] = ..., url: _Optional[str] = ..., updated_on: _Optional[str] = ..., retrieved_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., licence: _Optional[str] = ..., text_sha256: _Optional[str] = ..., tier: _Optional[int] = ..., retracted: _Optional[bool] = ..., rests_on: _Optional[_Union[RestsOn, _Mapping]] = ...) -> None: ...

class Passage(_message.Message):
    __slots__ = ("passage_id", "source_id", "heading", "facet", "text", "start", "subject")
    PASSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    SOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    HEADING_FIELD_NUMBER: _ClassVar[int]
    FACET_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    passage_id: str
    source_id: str
    heading: str
    facet: str
    text: str
    start: int
    subject: str
    def __init__(self, passage_id: _Optional[str] = ..., source_id: _Optional[str] = ..., heading: _Optional[str] = ..., facet: _Optional[str] = ..., text: _Optional[str] = ..., start: _Optional[int] = ..., subject: _Optional[str] = ...) -> None: ...

class RankedPassage(_message.Message):
    __slots__ = ("passage", "score_permille")
    PASSAGE_FIELD_NUMBER: _ClassVar[int]
    SCORE_PERMILLE_FIELD_NUMBER: _ClassVar[int]
    passage: Passage
    score_permille: int
    def __init__(self, passage: _Optional[_Union[Passage, _Mapping]] = ..., score_permille: _Optional[int] = ...) -> None: ...

class Evidence(_message.Message):
    __slots__ = ("corpus_version", "kinds_searched", "passages", "sources", "as_of", "definitions")
    CORPUS_VERSION_FIELD_NUMBER: _ClassVar[int]
    KINDS_SEARCHED_FIELD_NUMBER: _ClassVar[int]
    PASSAGES_FIELD_NUMBER: _ClassVar[int]
    SOURCES_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    DEFINITIONS_FIELD_NUMBER: _ClassVar[int]
    corpus_version: str
    kinds_searched: _containers.RepeatedScalarFieldContainer[SourceType]
    passages: _containers.RepeatedCompositeFieldContainer[RankedPassage]
    sources: _containers.RepeatedCompositeFieldContainer[Source]
    as_of: str
    definitions: _containers.RepeatedCompositeFieldContainer[Passage]
    def __init__(self, corpus_version: _Optional[str] = ..., kinds_searched: _Optional[_Iterable[_Union[SourceType, str]]] = ..., passages: _Optional[_Iterable[_Union[RankedPassage, _Mapping]]] = ..., sources: _Optional[_Iterable[_Union[Source, _Mapping]]] = ..., as_of: _Optional[str] = ..., definitions: _Optional[_Iterable[_Union[Passage, _Mapping]]] = ...) -> None: ...
