from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class BlockType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BLOCK_TYPE_UNSPECIFIED: _ClassVar[BlockType]
    BLOCK_TYPE_PARAGRAPH: _ClassVar[BlockType]
    BLOCK_TYPE_LIST: _ClassVar[BlockType]
BLOCK_TYPE_UNSPECIFIED: BlockType
BLOCK_TYPE_PARAGRAPH: BlockType
BLOCK_TYPE_LIST: BlockType

class Quote(_message.Message):
    __slots__ = ("exact", "prefix", "suffix", "start", "end")
    EXACT_FIELD_NUMBER: _ClassVar[int]
    PREFIX_FIELD_NUMBER: _ClassVar[int]
    SUFFIX_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    exact: str
    prefix: str
    suffix: str
    start: int
    end: int
    def __init__(self, exact: _Optional[str] = ..., prefix: _Optional[str] = ..., suffix: _Optional[str] = ..., start: _Optional[int] = ..., end: _Optional[int] = ...) -> None: ...

class DraftCitation(_message.Message):
    __slots__ = ("passage_id", "quote")
    PASSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    QUOTE_FIELD_NUMBER: _ClassVar[int]
    passage_id: str
    quote: Quote
    def __init__(self, passage_id: _Optional[str] = ..., quote: _Optional[_Union[Quote, _Mapping]] = ...) -> None: ...

class DraftSentence(_message.Message):
    __slots__ = ("sentence_id", "text", "citations")
    SENTENCE_ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    CITATIONS_FIELD_NUMBER: _ClassVar[int]
    sentence_id: str
    text: str
    citations: _containers.RepeatedCompositeFieldContainer[DraftCitation]
    def __init__(self, sentence_id: _Optional[str] = ..., text: _Optional[str] = ..., citations: _Optional[_Iterable[_Union[DraftCitation, _Mapping]]] = ...) -> None: ...

class Item(_message.Message):
    __slots__ = ("sentences",)
    SENTENCES_FIELD_NUMBER: _ClassVar[int]
    sentences: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, sentences: _Optional[_Iterable[str]] = ...) -> None: ...

class Block(_message.Message):
    __slots__ = ("type", "items")
    TYPE_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    type: BlockType
    items: _containers.RepeatedCompositeFieldContainer[Item]
    def __init__(self, type: _Optional[_Union[BlockType, str]] = ..., items: _Optional[_Iterable[_Union[Item, _Mapping]]] = ...) -> None: ...

class Section(_message.Message):
    __slots__ = ("kind", "blocks")
    KIND_FIELD_NUMBER: _ClassVar[int]
    BLOCKS_FIELD_NUMBER: _ClassVar[int]
    kind: str
    blocks: _containers.RepeatedCompositeFieldContainer[Block]
    def __init__(self, kind: _Optional[str] = ..., blocks: _Optional[_Iterable[_Union[Block, _Mapping]]] = ...) -> None: ...

class QuestionToAsk(_message.Message):
    __slots__ = ("sentence", "because")
    SENTENCE_FIELD_NUMBER: _ClassVar[int]
    BECAUSE_FIELD_NUMBER: _ClassVar[int]
    sentence: str
    because: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, sentence: _Optional[str] = ..., because: _Optional[_Iterable[str]] = ...) -> None: ...

class Gap(_message.Message):
    __slots__ = ("sentence", "facet")
    SENTENCE_FIELD_NUMBER: _ClassVar[int]
    FACET_FIELD_NUMBER: _ClassVar[int]
    sentence: str
    facet: str
    def __init__(self, sentence: _Optional[str] = ..., facet: _Optional[str] = ...) -> None: ...

class Fallback(_message.Message):
    __slots__ = ("composer", "reason")
    COMPOSER_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    composer: str
    reason: str
    def __init__(self, composer: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class Draft(_message.Message):
    __slots__ = ("composer", "sentences", "summary", "sections", "questions_to_ask", "gaps", "fallback", "glossary")
    COMPOSER_FIELD_NUMBER: _ClassVar[int]
    SENTENCES_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    SECTIONS_FIELD_NUMBER: _ClassVar[int]
    QUESTIONS_TO_ASK_FIELD_NUMBER: _ClassVar[int]
    GAPS_FIELD_NUMBER: _ClassVar[int]
    FALLBACK_FIELD_NUMBER: _ClassVar[int]
    GLOSSARY_FIELD_NUMBER: _ClassVar[int]
    composer: str
    sentences: _containers.RepeatedCompositeFieldContainer[DraftSentence]
    summary: _containers.RepeatedScalarFieldContainer[str]
    sections: _containers.RepeatedCompositeFieldContainer[Section]
    questions_to_ask: _containers.RepeatedCompositeFieldContainer[QuestionToAsk]
    gaps: _containers.RepeatedCompositeFieldContainer[Gap]
    fallback: Fallback
    glossary: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, composer: _Optional[str] = ..., sentences: _Optional[_Iterable[_Union[DraftSentence, _Mapping]]] = ..., summary: _Optional[_Iterable[str]] = ..., sections: _Optional[_Iterable[_Union[Section, _Mapping]]] = ..., questions_to_ask: _Optional[_Iterable[_Union[QuestionToAsk, _Mapping]]] = ..., gaps: _Optional[_Iterable[_Union[Gap, _Mapping]]] = ..., fallback: _Optional[_Union[Fallback, _Mapping]] = ..., glossary: _Optional[_Iterable[str]] = ...) -> None: ...
