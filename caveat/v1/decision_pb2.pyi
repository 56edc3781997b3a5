from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class LeafKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LEAF_KIND_UNSPECIFIED: _ClassVar[LeafKind]
    LEAF_KIND_DECISION: _ClassVar[LeafKind]
    LEAF_KIND_OPERATION: _ClassVar[LeafKind]
LEAF_KIND_UNSPECIFIED: LeafKind
LEAF_KIND_DECISION: LeafKind
LEAF_KIND_OPERATION: LeafKind

class DecisionRecord(_message.Message):
    __slots__ = ("number", "question_id", "version", "record", "jws")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    QUESTION_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    RECORD_FIELD_NUMBER: _ClassVar[int]
    JWS_FIELD_NUMBER: _ClassVar[int]
    number: int
    question_id: str
    version: int
    record: bytes
    jws: str
    def __init__(self, number: _Optional[int] = ..., question_id: _Optional[str] = ..., version: _Optional[int] = ..., record: _Optional[bytes] = ..., jws: _Optional[str] = ...) -> None: ...

class Leaf(_message.Message):
    __slots__ = ("index", "kind", "content", "jws")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    JWS_FIELD_NUMBER: _ClassVar[int]
    index: int
    kind: LeafKind
    content: bytes
    jws: str
    def __init__(self, index: _Optional[int] = ..., kind: _Optional[_Union[LeafKind, str]] = ..., content: _Optional[bytes] = ..., jws: _Optional[str] = ...) -> None: ...
