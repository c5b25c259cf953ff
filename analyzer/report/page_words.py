"""What the page that runs in a browser says by itself, in each language. What it says of a case is the report."""

from __future__ import annotations

from analyzer.texts import N_, _, speaking

_WORDS = {
    "what": N_("An offline evidence analyzer for the Cisco Secure Firewall sftunnel."),
    "nothing_leaves": N_(
        "Nothing leaves this browser. The page carries the whole program, and its own policy forbids it to send anything to any address."
    ),
    "drop": N_("Drop files or folders here, or choose them: troubleshoot bundles, logs, captures of TCP 8305, certificates."),
    "choose_files": N_("Choose files"),
    "choose_folder": N_("Choose a folder"),
    "language": N_("Language"),
    "as_of": N_("Evaluate as of (empty: today)"),
    "redact": N_("Redact names, addresses and serial numbers"),
    "chosen": N_("{n} files, {size}, are analyzed as one case."),
    "clear": N_("Remove them"),
    "start": N_("Analyze"),
    "cancel": N_("Cancel"),
    "loading": N_("Python is starting. This takes some seconds."),
    "reading": N_("Read {done} of {size}, about {left} left."),
    "concluding": N_("Everything is read. The conclusions are drawn."),
    "cancelled": N_("Cancelled: nothing was kept."),
    "done": N_("Done in {seconds} s: {headline}"),
    "report": N_("Report"),
    "save_report": N_("Save the report"),
    "save_plan": N_("Save the plan (zip)"),
    "save_map": N_("Save the map of substitutes"),
    "save_json": N_("Save the result (JSON)"),
    "failed": N_("The program itself failed. Please report this text: {text}"),
    "no_start": N_(
        "Python could not be started in this browser: {text}. The page needs a current browser with WebAssembly. "
        "A policy of this computer may forbid WebAssembly."
    ),
    "memory": N_("The browser gave no more memory. Give fewer files at once, or use the program itself."),
    "about": N_("About this page"),
    "version": N_("Version {version}, rules {rules}."),
    "check": N_("Program {digest}. Compare the SHA-256 of this file with the one that is published next to it."),
    "licences": N_("Inside: {list}"),
}


def words(language: str) -> dict[str, str]:
    """Every sentence, by name, in this language."""
    with speaking(language):
        return {name: _(text) for name, text in _WORDS.items()}
