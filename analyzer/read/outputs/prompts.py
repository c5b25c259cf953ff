"""The prompts of pasted terminal text, where the recognisers of this package look for them (`analyzer.read.text.prompts`)."""

from analyzer.read.text.prompts import Prompt, find_prompt

__all__ = ["Prompt", "find_prompt"]
