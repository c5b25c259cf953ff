"""What somebody did at a prompt that bears on the tunnel: restarts, reboots, restored backups, files removed, managers added and deleted.

Only what stands at a prompt counts: a plan, a guide or a list of commands does nothing. A registration key is never quoted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.model.observed import DoneByHand, HandAction
from analyzer.read.outputs.page import Page
from analyzer.read.outputs.typed import Output, outputs
from analyzer.read.patterns import UUID

_RESTART = re.compile(r"pmtool\s{1,4}(restart|disable|stop|enable)(?:byid)?\s{1,4}sftunneld?\b", re.IGNORECASE)
_REBOOT = re.compile(r"(?:sudo\s{1,4})?(?:/sbin/)?(?:reboot|shutdown\s{1,4}-r|init\s{1,4}6|system\s{1,4}reboot|reload)\b", re.IGNORECASE)
_MANAGER = re.compile(r"configure\s{1,4}manager\s{1,4}(add|delete|edit)\b(?:\s{1,4}(\S{1,253}))?", re.IGNORECASE)
_OF_A_TUNNEL = re.compile(
    rf"(?:/ngfw)?(?:/var/sf/peers/{UUID}(?:/(?:sftunnel-(?:cert|key)|cacert)\.pem)?|/var/sf/peers|/etc/sf/(?:ca_root(?:/cacert\.pem)?|keys(?:/\S{{1,80}})?))/?\*?"
)
_REMOVES = ("rm", "mv", "unlink", "shred")
_RESTORE = re.compile(
    r"(?:sudo\s{1,4})?(?:\S{0,80}/)?(?:remote_backup\.pl\b.{0,200}?--?restore|sf_?restore\S{0,20}\s|restore\s{1,4}remote-manager-backup|restore\.pl\b)",
    re.IGNORECASE,
)
_CHOICE = re.compile(r"Enter (?:your )?choice\b[^:]{0,20}:\s{0,4}3\b", re.IGNORECASE)
_RESTARTING = re.compile(r"Restarting Comm(?:\.|unication)? channel", re.IGNORECASE)
_DONE = re.compile(r"successfully|is now|are you sure|rebooting|going down|stopping|restarting|deleted|updated", re.IGNORECASE)
_ACTIONS = {
    "restart": HandAction.RESTARTED_SFTUNNEL,
    "disable": HandAction.STOPPED_SFTUNNEL,
    "stop": HandAction.STOPPED_SFTUNNEL,
    "add": HandAction.MANAGER_ADDED,
    "delete": HandAction.MANAGER_DELETED,
    "edit": HandAction.MANAGER_EDITED,
}


def wanted(page: Page) -> bool:
    """A word of one of the commands."""
    return page.has(
        "/sf/peers",
        "/sf/ca_root",
        "/sf/keys",
        "restore",
        "pmtool",
        "manage_procs",
        "comm. channel",
        "configure manager",
        "reboot",
        "shutdown -r",
        "reload",
        "init 6",
    )


def recognise(page: Page) -> Iterator[DoneByHand]:
    """One fact per action."""
    for output in outputs(page):
        typed = page.prompts[output.at].command if output.at is not None else ""
        channel = _channel(page, output, typed)
        if channel is not None:
            yield DoneByHand(HandAction.RESTARTED_CHANNEL, "", True, page.evidence(channel))
        if output.at is None or not typed:
            continue
        if (restart := _RESTART.search(typed)) is not None and restart[1].lower() in _ACTIONS:
            yield DoneByHand(_ACTIONS[restart[1].lower()], "sftunnel", True, page.evidence(output.at))
        elif (manager := _MANAGER.match(typed)) is not None:
            said = _confirmed(page, output)
            target = (manager[2] or "") if manager[1].lower() != "delete" else ""
            quote = f"configure manager {manager[1].lower()}{' ' if target else ''}{target}"
            yield DoneByHand(_ACTIONS[manager[1].lower()], target, said, page.evidence(output.at, text=quote))
        elif _REBOOT.match(typed):
            yield DoneByHand(HandAction.REBOOTED, "", _confirmed(page, output), page.evidence(output.at))
        elif _RESTORE.match(typed):
            yield DoneByHand(HandAction.BACKUP_RESTORED, "", _confirmed(page, output), page.evidence(output.at))
        else:
            yield from _removed(page, output.at, output)


def _removed(page: Page, at: int, output: Output) -> Iterator[DoneByHand]:
    """The first file or folder that a tunnel needs, and that a command took away from its place."""
    for command in output.ran(*_REMOVES):
        taken = [word.rstrip("*") for word in command.arguments if not word.startswith("-")]
        for word in taken[:-1] if command.program == "mv" else taken:
            path = command.path(word)
            if _OF_A_TUNNEL.fullmatch(path) is not None:
                yield DoneByHand(HandAction.FILES_REMOVED, path, True, page.evidence(at))
                return


def _channel(page: Page, output: Output, typed: str) -> int | None:
    """The line that says that the communication channel is restarted, in the menu of ``manage_procs.pl``."""
    chosen: int | None = None
    for index in range(output.first, output.end):
        text = page.lines[index].text[:300]
        if _RESTARTING.search(text):
            return index
        if _CHOICE.search(text) and ("manage_procs" in typed or page.has("restart comm. channel")):
            chosen = index
    return chosen


def _confirmed(page: Page, output: Output) -> bool:
    return any(_DONE.search(page.lines[index].text[:300]) for index in range(output.first, min(output.end, output.first + 8)))
