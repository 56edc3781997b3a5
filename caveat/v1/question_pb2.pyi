from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Disposition(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DISPOSITION_UNSPECIFIED: _ClassVar[Disposition]
    DISPOSITION_ANSWER: _ClassVar[Disposition]
    DISPOSITION_REFRAME: _ClassVar[Disposition]
    DISPOSITION_EMERGENCY: _ClassVar[Disposition]
    DISPOSITION_CRISIS: _ClassVar[Disposition]
    DISPOSITION_HARMFUL: _ClassVar[Disposition]
    DISPOSITION_OUT_OF_SCOPE: _ClassVar[Disposition]
    DISPOSITION_INJECTION: _ClassVar[Disposition]
    DISPOSITION_LANGUAGE: _ClassVar[Disposition]

class Intent(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INTENT_UNSPECIFIED: _ClassVar[Intent]
    INTENT_AVAILABILITY: _ClassVar[Intent]
    INTENT_DEFINITION: _ClassVar[Intent]
    INTENT_SYMPTOMS: _ClassVar[Intent]
    INTENT_CAUSES: _ClassVar[Intent]
    INTENT_DIAGNOSIS: _ClassVar[Intent]
    INTENT_OUTLOOK: _ClassVar[Intent]
    INTENT_TREATMENT: _ClassVar[Intent]
    INTENT_RISKS: _ClassVar[Intent]
    INTENT_TRIALS: _ClassVar[Intent]
    INTENT_SUPPORT: _ClassVar[Intent]
    INTENT_PREVENTION: _ClassVar[Intent]
    INTENT_GENERAL: _ClassVar[Intent]
DISPOSITION_UNSPECIFIED: Disposition
DISPOSITION_ANSWER: Disposition
DISPOSITION_REFRAME: Disposition
DISPOSITION_EMERGENCY: Disposition
DISPOSITION_CRISIS: Disposition
DISPOSITION_HARMFUL: Disposition
DISPOSITION_OUT_OF_SCOPE: Disposition
DISPOSITION_INJECTION: Disposition
DISPOSITION_LANGUAGE: Disposition
INTENT_UNSPECIFIED: Intent
INTENT_AVAILABILITY: Intent
INTENT_DEFINITION: Intent
INTENT_SYMPTOMS: Intent
INTENT_CAUSES: Intent
INTENT_DIAGNOSIS: Intent
INTENT_OUTLOOK: Intent
INTENT_TREATMENT: Intent
INTENT_RISKS: Intent
INTENT_TRIALS: Intent
INTENT_SUPPORT: Intent
INTENT_PREVENTION: Intent
INTENT_GENERAL: Intent

class Code(_message.Message):
    __slots__ = ("system", "code")
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    system: str
    code: str
    def __init__(self, system: _Optional[str] = ..., code: _Optional[str] = ...) -> None: ...

class Topic(_message.Message):
    __slots__ = ("label", "codes")
    LABEL_FIELD_NUMBER: _ClassVar[int]
    CODES_FIELD_NUMBER: _ClassVar[int]
    label: str
    codes: _containers.RepeatedCompositeFieldContainer[Code]
    def __init__(self, label: _Optional[str] = ..., codes: _Optional[_Iterable[_Union[Code, _Mapping]]] = ...) -> None: ...

class RoutedQuestion(_message.Message):
    __slots__ = ("question_id", "text", "redacted", "lang", "region", "audience", "asked_on", "topic", "intent", "disposition", "search_text", "digest")
    QUESTION_ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    REDACTED_FIELD_NUMBER: _ClassVar[int]
    LANG_FIELD_NUMBER: _ClassVar[int]
    REGION_FIELD_NUMBER: _ClassVar[int]
    AUDIENCE_FIELD_NUMBER: _ClassVar[int]
    ASKED_ON_FIELD_NUMBER: _ClassVar[int]
    TOPIC_FIELD_NUMBER: _ClassVar[int]
    INTENT_FIELD_NUMBER: _ClassVar[int]
    DISPOSITION_FIELD_NUMBER: _ClassVar[int]
    SEARCH_TEXT_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    question_id: str
    text: str
    redacted: bool
    lang: str
    region: str
    audience: str
    asked_on: str
    topic: Topic
    intent: Intent
    disposition: Disposition
    search_text: str
    digest: str
    def __init__(self, question_id: _Optional[str] = ..., text: _Optional[str] = ..., redacted: _Optional[bool] = ..., lang: _Optional[str] = ..., region: _Optional[str] = ..., audience: _Optional[str] = ..., asked_on: _Optional[str] = ..., topic: _Optional[_Union[Topic, _Mapping]] = ..., intent: _Optional[_Union[Intent, str]] = ..., disposition: _Optional[_Union[Disposition, str]] = ..., search_text: _Optional[str] = ..., digest: _Optional[str] = ...) -> None: ...
