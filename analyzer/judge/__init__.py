"""Findings from a case and rule files."""

from analyzer.judge.judging import judge
from analyzer.judge.load import builtin_rules_folder, load_rules
from analyzer.judge.rule import RuleSet
from analyzer.rulefiles.node import RuleError

__all__ = ["RuleError", "RuleSet", "builtin_rules_folder", "judge", "load_rules"]
