from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Verdict(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VERDICT_UNSPECIFIED: _ClassVar[Verdict]
    VERDICT_PASS: _ClassVar[Verdict]
    VERDICT_PASS_WITH_EDITS: _ClassVar[Verdict]
    VERDICT_REFUSE: _ClassVar[Verdict]
    VERDICT_INSUFFICIENT_EVIDENCE: _ClassVar[Verdict]
    VERDICT_FAILED: _ClassVar[Verdict]

class Severity(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SEVERITY_UNSPECIFIED: _ClassVar[Severity]
    SEVERITY_WARNING: _ClassVar[Severity]
    SEVERITY_ERROR: _ClassVar[Severity]
    SEVERITY_CRITICAL: _ClassVar[Severity]

class Action(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACTION_UNSPECIFIED: _ClassVar[Action]
    ACTION_WARN: _ClassVar[Action]
    ACTION_DROP: _ClassVar[Action]
    ACTION_REDRAFT: _ClassVar[Action]
    ACTION_REFUSE: _ClassVar[Action]

class ConclusionCode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CONCLUSION_CODE_UNSPECIFIED: _ClassVar[ConclusionCode]
    CONCLUSION_CODE_EMERGENCY: _ClassVar[ConclusionCode]
    CONCLUSION_CODE_CRISIS: _ClassVar[ConclusionCode]
    CONCLUSION_CODE_HARMFUL: _ClassVar[ConclusionCode]
    CONCLUSION_CODE_OUT_OF_SCOPE: _ClassVar[ConclusionCode]
    CONCLUSION_CODE_INJECTION: _ClassVar[ConclusionCode]
    CONCLUSION_CODE_LANGUAGE: _ClassVar[ConclusionCode]
    CONCLUSION_CODE_POLICY: _ClassVar[ConclusionCode]
    CONCLUSION_CODE_NOTHING_FOUND: _ClassVar[ConclusionCode]
    CONCLUSION_CODE_TOO_LITTLE_LEFT: _ClassVar[ConclusionCode]
    CONCLUSION_CODE_FAILED: _ClassVar[ConclusionCode]
VERDICT_UNSPECIFIED: Verdict
VERDICT_PASS: Verdict
VERDICT_PASS_WITH_EDITS: Verdict
VERDICT_REFUSE: Verdict
VERDICT_INSUFFICIENT_EVIDENCE: Verdict
VERDICT_FAILED: Verdict
SEVERITY_UNSPECIFIED: Severity
SEVERITY_WARNING: Severity
SEVERITY_ERROR: Severity
SEVERITY_CRITICAL: Severity
ACTION_UNSPECIFIED: Action
ACTION_WARN: Action
ACTION_DROP: Action
ACTION_REDRAFT: Action
ACTION_REFUSE: Action
CONCLUSION_CODE_UNSPECIFIED: ConclusionCode
CONCLUSION_CODE_EMERGENCY: ConclusionCode
CONCLUSION_CODE_CRISIS: ConclusionCode
CONCLUSION_CODE_HARMFUL: ConclusionCode
CONCLUSION_CODE_OUT_OF_SCOPE: ConclusionCode
CONCLUSION_CODE_INJECTION: ConclusionCode
CONCLUSION_CODE_LANGUAGE: ConclusionCode
CONCLUSION_CODE_POLICY: ConclusionCode
CONCLUSION_CODE_NOTHING_FOUND: ConclusionCode
CONCLUSION_CODE_TOO_LITTLE_LEFT: ConclusionCode
CONCLUSION_CODE_FAILED: ConclusionCode

class Finding(_message.Message):
    __slots__ = ("rule_id", "severity", "action", "sentence", "start", "end", "message")
    RULE_ID_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    SENTENCE_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    rule_id: str
    severity: Severity
    action: Action
    sentence: str
    start: int
    end: int
    message: str
    def __init__(self, rule_id: _Optional[str] = ..., severity: _Optional[_Union[Severity, str]] = ..., action: _Optional[_Union[Action, str]] = ..., sentence: _Optional[str] = ..., start: _Optional[int] = ..., end: _Optional[int] = ..., message: _Optional[str] = ...) -> None: ...
