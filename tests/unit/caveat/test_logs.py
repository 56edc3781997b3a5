import logging
import logging.config
import shlex
import sys

import pytest

from caveat.chassis.logs import LineFormatter, Repeats, config


def a_line(
    message: str, *arguments: object, error: BaseException | None = None, **extra: object
) -> str:
    exc_info = (type(error), error, error.__traceback__) if error else None
    record = logging.getLogger("caveat.test").makeRecord(
        "caveat.test", logging.WARNING, __file__, 1, message, arguments, exc_info, extra=extra
    )
    return LineFormatter("guard").format(record)


def fields_of(line: str) -> dict[str, str]:
    return dict(word.split("=", 1) for word in shlex.split(line) if "=" in word)


def test_a_record_is_one_line_of_time_level_service_message_and_fields() -> None:
    line = a_line("dead-lettered a message", reason="oversize", offset=7)

    at, level, service, rest = line.split(" ", 3)
    assert at.endswith("+00:00")
    assert (level, service) == ("warning", "guard")
    assert rest == "dead-lettered a message reason=oversize offset=7"


@pytest.mark.parametrize(
    "value", ["", "two words", "a=b", "tab\there", "carriage\rreturn", "\x1b[31m"]
)
def test_a_value_that_could_be_misread_is_quoted(value: str) -> None:
    line = a_line("sent", note=value)

    assert "\n" not in line
    assert line.isprintable()
    assert ' note="' in line


@pytest.mark.parametrize("value", ["", "two words", "a=b", 'a "quote"', 7, None])
def test_a_field_reads_back(value: object) -> None:
    assert fields_of(a_line("sent", note=value))["note"] == str(value)


@pytest.mark.parametrize("forged", ["x\n2026 error guard forged", "x\r\ny"])
def test_nothing_forges_a_second_line(forged: str) -> None:
    assert len(a_line("sent", note=forged).splitlines()) == 1
    assert len(a_line("said %s", forged).splitlines()) == 1


def test_a_traceback_tells_places_and_types_and_no_words() -> None:
    def inner(text: str) -> None:
        raise ValueError(text)

    try:
        try:
            inner("the-canary")
        except ValueError as error:
            raise KeyError("the-canary") from error
    except KeyError as error:
        line = a_line("a handler crashed", error=error)

    assert "ValueError" in line
    assert "KeyError" in line
    assert "in inner" in line
    assert line.index("ValueError\n") < line.rindex("KeyError")
    assert line.count("the-canary") == 2  # the two lines of source above, not the two messages
    assert "KeyError: " not in line


def test_a_chain_that_bites_its_tail_ends() -> None:
    one, other = ValueError(), KeyError()
    one.__cause__, other.__cause__ = other, one

    assert "KeyError" in a_line("broke", error=one)


def test_a_record_without_an_error_at_hand_is_still_written() -> None:
    record = logging.getLogger("x").makeRecord(
        "x", logging.ERROR, __file__, 1, "broke", (), (None, None, None)
    )

    assert LineFormatter("guard").format(record).endswith("broke")


def test_the_description_configures_logging_and_quiets_the_libraries(
    capsys: pytest.CaptureFixture[str],
) -> None:
    root, before = logging.getLogger(), (logging.getLogger().handlers[:], logging.getLogger().level)
    try:
        logging.config.dictConfig(config("guard"))
        handler = root.handlers[0]
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(sys.stderr)
        logging.getLogger("caveat.test").info("said", extra={"n": 1})
        logging.getLogger("aiokafka").info("not said")
    finally:
        root.handlers[:], root.level = before

    assert capsys.readouterr().err.endswith("info guard said n=1\n")


def test_a_library_says_the_same_thing_once_in_five_seconds() -> None:
    repeats = Repeats("aiokafka")

    def passes(name: str, message: str, at: float) -> bool:
        record = logging.makeLogRecord({"name": name, "msg": message, "created": at})
        return repeats.filter(record)

    assert passes("aiokafka.conn", "cannot connect to %s", 100.0)
    assert not passes("aiokafka.conn", "cannot connect to %s", 104.9)
    assert passes("aiokafka.conn", "something else", 104.9)
    assert passes("aiokafka.conn", "cannot connect to %s", 105.1)
    assert passes("caveat.chassis", "dead-lettered a message", 105.1)
    assert passes("caveat.chassis", "dead-lettered a message", 105.1)
