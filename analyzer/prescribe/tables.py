"""The data that a plan is made of: the remedies beside the rules, and those that a team's own folders bring."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec.structs import replace

from analyzer import cache
from analyzer.model.plan import Risk
from analyzer.prescribe.remedies import Remedies, read_remedies, remedy_files
from analyzer.rulefiles.node import RuleError, did_you_mean
from analyzer.rulefiles.read import read_bytes


def load_remedies(folders: Sequence[Path]) -> Remedies:
    """``remedies/`` of the built-in folder (the first) and of the others that have one, in the language that is spoken.

    Raises `RuleError` with the file and line. Those of the program are read and checked once, and kept (`analyzer.cache`).
    """
    first, *others = folders
    whole = _builtin(first)
    for folder in others:
        if (folder / "remedies").is_dir():
            own = read_remedies(folder / "remedies", origin=str(folder))
            for step_id in own.steps.keys() & whole.steps.keys():
                raise RuleError(folder / "remedies", 1, f"a step '{step_id}' is already there: choose another id")
            if own.cautions:
                raise RuleError(folder / "remedies", 1, "what must not be done is no matter of a team's remedies: take 'cautions' out")
            whole = replace(whole, steps={**whole.steps, **own.steps})
    return whole.spoken()


def _builtin(folder: Path) -> Remedies:
    remedies = folder / "remedies"
    sources = [(path, read_bytes(path)) for path in remedy_files(remedies)]
    room = Path(__file__).parent
    makers = (path for one in (room, room.with_name("model"), room.with_name("rulefiles")) for path in sorted(one.glob("*.py")))
    return cache.kept_or_made(folder / "remedies.checked", cache.digest_of(sources, makers), Remedies, lambda: read_remedies(remedies))


def check_steps(named: Iterable[tuple[Path, str, bool]], remedies: Remedies) -> None:
    """Every step that a rule names is one of the remedies, and one that is not safe was confirmed by whoever wrote the rule.

    ``named`` are the files of rules, the ids of steps, and whether the rule is confirmed. Raises `RuleError`.
    """
    for path, step_id, confirmed in named:
        step = remedies.steps.get(step_id)
        if step is None:
            raise RuleError(path, 1, f"there is no step '{step_id}'{did_you_mean(step_id, remedies.steps)}")
        if step.risk is not Risk.SAFE and not confirmed:
            raise RuleError(path, 1, f"the step '{step_id}' is {step.risk.value}: a rule that orders it says 'confirmed: true'")
