"""More of what programs make of a transcript: trackers, chats, lists of strings, boxes, and one thing done after another."""

from __future__ import annotations

import html
import json
from collections.abc import Callable

from tests.read.text.transcripts import SHAPES, prefixed


def _cut(lines: list[str], width: int) -> list[str]:
    return [line[at : at + width] for line in lines for at in range(0, max(1, len(line)), width)]


def _cells(lines: list[str]) -> list[str]:
    return [line.replace('"', '""') for line in lines]


def _box(lines: list[str]) -> str:
    rows = [f"\u2502 {line:<220} \u2502" for line in lines]
    return "\n".join(["\u250c" + "\u2500" * 222 + "\u2510", *rows, "\u2514" + "\u2500" * 222 + "\u2518"]) + "\n"


PAGES: dict[str, Callable[[list[str]], str]] = {
    **SHAPES,
    "double spaced": lambda lines: "\n\n".join(lines) + "\n",
    "a tracker's code": lambda lines: "{code:java}\n" + "\n".join(lines) + "\n{code}\n",
    "a tracker's noformat": lambda lines: "{noformat}\n" + "\n".join(lines) + "\n{noformat}\n",
    "details": lambda lines: "<details>\n<summary>logs</summary>\n\n```\n" + "\n".join(lines) + "\n```\n</details>\n",
    "below a mail's head": lambda lines: "Hello\n\n-----Original Message-----\nFrom: Kim\nSent: Monday\n\n" + "\n".join(lines) + "\n",
    "added lines": prefixed(lambda _at: "+ "),
    "bullets": prefixed(lambda _at: "- "),
    "stars": prefixed(lambda _at: "* "),
    "a list of JSON": lambda lines: json.dumps(lines, indent=1),
    "a list of JSON in a line": json.dumps,
    "a list of Python": repr,
    "a playbook's output": lambda lines: (
        'ok: [a] => {\n    "stdout_lines": [\n' + ",\n".join(f"        {json.dumps(one)}" for one in lines) + "\n    ]\n}\n"
    ),
    "a block of YAML": lambda lines: "case: 7\nnote: |\n" + "\n".join("  " + line for line in lines) + "\n",
    "a container's log": prefixed(lambda at: f"2026-11-23T00:12:{at:02}.123456789Z stdout F "),
    "a box": _box,
    "a bar of a terminal": prefixed(lambda _at: "\u2502 "),
    "script": lambda lines: (
        'Script started on 2026-11-23 09:12:00+09:00 [TERM="xterm"]\n' + "\r\n".join(lines) + "\r\nScript done on 2026\n"
    ),
    "hours in angles": prefixed(lambda at: f"<09:12:{at:02}> "),
    "quoted with hard blanks": prefixed(lambda _at: ">\xa0"),
    "numbers with a bracket": prefixed(lambda at: f"{at}) "),
    "numbers with a letter": prefixed(lambda at: f"L{at}: "),
    "a backslash at each end": lambda lines: "\\\n".join(lines) + "\n",
    "a column": lambda lines: "line\n" + "\n".join(f'"{one}"' for one in _cells(lines)) + "\n",
    "two columns": lambda lines: "no,line\n" + "\n".join(f'{at},"{one}"' for at, one in enumerate(_cells(lines), 1)) + "\n",
    "a chat with heads": lambda lines: "Kim Example\n11:12 AM\n" + "\n".join(lines) + "\nLee Other\n11:15 AM\nthanks\n",
    "names in angles": prefixed(lambda at: f"11:{at:02} <kim> "),
    "a phone's chat": prefixed(lambda at: f"23/11/2026, 11:{at:02} - Kim Example: "),
    "quoted unevenly": lambda lines: "\n".join(("> " if at % 2 else ">> ") + line for at, line in enumerate(lines)) + "\n",
    "a table of a page": lambda lines: (
        "<table>" + "".join(f"<tr><td>{at}</td><td>{html.escape(one)}</td></tr>\n" for at, one in enumerate(lines, 1)) + "</table>"
    ),
    "a list of a page": lambda lines: "<ol>" + "".join(f"<li>{html.escape(one)}</li>" for one in lines) + "</ol>",
    "hard blanks of a page": lambda lines: "<p>" + "</p><p>".join(html.escape(one).replace(" ", "&nbsp;") for one in lines) + "</p>",
    "a page escaped as a whole": lambda lines: html.escape("<br>".join(html.escape(one) for one in lines)),
    "a string in a string": lambda lines: json.dumps({"a": json.dumps({"b": "\n".join(lines)})}),
    "CR CR LF": lambda lines: "\r\r\n".join(lines) + "\r\r\n",
    "100 columns": lambda lines: "\n".join(_cut(lines, 100)) + "\n",
    "80 columns, quoted": lambda lines: "\n".join("> " + one for one in _cut(lines, 80)) + "\n",
    "80 columns, numbered": lambda lines: "\n".join(f"{at:>5}  {one}" for at, one in enumerate(_cut(lines, 80), 1)) + "\n",
    "words before the command": lambda lines: f"I ran {lines[0]}\n" + "\n".join(lines[1:]) + "\n",
    "the command in bold": lambda lines: f"**{lines[0]}**\n" + "\n".join(lines[1:]) + "\n",
    "backticks": lambda lines: "\n".join(f"`{line}`" if line else "" for line in lines) + "\n",
    "signs that do not show": lambda lines: "\n".join("\u200b" + line.replace("/", "/\u200b") for line in lines) + "\n",
}
