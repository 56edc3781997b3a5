from caveat.v1 import events_pb2 as _events_pb2
from caveat.v1 import question_pb2 as _question_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RouteRequest(_message.Message):
    __slots__ = ("question",)
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    question: _events_pb2.QuestionAsked
    def __init__(self, question: _Optional[_Union[_events_pb2.QuestionAsked, _Mapping]] = ...) -> None: ...

class RouteResponse(_message.Message):
    __slots__ = ("question",)
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    question: _question_pb2.RoutedQuestion
    def __init__(self, question: _Optional[_Union[_question_pb2.RoutedQuestion, _Mapping]] = ...) -> None: ...
