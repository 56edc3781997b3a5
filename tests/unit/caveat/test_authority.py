import pytest

from caveat.authority import (
    ADMIN,
    CLIENT,
    OBSERVER,
    OPERATOR,
    PRINCIPALS,
    Grant,
    Operation,
    Resource,
    grants,
    grants_of,
    group_of,
    readings,
    replayable,
)
from caveat.pipeline import (
    ANSWER_DRAFTED,
    ANSWER_GUARDED,
    ANSWER_PUBLISHED,
    EVIDENCE_RETRIEVED,
    PROGRESS_MADE,
    QUESTION_ASKED,
    QUESTION_CONCLUDED,
    QUESTION_ROUTED,
    SERVICES,
    Stage,
    dead_letter_topic,
    topics,
)

EVERYBODY = ("router", "retriever", "generator", "guard", "renderer")  # who tells progress

# topic: who writes it, who reads it. Written down by hand, from the table of the interfaces.
TABLE: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    QUESTION_ASKED: (("gateway", "client", "operator"), ("router",)),
    QUESTION_ROUTED: (("router", "operator"), ("retriever", "operator")),
    EVIDENCE_RETRIEVED: (("retriever", "operator"), ("generator", "operator")),
    ANSWER_DRAFTED: (("generator", "operator"), ("guard", "operator")),
    QUESTION_CONCLUDED: (
        ("router", "retriever", "generator", "operator"),
        ("guard", "operator"),
    ),
    ANSWER_GUARDED: (("guard",), ("renderer", "auditor", "operator")),
    ANSWER_PUBLISHED: (("renderer",), ("gateway", "client", "operator")),
    PROGRESS_MADE: (EVERYBODY, ("gateway", "operator")),
    "caveat.router.dead-letter.v1": (("router",), ("operator",)),
    "caveat.retriever.dead-letter.v1": (("retriever",), ("operator",)),
    "caveat.generator.dead-letter.v1": (("generator",), ("operator",)),
    "caveat.guard.dead-letter.v1": (("guard",), ("operator",)),
    "caveat.renderer.dead-letter.v1": (("renderer",), ("operator",)),
    "caveat.auditor.dead-letter.v1": (("auditor",), ("operator",)),
    "caveat.gateway.dead-letter.v1": (("gateway",), ("operator",)),
}


def who(operation: Operation, name: str, resource: Resource = Resource.TOPIC) -> set[str]:
    return {
        grant.principal
        for grant in grants()
        if (grant.operation, grant.resource, grant.name) == (operation, resource, name)
    }


def test_the_table_names_every_topic():
    assert set(TABLE) == {spec.name for spec in topics()}


@pytest.mark.parametrize("topic", TABLE)
def test_a_topic_is_written_and_read_by_those_of_the_table_alone(topic: str):
    writers, readers = TABLE[topic]

    assert who(Operation.WRITE, topic) == set(writers)
    assert who(Operation.READ, topic) == set(readers)


def test_the_observer_sees_how_far_everyone_is_and_reads_and_writes_nothing():
    rights = {(g.operation, g.resource) for g in grants() if g.principal == OBSERVER}

    assert rights == {
        (Operation.DESCRIBE, Resource.TOPIC),
        (Operation.DESCRIBE, Resource.GROUP),
    }
    assert {topic for reading in readings() for topic in reading.topics} == who_sees(OBSERVER)
    assert ANSWER_PUBLISHED not in who_sees(OBSERVER)  # the gateway's, which has no group


def who_sees(principal: str) -> set[str]:
    return {g.name for g in grants() if (g.principal, g.resource) == (principal, Resource.TOPIC)}


def test_only_the_guard_writes_what_it_judged_and_only_the_renderer_what_is_published():
    assert who(Operation.WRITE, ANSWER_GUARDED) == {"guard"}
    assert who(Operation.WRITE, ANSWER_PUBLISHED) == {"renderer"}


def test_only_the_router_reads_raw_questions_and_only_the_guard_among_services_reads_drafts():
    assert who(Operation.READ, QUESTION_ASKED) == {"router"}
    assert who(Operation.READ, ANSWER_DRAFTED) & set(SERVICES) == {"guard"}


def test_a_group_is_its_services_own_and_the_operator_sees_how_far_it_is():
    for service in set(SERVICES) - {"gateway"}:
        assert who(Operation.READ, group_of(service), Resource.GROUP) == {service}
        assert who(Operation.DESCRIBE, group_of(service), Resource.GROUP) == {OPERATOR, OBSERVER}
    assert who(Operation.READ, group_of("gateway"), Resource.GROUP) == set()
    assert who(Operation.READ, group_of(CLIENT), Resource.GROUP) == {CLIENT}


def test_nobody_may_do_anything_to_the_cluster_but_look():
    about_the_cluster = {grant for grant in grants() if grant.resource is Resource.CLUSTER}

    assert {(g.principal, g.operation) for g in about_the_cluster} == {
        (OPERATOR, Operation.DESCRIBE)
    }
    assert {grant.operation for grant in grants()} <= {
        Operation.READ,
        Operation.WRITE,
        Operation.DESCRIBE,
    }


def test_every_right_is_somebodys_of_ours_and_names_one_thing():
    for grant in grants():
        assert grant.principal in PRINCIPALS
        assert "*" not in grant.name
    assert ADMIN not in PRINCIPALS
    assert len(PRINCIPALS) == len(set(PRINCIPALS)) == 10


def test_what_was_judged_is_never_sent_again_by_hand():
    assert replayable() == {
        QUESTION_ASKED, QUESTION_ROUTED, EVIDENCE_RETRIEVED, ANSWER_DRAFTED, QUESTION_CONCLUDED,
    }  # fmt: skip


def test_a_stage_without_a_step_tells_no_progress():
    quiet = Stage("scribe", (), ())
    telling = Stage("scribe", (), (), step="screen")

    letters = Grant("scribe", Operation.WRITE, Resource.TOPIC, dead_letter_topic("scribe"))
    group = Grant("scribe", Operation.READ, Resource.GROUP, "caveat-scribe")
    progress = Grant("scribe", Operation.WRITE, Resource.TOPIC, PROGRESS_MADE)
    assert set(grants_of(quiet)) == {letters, group}
    assert set(grants_of(telling)) == {letters, group, progress}
