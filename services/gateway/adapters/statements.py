"""What the gateway says to its store, built once: to build a statement costs more than to run it.

Parameters that share a name with a column are the values of an insert.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Integer, Text, and_, bindparam, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from services.gateway.tables import UNFINISHED, answers, positions, questions

_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}

_q, _a = questions.c, answers.c
_question = bindparam("a_question", type_=Text)

FIND_TAG = select(_q.question_id, _q.body_hash, _q.asked_at, _q.accepted).where(
    _q.tag == bindparam("a_tag", type_=Text)
)
ACCEPT = (
    update(questions)
    .where(_q.question_id == _question, _q.accepted == 0)
    .values(accepted=1, updated_at=bindparam("at", type_=Text))
)
PROGRESS = (
    select(_q.accepted, _q.seq, _q.asked_at, _q.updated_at, _a.outcome, _a.answer_id)
    .select_from(questions.outerjoin(answers))
    .where(_q.question_id == _question)
    .order_by(_a.version.desc())
    .limit(1)
)
RIVALS = select(_a.question_id, _a.document).where(
    or_(
        and_(_a.question_id == _question, _a.version == bindparam("a_version", type_=Integer)),
        and_(
            _a.answer_id == bindparam("an_answer", type_=Text),
            _a.question_id != _question,
        ),
    )
)
"""What stands in the way of an answer: another under its key, or its id on another question."""

BACKLOG = (
    select(func.count(), func.min(func.coalesce(_q.asked_at, _q.updated_at)))
    .select_from(questions)
    .where(UNFINISHED)
)
POSITIONS = select(positions).where(positions.c.topic == bindparam("a_topic", type_=Text))


def _find_answer() -> Any:
    name = bindparam("name", type_=Text)
    same, newer = answers.alias("same"), answers.alias("newer")
    by_id = select(same.c.question_id).where(same.c.answer_id == name).limit(1)
    latest = (
        select(func.max(newer.c.version))
        .where(newer.c.question_id == _a.question_id)
        .scalar_subquery()
    )
    version = func.coalesce(bindparam("a_version", type_=Integer), latest)
    return select(answers, latest.label("latest")).where(
        _a.question_id == func.coalesce(by_id.scalar_subquery(), name), _a.version == version
    )


ANSWER = _find_answer()


@dataclass(frozen=True, slots=True)
class Upserts:
    """The statements that each database has its own words for."""

    reserve: Any
    note_progress: Any
    finish: Any
    advance: Any


@cache
def upserts(dialect: str) -> Upserts:
    """Build what is inserted unless it is there."""
    insert = _INSERT[dialect]
    reserve = insert(questions).on_conflict_do_nothing(index_elements=["tag"])
    asked = insert(questions)
    place = insert(positions)
    return Upserts(
        reserve=reserve.returning(_q.question_id),
        note_progress=asked.on_conflict_do_update(
            index_elements=["question_id"],
            set_={
                "accepted": 1,
                "seq": asked.excluded.seq,
                "updated_at": asked.excluded.updated_at,
            },
            where=asked.excluded.seq > _q.seq,
        ),
        finish=asked.on_conflict_do_update(
            index_elements=["question_id"],
            set_={"accepted": 1, "updated_at": asked.excluded.updated_at, "finished": 1},
        ),
        advance=place.on_conflict_do_update(
            index_elements=["topic", "partition"],
            set_={
                "next_offset": place.excluded.next_offset,
                "timestamp_ms": place.excluded.timestamp_ms,
            },
        ),
    )
