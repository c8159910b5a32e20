"""Which lines of a file can run, and which ways lead on from them."""

from __future__ import annotations

import re
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_auth0_actions.project.javascript.code import Code
from pytest_auth0_actions.project.javascript.ignored import ignored_lines

MARK = re.compile(r"\s*//:(.*)$")


def marked(source: str, *, typescript: bool = False) -> tuple[Code, str, str]:
    """Return a file, what its marks say of it, and what is found.

    `//:` marks a line that can run, and names the lines that it leads to; `+` is within the line.
    """
    lines = textwrap.dedent(source).strip("\n").splitlines()
    code = Code("\n".join(MARK.sub("", line) for line in lines), typescript=typescript)
    expected = [
        f"{number}:{found[1].strip()}"
        for number, line in enumerate(lines, 1)
        if (found := MARK.search(line))
    ]
    lines_found = []
    for number in code.lines:
        ends = [end for start, end in code.ways if start == number]
        lines_found.append(f"{number}:{' '.join(str(end) if end > 0 else '+' for end in ends)}")
    return code, "\n".join(expected), "\n".join(lines_found)


JAVASCRIPT = {
    "statements": """
        'use strict';
        const a = require('a'); //:
        let b; //:

        /* of several
           lines */
        a.b( //:
          1,
          [2, , 3], { c, 'd': 4, [b]: 5, ...a },
        );
        ; {
          b += 1 //:
          b++ //:
        }
        label: for (;;) { //:
          break label; //:
        }
        debugger; //:
        a, b; //:
        """,
    "if": """
        if (a) { //: 2 4
          b(); //:
        }
        c(); //:
        if (a) b(); //: + 6
        if (a) //: 7 9
          b(); //:
        else
          c(); //:
        if (a) { //: 11 12
          b(); //:
        } else if (c) { //: 13 15
          d(); //:
        } else {
          if (e) f(); //: + +
        }
        """,
    "if with nothing in it": """
        if (a) {} else {} //: + +
        if (b); //: + 3
        c(); //:
        """,
    "?:": """
        const a = b ? c : d; //: + +
        const e = b //: 3 4
          ? c //:
          : d //: 5 +
            ? 1 : 2; //:
        """,
    "logical operators": """
        a && b; //: + +
        const c = a //: + 3 4
          ?? b //:
          || d; //:
        a ||= b; //:
        """,
    "loops": """
        for (let i = 0, n = 1; i < n; i += 1) { //:
          a(i); //:
        }
        for (const [b, c] of d) a(b, c); //: + +
        for (e in f) { //:
          while (g) { //:
            continue; //:
          }
        }
        with (o) p(); //:
        do { //:
          h(); //:
        } while (i());
        for (const j of k) {} //:
        for (let l of m) //:
          n(l); //:
        """,
    "switch": """
        switch (a) { //: 3 5 8
          case 1:
            b(); //:
            break; //:
          case 2: return; //:
          case 3:
          case 4: {
            c(); //:
            break; //:
          }
          default:
        }
        switch (a) { //: 14 16
          case 1: b(); break; //:
        }
        switch (a) { //: 17 18
          case 1: b(); //:
          default: c(); //:
        }
        switch (a) { //: 21 22
          case 1: b(); //:
          case 2: c(); //:
        }
        switch (a) {} //:
        """,
    "try": """
        try { //:
          a(); //:
        } catch (error) {
          b(); //:
        } finally {
          c(); //:
        }
        try { a(); } catch { b(); } //: + +
        try { a(); } catch {} //:
        try { b(); } finally { c(); } //:
        """,
    "functions": """
        function a(b, { c = 1 } = {}, ...d) {
          return b; //:
        }
        async function e() { return 1; } //: + +
        const f = (g) => g; //: + +
        const h = async (i) => { //:
          await i; //:
        };
        const p = async function () { return 1; }; //: + +
        const j = function* () { yield; yield* k; }; //: + +
        l( //:
          (m) => m, //: + +
          async n => n, //: + +
          function () {},
        );
        const o = (p) => //:
          p; //:
        export default function () { return 1; } //: + +
        """,
    "methods": """
        const a = { //:
          b() { return 1; }, //: + +
          get c() {
            return 2; //:
          },
          async *d() {},
          [e]() {},
          f: (g) => g, //: + +
          async: 1, get: 2, static: 3,
        };
        """,
    "classes": """
        class A extends B { //:
          static #c = 1;
          d = () => 2; //: + +
          e;
          constructor() {
            super(); //:
          }
          static {
            this.#c = 3; //:
          }
          async 'f'() { return #c in this; } //: + +
        }
        const g = class {}; //:
        """,
    "regular expressions and templates": r"""
        const a = /[/'"]\/{/g.test(b) / c / d; //:
        const e = `{ ${f ? `}${g}` : "`"} \` $`; //: + +
        const h = tag`x${i}`; //:
        """,
    "modules": """
        import a, { b as c } from 'd'; //:
        import 'e'; //:
        import * as f from 'g' //:
        f?.[a]?.(c)[0]; //:
        export * from 'h'; //:
        export { a, c }; //:
        export const i = () => 1; //: + +
        export default a ?? f; //: + +
        const j = await import('k'); //:
        import.meta.url; //:
        import('m'); //:
        """,
    "words that are names, too": """
        const of = 1, async = 2, get = 3, type = 4; //:
        async(of); //:
        let = 5; //:
        type = get; //:
        const b = async => async; //: + +
        new.target; //:
        if (new A) await b; //: + +
        """,
}

TYPESCRIPT = {
    "types": """
        import type { A } from 'a';
        import { b, type C } from 'c'; //:
        export type { A };
        interface D<E extends { f: string } = { f: 'x' }> extends A, C<E> {
          g(h?: string): asserts h is string;
        }
        type I<J> = J extends (infer K)[] ? K : { [key in keyof J]?: J[key] };
        declare const l: number;
        declare module 'm' { const n: number; }
        export interface O {}
        export declare function p(): void;
        enum Q { R = 1 } //:
        export const enum S { T } //:
        type V = `a${string}b` | import('w').X.Y<Z> | readonly string[] | [a: b, c?: d];
        type e = new <F>(...g: F[]) => abstract new () => typeof h[number];
        export type * from 'i';
        type l = typeof import('m') | import('n').O | P.Q<R>;
        function s<const T, in out U extends V.W = X>() {}
        import j = require('k'); //:
        declare global { var l: string }
        declare let m: string
        declare const n: `x`;
        export = b;
        @o.p(q) class R { s(@t u: v) {} } //:
        export abstract class W {} //:
        abstract class U { abstract v(): void; w(): number { return 1; } } //: + +
        """,
    "annotations": """
        const a: Map<string, Array<number>> = new Map<string, Array<number>>(); //:
        let b!: (c: string, ...d: number[]) => Promise<void>; //:
        function e<F>(this: A, g: F, h?: number, i: string = 'x'): g is string {
          return g as unknown as string satisfies any; //:
        }
        function e(j: string): void;
        const k = async <L,>(m: L): Promise<L | undefined> => m!; //: + +
        const n = a ? (b) : c; //: + +
        const q = (r?: number, s?, t = u ? v : w) => f(r ? 1 : 2); //: + + + + + +
        const x = y<z>(1), aa = <bb>(cc: bb) => 1; //: + +
        const o = a < b, p = a! > c; //:
        class Q<R> extends P<R> implements S, T<R> { //:
          private readonly u?: string = 'x';
          declare v: number;
          [key: string]: unknown;
          constructor(private w: string, public x = 1) { super(); } //: + +
          ['z'] = 1;
          @decorated() y?(): void;
        }
        for (const z of a as string[]) f(z); //: + +
        namespace G { export const h = 1; } //:
        """,
}


@pytest.mark.parametrize("name", JAVASCRIPT)
def test_lines_and_ways_of_javascript(name: str) -> None:
    _, expected, found = marked(JAVASCRIPT[name])
    assert found == expected


@pytest.mark.parametrize("name", TYPESCRIPT)
def test_lines_and_ways_of_typescript(name: str) -> None:
    _, expected, found = marked(TYPESCRIPT[name], typescript=True)
    assert found == expected


@pytest.mark.parametrize(
    "source",
    [
        "const a = <b/>;",
        "({ + })",
        "f(",
        "'",
        "a b",
        "`${",
        "if a {}",
        "x = /",
        "@",
        "{",
        "class { 5 * 5 }",
        "`${a b}`",
        "a 'b'",
    ],
)
def test_of_what_is_not_understood_each_line_with_a_word_counts(source: str) -> None:
    code = Code(f"// comment\n{source} w\n}}\n")
    assert code.lines == [2]
    assert not code.ways


@pytest.mark.parametrize("source", ["enum A", "namespace A", "let a: =", "type A = `${", "f<>>"])
def test_nor_is_each_typescript(source: str) -> None:
    assert Code(source, typescript=True).lines == [1]
    assert not Code(source, typescript=True).ways


def test_what_goes_too_deep_counts_by_line() -> None:
    assert Code("(" * 5_000 + "a" + ")" * 5_000).lines == [1]


@pytest.mark.parametrize("word", ["c8", "v8"])
def test_comments_take_lines_out(word: str) -> None:
    lines = f"""\
a();
/* {word} ignore next */
b();
c(); /* {word} ignore next */
d();
  /* {word} ignore next 2 */
e();
f();
g();
/* {word} ignore start */
h();
/* {word} ignore stop */
i();
/* {word} ignore next -- with a reason */
j();
// {word} ignore next
k();
""".splitlines()
    kept = [line for number, line in enumerate(lines, 1) if number not in ignored_lines(lines)]
    assert kept == ["a();", "d();", "g();", "i();", f"// {word} ignore next", "k();"]


def test_the_words_of_node_do_so_too() -> None:
    lines = ["/* node:coverage disable */", "a();", "/* node:coverage enable */", "b();"]
    assert ignored_lines(lines) == {1, 2, 3}
    assert ignored_lines(["/* node:coverage ignore next */", "a();", "b();"]) == {1, 2}


def test_functions_have_the_names_that_people_give_them() -> None:
    code = Code(
        "exports.a = async () => 1;\nconst b = function () {};\nfunction c() {}\n"
        "const d = { e() {}, f: () => 2 };\ng(() => 3);\nclass H { i = () => 4; }\n"
    )
    names = ["a", "b", "c", "e", "f", "(anonymous)", "i"]
    assert [each.name for each in code.functions] == names


@given(st.text(alphabet="ab=(){}[];:,?.&|`'\"/$<>!\n \\x1", max_size=40), st.booleans())
def test_any_text_gives_some_answer(source: str, typescript: bool) -> None:
    code = Code(source, typescript=typescript)
    count = len(code.source_lines)
    assert all(1 <= line <= count for line in code.lines)
    assert all(start in code.lines and start != end for start, end in code.ways)
    assert all(end in code.lines for _, end in code.ways if end > 0)
    run, gone = code.run(lambda at: 1)
    assert run == set(code.lines)
    assert gone <= code.ways.keys()
    assert code.run(lambda at: 0) == (set(), set())
