"""Write a message and all that it holds as the text of one .proto file."""

from collections.abc import Iterator

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor

_PACKAGE = "caveat.v1"
_SCALARS = {
    FieldDescriptor.TYPE_DOUBLE: "double",
    FieldDescriptor.TYPE_FLOAT: "float",
    FieldDescriptor.TYPE_INT64: "int64",
    FieldDescriptor.TYPE_UINT64: "uint64",
    FieldDescriptor.TYPE_INT32: "int32",
    FieldDescriptor.TYPE_UINT32: "uint32",
    FieldDescriptor.TYPE_BOOL: "bool",
    FieldDescriptor.TYPE_STRING: "string",
    FieldDescriptor.TYPE_BYTES: "bytes",
}


def proto_text(message: Descriptor) -> str:
    """Write one file that needs no other of ours; the message itself comes first."""
    kinds = list(_reached(message, {}).values())
    ours = [kind for kind in kinds if kind.file.package == _PACKAGE]
    foreign = sorted({kind.file.name for kind in kinds} - {kind.file.name for kind in ours})
    head = ['syntax = "proto3";', f"package {_PACKAGE};"]
    head += [f'import "{name}";' for name in foreign]
    return "\n\n".join(["\n".join(head), *map(_definition, ours)]) + "\n"


_Kind = Descriptor | EnumDescriptor


def _reached(message: Descriptor, found: dict[str, _Kind]) -> dict[str, _Kind]:
    """Collect what a message holds, in the order in which a reader meets it."""
    found[message.full_name] = message
    for field in message.fields:
        value = _value_of_map(field) or field
        if value.enum_type:
            found[value.enum_type.full_name] = value.enum_type
        elif value.message_type and value.message_type.full_name not in found:
            _reached(value.message_type, found)
    return found


def _definition(kind: _Kind) -> str:
    is_enum = isinstance(kind, EnumDescriptor)
    word = "enum" if is_enum else "message"
    return "\n".join([f"{word} {kind.name} {{", *_lines_of(kind), "}"])


def _lines_of(kind: _Kind) -> Iterator[str]:
    if isinstance(kind, EnumDescriptor):
        yield from (f"  {value.name} = {value.number};" for value in kind.values)
        return
    for field in kind.fields:
        yield f"  {_type_of(field)} {field.name} = {field.number};"


def _type_of(field: FieldDescriptor) -> str:
    if field.message_type and (value := _value_of_map(field)):
        key = field.message_type.fields_by_name["key"]
        return f"map<{_name_of(key)}, {_name_of(value)}>"
    if field.is_repeated:
        return f"repeated {_name_of(field)}"
    # Every optional field is a oneof of its own, made by the compiler.
    return f"optional {_name_of(field)}" if field.containing_oneof else _name_of(field)


def _name_of(field: FieldDescriptor) -> str:
    kind = field.message_type or field.enum_type
    if kind is None:
        return _SCALARS[field.type]
    return str(kind.name if kind.file.package == _PACKAGE else kind.full_name)


def _value_of_map(field: FieldDescriptor) -> FieldDescriptor | None:
    kind = field.message_type
    if kind is None or not kind.GetOptions().map_entry:
        return None
    value: FieldDescriptor = kind.fields_by_name["value"]
    return value
