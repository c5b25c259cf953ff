"""Prompts in pasted terminal text: which appliance, which folder, which command.

``root@fmcv72:/Volume/home/admin# cat x`` and ``[root@fmc-1 log]#`` name the appliance. The CLISH prompt ``> show managers`` and a shell
without a name (``sh-5.1#``) do not, and text below them must not be given to the appliance of an older prompt. ``firepower#`` is the prompt
of LINA, ``FPR4100-1 /security-service #`` that of FXOS; so many words may stand before a ``#`` or a ``>`` that these count only with a
command of theirs, or with a name that no sentence has.
"""

from __future__ import annotations

import posixpath
import re

from msgspec import Struct

from analyzer.model.passage import Shell
from analyzer.read.patterns import later

_LONGEST = 4_000
_NAME = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,252}"
_USER = r"(?P<user>[A-Za-z_][A-Za-z0-9_.-]{0,31})"
_PROGRAMS = (
    r"(?:awk|cat|cp|curl|date|df|dig|echo|egrep|expert|find|grep|head|hostname|id|ifconfig|ip|journalctl|less|ls|ll|md5sum|more|mv|nc|netstat|nslookup|"
    r"ntpq|openssl|perl|pigtail|ping|pmtool|ps|route|scp|sed|sha256sum|ss|ssh|stat|sudo|su|tail|tcpdump|telnet|timedatectl|top|traceroute|tshark|uname|"
    r"uptime|vi|wc|zcat|zgrep|sftunnel-status(?:-brief)?|[A-Za-z_]{3,40}\.(?:pl|py|sh))"
)
_REST = rf"(?P<command>[ \t].*|(?:/[\w./-]{{1,200}}/)?{_PROGRAMS}(?:[ \t].*)?|[A-Z][A-Z_]{{2,40}}=.*)?$"
"""What was typed: behind a blank anything, and directly behind the sign what no address and no sentence goes on with."""
_SHELL = later(rf"[ \t]{{0,40}}(?:> ?){{0,3}}{_USER}@(?P<host>{_NAME}):(?P<folder>[/~][^\s#$]{{0,1023}}|[\w.-]{{1,100}})(?: ?)[#$]{_REST}")
_BRACKETED = later(rf"[ \t]{{0,40}}\[{_USER}@(?P<host>{_NAME})[ \t:](?P<folder>[^\]\s]{{1,255}})\][#$]{_REST}")
_NAMELESS = later(rf"[ \t]{{0,40}}-?(?:ba|da|a|k|z)?sh-\d{{1,2}}(?:\.\d{{1,3}}){{0,3}}(?P<sign>[#$]){_REST}")
_CLISH = later(r"[ \t]{0,40}>(?:[ \t]{1,3}(?P<command>[a-z][^|>]*(?:\|[^|>]*)?))?$")
_VERBS = (
    r"(?:acknowledge|cap(?:ture|ture-traffic)?|cd|changeto|cle(?:ar)?|commit-buffer|conf(?:ig|igure)?|connect|copy|create|debug|delete|dir|en(?:able)?|"
    r"end|enter|exit|expert|failover|help|log(?:in|out)|more|no|nslookup|packet-tracer|ping|pwd|quit|reboot|reload|scope|set|sftunnel-status(?:-brief)?|"
    r"sho?w?|sh|system|tail-logs|telnet|term(?:inal)?|test|top|traceroute|undebug|up|verify|wr(?:ite)?)"
)
_UUID = later(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
"""The name of a folder below /var/sf/peers, and of no other in which people work."""
_LINA = later(
    rf"[ \t]{{0,8}}(?P<host>[A-Za-z][A-Za-z0-9_.-]{{0,62}})(?P<unit>(?:/[a-z0-9-]{{1,20}}){{0,3}})(?P<scope>(?: /[a-z0-9/-]{{1,80}})?)"
    rf"(?:\([a-z][a-z0-9-]{{0,40}}\))?\*?(?: ?)(?P<sign>[#>])(?:[ \t]{{0,3}}(?P<command>{_VERBS}(?:[ \t][^>]*)?))?[ \t]*$"
)
_FXOS_NAME = later(r"(?:FPR?|firepower-module)[A-Za-z]*-?\d|firepower-\d+$", re.IGNORECASE)
_FACTORY = {"firepower", "ciscoasa", "fmc", "ftd"}
_SIGN_ALONE = later(rf"[ \t]{{0,8}}(?P<sign>[#$])[ \t]{{1,3}}(?P<command>(?:/[\w./-]{{1,200}}/)?{_PROGRAMS}(?:[ \t].*)?)$")
_BARE = later(
    r"[ \t]{0,40}(?P<sudo>sudo[ \t]{1,4}(?:-\w{1,8}[ \t]{1,4})?)?(?:"
    r"openssl[ \t]{1,4}(?:x509|verify|s_client|crl|rsa|version)(?P<openssl>$|[ \t].*)"
    r"|(?:/[\w./-]{1,200}/)?(?:sftunnel_status|generate_certs|manage_procs|OmniQuery|copy_sftunnel_certs|sftunnel-status(?:-brief)?)(?:\.p[ly])?"
    r"(?P<script>$|[ \t].*)"
    r"|pmtool(?P<pmtool>[ \t]{1,4}[A-Za-z]{3,20}(?:$|[ \t].*))"
    r"|show (?:managers|version|network|time|ntp|running-config|interface ip brief|failover)(?P<show>$|[ \t]{1,4}(?:detail|system|\|.*)$)"
    r"|(?:e|f|z)?grep(?P<grep>[ \t].*)"
    r"|(?:cat|curl|journalctl|ls|ll|md5sum|nc|netstat|pigtail|ps|sha256sum|ss|stat|tail|tcpdump|telnet|tshark|zcat)(?P<other>[ \t].*)"
    r")$"
)
"""What no sentence begins with. The group behind a program is what may be its arguments."""
_PLAIN_WORDS = {"openssl": 3, "script": 1, "pmtool": 2, "show": 9, "grep": 1, "other": 1}
"""Arguments that may look like a word of a sentence."""
_TOKEN = later(r"\"[^\"]*\"|'[^']*'|\S+")
_ARGUMENT = later(r"-{1,2}[A-Za-z0-9].*|.*[/*=\"'$\\<>].*|.*[.:]\w.*|\d+|[A-Z_]{2,}|-|\\G")
_JOINS = later(r"\||&&|;|>|2>|\\$")
_CURSOR = " \t\u2588"
"""What may stand after the last character: blanks and the terminal's cursor."""


class Prompt(Struct, frozen=True):
    """A prompt and what was typed at it ("" when nothing was). ``host`` and ``folder`` are "" where the prompt does not show them;
    ``folder`` may be ``~``. ``shell`` is NONE for a command that stands in a line of its own, without any prompt. ``tail`` is the last part
    of the folder, where the prompt shows no more of it."""

    user: str
    host: str
    folder: str
    command: str
    shell: Shell = Shell.NONE
    tail: str = ""

    def path(self, written: str) -> str:
        """The absolute path of a file named in the command, or the name as written when the folder is not known."""
        if written.startswith("/") or not self.folder.startswith("/"):
            return written
        return posixpath.normpath(posixpath.join(self.folder, written))


def find_prompt(line: str) -> Prompt | None:
    """The prompt that a line begins with, or None."""
    if "#" not in line and ">" not in line and "$" not in line:
        return None
    line = line[:_LONGEST].rstrip(_CURSOR)
    for pattern in (_SHELL, _BRACKETED):
        if "@" in line and (shell := pattern.match(line)) is not None:
            whole = shell["folder"][0] in "/~"
            folder, tail = (shell["folder"], "") if whole else ("", shell["folder"])
            if _UUID.fullmatch(tail) is not None:
                folder, tail = f"/var/sf/peers/{tail}", ""
            return Prompt(shell["user"], shell["host"], folder, (shell["command"] or "").strip(), Shell.EXPERT, tail)
    nameless = _NAMELESS.match(line) or _SIGN_ALONE.match(line)
    if nameless is not None:
        return Prompt("root" if nameless["sign"] == "#" else "", "", "", (nameless["command"] or "").strip(), Shell.EXPERT)
    clish = _CLISH.match(line)
    if clish is not None:
        return Prompt("", "", "", (clish["command"] or "").strip(), Shell.CLISH)
    return _device_prompt(line)


def _device_prompt(line: str) -> Prompt | None:
    found = _LINA.match(line)
    if found is None:
        return None
    host, command = found["host"], found["command"] or ""
    if not command and not (found["scope"] or found["unit"]) and host.lower() not in _FACTORY and not re.search(r"\d|-", host):
        return None  # "Case #" and "Note>" are no prompts
    fxos = bool(found["scope"]) or _FXOS_NAME.match(host) is not None
    return Prompt("", host, "", command.strip(), Shell.FXOS if fxos else Shell.LINA)


def bare_command(line: str) -> Prompt | None:
    """The command that is all of a line, without a prompt: what a person writes between two outputs. None for a sentence."""
    if len(line) > _LONGEST or (not line.lstrip()[:1].islower() and line.lstrip()[:1] not in ("/", "O")):
        return None
    found = _BARE.match(line.rstrip())
    if found is None or found.lastgroup is None or not _typed(found.group(found.lastgroup), found.lastgroup):
        return None
    return Prompt("", "", "", line.strip())


def _typed(arguments: str, program: str) -> bool:
    """Arguments, and not the rest of a sentence. Behind a pipe anything may follow."""
    words = 0
    tokens = _TOKEN.findall(arguments)
    for token in tokens:
        if _JOINS.match(token) is not None:
            return True
        words += _ARGUMENT.fullmatch(token) is None
    return words <= _PLAIN_WORDS[program] and (program not in ("openssl", "other") or words < len(tokens) or not tokens)
