from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class DecisionRecord(_message.Message):
    __slots__ = ("number", "question_id", "version", "record")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    QUESTION_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    RECORD_FIELD_NUMBER: _ClassVar[int]
    number: int
    question_id: str
    version: int
    record: bytes
    def __init__(self, number: _Optional[int] = ..., question_id: _Optional[str] = ..., version: _Optional[int] = ..., record: _Optional[bytes] = ...) -> None: ...
