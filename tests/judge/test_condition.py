"""Conditions are read before they run: every path, guard and compared word in them is known."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.judge.condition import MAX_LENGTH, compile_condition
from analyzer.judge.coverage import check_covered
from analyzer.judge.errors import ExpressionError
from analyzer.model.finding import SubjectKind

TUNNEL = SubjectKind.TUNNEL


def refusal(source: str) -> str:
    with pytest.raises(ExpressionError) as caught:
        compile_condition(source, TUNNEL)
    return str(caught.value)


def test_paths_and_guards_are_told_apart() -> None:
    condition = compile_condition('has(tunnel.state) && tunnel.state == "down" && manager.internal_ca_not_after < now', TUNNEL)

    assert condition.paths == {"tunnel.state", "manager.internal_ca_not_after", "now"}
    assert condition.guards == {"tunnel.state"}


def test_a_name_in_a_text_is_no_path() -> None:
    assert compile_condition("tunnel.label == 'tunnel.nonsense'", TUNNEL).paths == {"tunnel.label"}


def test_a_comprehension_speaks_of_the_elements_of_its_list() -> None:
    condition = compile_condition('tunnel.connections.exists(c, c.outcome == "refused" && c.started < now)', TUNNEL)

    assert condition.paths == {"tunnel.connections", "tunnel.connections[].outcome", "tunnel.connections[].started", "now"}


def test_an_indexed_element_is_followed() -> None:
    assert "tunnel.connections[].outcome" in compile_condition('tunnel.connections[0].outcome == "refused"', TUNNEL).paths


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("tunnel.stat == 'down'", "did you mean 'state'?"),
        ("tunnel.state == 'dwon'", "'tunnel.state' is never 'dwon'; did you mean 'down'?"),
        ("'dwon' != tunnel.state", "'tunnel.state' is never 'dwon'"),
        ("tunnel.state in ['down', 'up']", "'tunnel.state' is never 'up'"),
        ("tunnel.connections.exists(c, c.outcom == 'refused')", "did you mean 'outcome'?"),
        ("tunnel.connections.exists(c, c.resumed) && c.resumed", "does not see 'c'"),
        ("tunnel.connections.exists(c, tunnel.attempts.exists(a, a.peer == c.client))", "inside another comprehension"),
        ("tunnel.label.exists(c, true)", "is no list"),
        ("tunnel.attempts.exists(now, true)", "'now' already means something"),
        ("tunnel.attempts.exists(1)", "takes a name and a condition"),
        ("tunnel['state'] == 'down'", "can only be indexed by a number"),
        ("tunnel.attempts[now].peer == ''", "can only be indexed by a number"),
        ("{'a': tunnel.label}.a == 'x'", "'{' at character 1 has no place"),
        ("(tunnel).state == 'down'", "behind a computed value"),
        ("r'a' == tunnel.label", "plain single or double quotes"),
        ("'''a''' == tunnel.label", "plain single or double quotes"),
        ("tunnel.label.matches('(a+)+$')", "there is no method 'matches'"),
        ("sizeof(tunnel.attempts) > 1", "there is no function 'sizeof' here; did you mean 'size'?"),
        ("has(tunnel)", "has() asks for a path"),
        ("has('x')", "has() asks for a path"),
        ("has(tunnel.stat)", "did you mean 'state'?"),
        ("tunnel.since < 'yesterday'", "TypeError"),
        ("tunnel.since", "not true or false"),
        ("tunnel.since <", "does not compile"),
        ("tunnel.", "a name is missing behind 'tunnel.'"),
        ("duration('2 weeks') > duration('1h')", "Parsing Error"),
        ("", "the expression is empty"),
        ("tunnel.label == 'a' // " + "x" * MAX_LENGTH, f"longer than {MAX_LENGTH}"),
        ("(" * 30 + "true" + ")" * 30, "brackets are open"),
    ],
)
def test_what_would_go_wrong_on_a_case_is_refused_at_load(source: str, says: str) -> None:
    assert says in refusal(source)


@pytest.mark.parametrize(
    "source",
    [
        "tunnel.device_leaf.not_after < now",
        "has(tunnel.device_leaf) && tunnel.device_leaf.is_ca",
        "has(tunnel.failure.time)",
        "has(tunnel.state) && manager.name == 'x'",
        "tunnel.attempts.exists(a, a.alert == 45)",
    ],
)
def test_what_may_be_missing_is_needed_or_asked_for(source: str) -> None:
    condition = compile_condition(source, TUNNEL)

    with pytest.raises(ExpressionError, match="may be missing"):
        check_covered(condition, TUNNEL, ())


@pytest.mark.parametrize(
    ("source", "needs"),
    [
        ("has(tunnel.device_leaf) && tunnel.device_leaf.not_after < now", []),
        ("has(tunnel.failure) && has(tunnel.failure.time) && tunnel.failure.time < now", []),
        ("has(tunnel.failure.time) && tunnel.failure.time < now", ["tunnel.failure"]),
        ("tunnel.failure.time < now", ["tunnel.failure.time"]),
        ("tunnel.attempts.exists(a, has(a.alert) && a.alert == 45)", []),
        ("manager.tunnels_down.size() > 0", []),
    ],
)
def test_what_is_needed_or_asked_for_may_be_used(source: str, needs: list[str]) -> None:
    check_covered(compile_condition(source, TUNNEL), TUNNEL, needs)


def test_a_failing_expression_is_our_error() -> None:
    condition = compile_condition("1 / tunnel.attempts.size() > 0", TUNNEL)

    with pytest.raises(ExpressionError, match="ZeroDivisionError"):
        condition.holds({"tunnel": {"attempts": []}})


def test_a_comprehension_over_many_elements_takes_linear_time() -> None:
    condition = compile_condition("tunnel.push_failures.exists(f, f.cut)", TUNNEL)
    shown = {"tunnel": {"push_failures": [{"cut": False}] * 20_000}}

    began = time.perf_counter()
    answer = condition.holds(shown)

    assert (answer, time.perf_counter() - began < 5) == (False, True)


@settings(max_examples=150)
@given(
    st.lists(
        st.sampled_from(
            [
                "tunnel",
                ".state",
                ".connections",
                "[0]",
                ".exists(",
                "c,",
                "c.outcome",
                "has(",
                ")",
                "(",
                "==",
                "&&",
                "'down'",
                "now",
                "<",
                "!",
            ]
        ),
        max_size=14,
    ).map(" ".join)
    | st.text(max_size=40)
)
def test_any_text_is_compiled_or_refused(source: str) -> None:
    try:
        compile_condition(source, TUNNEL)
    except ExpressionError:
        return
