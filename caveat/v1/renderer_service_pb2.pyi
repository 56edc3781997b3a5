from caveat.v1 import answer_pb2 as _answer_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RenderAnswerRequest(_message.Message):
    __slots__ = ("document", "jws", "media_type")
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    JWS_FIELD_NUMBER: _ClassVar[int]
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    document: bytes
    jws: str
    media_type: str
    def __init__(self, document: _Optional[bytes] = ..., jws: _Optional[str] = ..., media_type: _Optional[str] = ...) -> None: ...

class RenderAnswerResponse(_message.Message):
    __slots__ = ("rendering",)
    RENDERING_FIELD_NUMBER: _ClassVar[int]
    rendering: _answer_pb2.Rendering
    def __init__(self, rendering: _Optional[_Union[_answer_pb2.Rendering, _Mapping]] = ...) -> None: ...
