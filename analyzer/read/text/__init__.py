"""The one entrance for texts: whatever a person pasted, mailed or saved, as the lines that its program wrote.

`read_text` makes a `Text` of a member. Its lines are segments: what a mail, a chat, a terminal, a web page or a note did to them is
undone (`segments`), and each still has its place in the file. `find_prompt` knows the prompts that part commands from outputs.
"""

from analyzer.read.text.encodings import looks_binary
from analyzer.read.text.line import Line, decode
from analyzer.read.text.prompts import Prompt, find_prompt
from analyzer.read.text.reading import read_text
from analyzer.read.text.text import QUOTE_CHARACTERS, Text

__all__ = ["QUOTE_CHARACTERS", "Line", "Prompt", "Text", "decode", "find_prompt", "looks_binary", "read_text"]
