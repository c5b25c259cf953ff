"""The evaluator of Python alone gives the answers of the CEL library: over a table of every operation, and over made-up expressions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.backend import NATIVE, PURE, using
from analyzer.judge.condition import compile_condition
from analyzer.judge.engine import compile_expression
from analyzer.judge.errors import ExpressionError
from analyzer.model.finding import SubjectKind
from tests.slices import is_whole

NAMES: dict[str, Any] = {
    "t": datetime(2024, 10, 14, 3, 4, 5, 123456, tzinfo=UTC),
    "u": datetime(2024, 10, 14, tzinfo=UTC),
    "naive": datetime(2024, 1, 1),  # noqa: DTZ001 - what a time without a zone is taken for
    "s": timedelta(seconds=90061),
    "q": timedelta(seconds=-1.5),
    "n": 5,
    "big": 2**70,
    "f": 1.5,
    "x": "abc",
    "k": "é한",
    "b": True,
    "o": None,
    "m": {"a": 1, "b": {"c": None}},
    "l": [1, 2, 3],
    "ls": ["a", "b"],
    "lm": [{"k": 1}, {}],
    "lb": [True, 1],
    "e": {},
}

LOGIC = """
b || m.z; m.z || b; !b && m.z; m.z && !b; false && 1; 1 && false; true || 1; 1 || true; true && 1; !1; !!b; !!!b; e.a || e.b;
e.a && e.b; n || e.a; e.a > 1 && has(e.a); has(e.a) || n > 1; true && 'a'; 'a' && false; 'a' || 'b'; true || 1 + 'a'; b ? 1 : 2;
1 ? 1 : 2; '' ? 1 : 2; b ? 1 : m.z; !b ? m.z : 2; true ? false : true ? 1 : 2; false ? 1 : false ? 2 : 3; b ? b ? 1 : 2 : 3;
(b ? b : b) ? 1 : 2; b ? n : x; 1 + true ? 1 : 2; true || false && false; b && (n > 1 || x == 'q') && !(x == 'abc'); b == 1;
true == 1; !n in l; !(n in l); !b == true; m.z || m.z || b; b && b && m.z
"""
NUMBERS = """
-n; -x; - n; --n; - - 5; -5; -5u; 1--1; 1 - -1; - n - -n; n + 1; n+1u; n + 1.0; 1u+1u; 5u - 6u; 5u/2u; 5u%3u; n/2; -7/2; -7%3;
5 % -3; 7%0; 7/0; 1.0/0.0; -1.0/0.0; 0.0/0.0 == 0.0/0.0; 0.0/0.0 < 1.0; 1.0 % 2.0; 1.0/2.0; 1.0/2; f+1; f+f; f*2.0; f-f; -f;
1.0==1; 1==1.0; 1==1u; 1u == 1.0; 1 != 1.0; 1=='1'; 1<1.5; 1<2u; -5 < 4u; 1u < -1; 5u>4; 1<'a'; 1 < 2 < 3; 1 < 2 == true;
1 == 1 == true; 9223372036854775807+1; -9223372036854775807 - 2; 9223372036854775808; -9223372036854775808;
--9223372036854775808; 9223372036854775807*2; (-9223372036854775807 - 1) / -1; (-9223372036854775807 - 1) % -1;
18446744073709551615u; 18446744073709551616u; 18446744073709551615u + 1u; 0u - 1u; 18446744073709551615u > 9223372036854775807;
9007199254740993 == 9007199254740992.0; big; big > 1; 01; 1.5; 1 + 2 * 3; 10 - 3 - 2; 100/10/5; 5 % 3 * 2; s*2; -s; b+b; o + 1
"""
TEXTS = r"""
x+'d'; x*2; 'a'+1; 'a'<'b'; 'b' > 'a' && 'a' <= 'a'; x < 'b' && x >= 'a'; 'a'!='b'; '' == null; size(x); size(k); size('');
x.size(); x.startsWith('a'); x.startsWith(1); n.startsWith('a'); x.startsWith(x, x); x.endsWith('c'); x.endsWith('d');
x.contains('b'); x.contains(''); l.contains(1); x[0]; x.size; 'a'.size(); 'a'.size; '\n'; "a\"b"; 'a\'b'; '\x41'; '\u00e9';
'\U0001F600'; '\101'; '\a\b\f\r\t\v\\\?\`'; '\q'; '\x4'; '\u12'; '\400'; '\1'; '\ud800'; '\U00110000'; 'a	b'; "'"; '"';
string(1); string(1.5); string(1.0); string(-0.0); string(0.1); string(100000000000000000000.0); string(true); string(null);
string(l); string(1u); string(x); string('a') + 'b'; int('5'); int('+5'); int('-5'); int('x'); int(''); int(' 5'); int('5_0');
int('٥'); int('0x1'); int('9223372036854775808'); int(1.9); int(-1.9); int(5u); int(18446744073709551615u); int(true); int(null);
int(t); int(s); x in 'abc'; 'b' in 'abc'; 1 in x
"""
TIMES = """
t<t; t-t; t-s; t+s; s+t; s+s; s-s; s<t; t==s; s==s; t!=t; t == null; naive; naive<t; t > u; t - u; q < s; t.getFullYear();
t.getMonth(); t.getHours(); t.getMinutes(); t.getSeconds(); s.getHours(); s.getMinutes(); s.getSeconds(); q.getSeconds();
q.getMinutes(); q.getHours(); s.getFullYear(); s.getMonth(); x.getFullYear(); t.getHours('Asia/Seoul'); getFullYear(t);
(t - t).getSeconds(); duration('1h'); duration('1h30m'); duration('-1.5h'); duration('1d'); duration('100ms'); duration('1us');
duration('2 weeks'); duration(''); duration('0'); duration('-0'); duration('5'); duration('00'); duration('+0'); duration(5);
duration(s); duration('1h -2m'); duration('+1h'); duration('1h+2m'); duration('.5h'); duration('1.h'); duration('1e2s');
duration('1H'); duration('1m1h'); duration('1h30'); duration('-1h30m'); duration('--1h'); duration('- 1h'); duration('1.2.3h');
duration('0h'); duration('720h'); duration('2160h') > duration('30m'); s == duration('25h1m1s'); t-t == duration('0s');
duration('1h')+1; string(t); string(u); string(s); string(duration('1h')); string(duration('90ms')); string(duration('0s'));
string(duration('1.5s')); string(duration('100us')); string(duration('61s')); timestamp('2024-01-01T00:00:00Z');
timestamp('2024-01-01T00:00:00+09:00'); timestamp('2024-01-01 00:00:00Z'); timestamp('2024-01-01t00:00:00z');
timestamp('2024-01-01T00:00:00.5Z'); timestamp('2024-01-01T00:00:00.123456789Z'); timestamp('2024-01-01');
timestamp('2024-01-01T00:00Z'); timestamp('2024-13-01T00:00:00Z'); timestamp('2024-02-30T00:00:00Z');
timestamp('2024-01-01T24:00:00Z'); timestamp('2024-01-01T00:00:00+0900'); timestamp('2024-01-01T00:00:00Z ');
timestamp('10000-01-01T00:00:00Z'); timestamp(t); timestamp(5); timestamp('2024-01-01T00:00:00+09:00').getHours();
timestamp('2024-01-01T00:00:00+09:00') == timestamp('2023-12-31T15:00:00Z')
"""
LISTS = """
l+[4]; l<l; l==[1,2,3]; l == ls; l != ls; [1.0,2u,3]==l; m==m; m<m; x in ls; 'a' in ls; 1 in l; 1.0 in l; 1u in l; l in [l];
null in []; 'a' in m; 1 in m; 'c' in m.b; 1 in [1] in [true]; n in [1,5] ? b : !b; has(m.a); has(m.z); has(m.b.c); has(e.z.q);
has(zz.q); has(x.a); has(n.a); has(m.a.b); has(m); zz.q; zz; m.z; m.b.c == null; m.a.b; null.a; true.x; l[0]; l[9]; l[-1];
l[1-1]; l[0u]; l[0.0]; l[true]; l[0].q; m[0]; m['a']; [1][0]; [[1]][0][0]; [[1]] == [[1]]; ls[0].size(); ls[0].startsWith('a');
size(l); size(m); size(n); size(null); l.size(); m.size(); e.size(); n.size(); size(); size(1,2); size(x, ); x.size(1);
x.size(),; [1].size(); []; [1,'a']; [1,]; [,]; [1 2]; l.all(i,i>0); l.all(i,i>1); l.all(i,i); [].all(i,false); l.exists(i,i>2);
l.exists(i,i.z); l.exists(i, i>0 || i.z); [1,2].exists(i, i==2 || i.z); l.exists(i,1); l.exists(i, b); [].exists(i, true);
l.exists(x, x==1); x.exists(i,true); m.exists(k,k=='a'); lm.exists(i, i.k==1); lm.exists(i, i.k==2); lm.all(i,i.k==1);
lm.exists_one(i, i.k==1); lm.exists(i, has(i.k) && i.k==1); lb.exists(i, i); lb.all(i,i); lb.exists(i, !i); l.exists_one(i,i>2);
l.exists_one(i,i>1); l.filter(i,i>1); l.filter(i,1); lm.filter(i, i.k==1); l.map(i,i+1); l.map(i,i>1,i*2); l.map(i,i==1,i);
l.map(i,i,i); lm.map(i,i.k); l.filter(i, i > 1).size(); (l.filter(i, i > 1)).size() > 1; l.map(i, i).exists(j, j>2);
l.exists(if, true); l.exists(type, true); l.exists(var, true); l.exists(true,true); l.all(1, true)
"""
BROKEN = """
'a' 'b'; 1 2; 1.; (1; 1); 1 ? 2; ? 1 : 2; 1 +; +1; in; x in; has(; true true; !-n; -!b; !--n; (); l.; l[; l[]; l[1; a b; 1 ==;
&& b; b &&; b ||; if; var + 1; b ! b; n n; -; !; l.exists(i; l.exists(i,; f(1); f(); x.f(); x.f(1)
"""
TABLE = [
    one.strip() for text in (LOGIC, NUMBERS, TEXTS, TIMES, LISTS, BROKEN) for one in text.replace("\n", " ").split("; ") if one.strip()
]


def outcome(source: str, backend: str) -> tuple[str, object]:
    """What comes of an expression: its value with its type, or the kind of its error."""
    with using(backend):
        try:
            program = compile_expression(source)
        except (ValueError, ExpressionError):
            return "does not compile", ""
        try:
            value = program.execute(dict(NAMES))
        except (TypeError, LookupError, ArithmeticError, RuntimeError) as error:
            return "fails", type(error).__name__
    return type(value).__name__, repr(_in_order(value))


def _in_order(value: object) -> object:
    """The library keeps no order of the names of a mapping."""
    if isinstance(value, dict):
        return {name: _in_order(value[name]) for name in sorted(value)}
    return [_in_order(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("source", TABLE)
def test_every_operation_gives_the_answer_of_the_library(source: str) -> None:
    assert outcome(source, PURE) == outcome(source, NATIVE)


@pytest.mark.parametrize(
    ("source", "ours", "library"),
    [
        ("string(duration('-90m'))", ("str", "'-1h30m0s'"), ("str", "'-5124094h4m33.709551616s'")),
        ("-(-9223372036854775807 - 1)", ("fails", "OverflowError"), ("int", "-9223372036854775808")),
        (
            "duration('9999999h')",
            ("timedelta", repr(timedelta(hours=9_999_999))),
            ("timedelta", repr(timedelta(microseconds=2**63 // 1000))),
        ),
    ],
)
def test_where_the_library_is_wrong_ours_is_not(source: str, ours: tuple[str, str], library: tuple[str, str]) -> None:
    """The library is held too, so that a release of it that is right is noticed."""
    assert (outcome(source, PURE), outcome(source, NATIVE)) == (ours, library)


# Without mappings: the library adds one to a list without a word.
LEAVES = st.sampled_from(
    [
        *(name for name in NAMES if name not in "me"),
        "1",
        "0",
        "2u",
        "1.5",
        "-3",
        "'a'",
        "''",
        "true",
        "false",
        "null",
        "m.a",
        "m.z",
        "e.a",
        "l[0]",
        "lm[1].k",
        "lm",
    ]
)
OPERATORS = st.sampled_from(["+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "&&", "||", "in"])
CALLS = st.sampled_from(["size({})", "int({})", "duration({})", "timestamp({})", "({}).size()", "({}).getHours()", "({}).contains('a')"])
MACROS = st.sampled_from(["exists", "all", "exists_one", "filter", "map"])


def _grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, OPERATORS, inner).map(" ".join),
        st.tuples(inner, OPERATORS, inner).map(lambda parts: f"({' '.join(parts)})"),
        st.tuples(CALLS, inner).map(lambda parts: parts[0].format(parts[1])),
        st.tuples(inner, inner, inner).map(lambda parts: f"{parts[0]} ? {parts[1]} : {parts[2]}"),
        st.tuples(st.sampled_from(["!", "-"]), inner).map("".join),
        st.lists(inner, max_size=3).map(lambda parts: f"[{', '.join(parts)}]"),
        st.tuples(st.sampled_from(["l", "lm", "ls", "lb", "[]"]), MACROS, inner).map(lambda parts: f"{parts[0]}.{parts[1]}(n, {parts[2]})"),
    )


EXPRESSIONS = st.recursive(LEAVES, _grow, max_leaves=8)


@settings(max_examples=5000 if is_whole() else 1000)
@given(EXPRESSIONS)
def test_made_up_expressions_give_the_answers_of_the_library(source: str) -> None:
    assert outcome(source, PURE) == outcome(source, NATIVE)


@pytest.mark.parametrize(
    "source",
    [
        "!" * 1990 + "true",
        "1" + "+1" * 900 + " > 0",
        "true" + " && true" * 200,
        "true ? true : " * 130 + "true",
        "(" * 20 + "true" + ")" * 20,
    ],
    ids=["signs", "sums", "ands", "choices", "brackets"],
)
def test_the_longest_chains_are_compiled_and_answered(source: str) -> None:
    with using(PURE):
        assert compile_condition(source, SubjectKind.TUNNEL).holds({}) is True
