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
    "statements": N_("Statements (optional)"),
    "statements_what": N_(
        "What you know and the evidence does not show. The report quotes each statement as that of a person. Choose a case.yaml or drop it "
        "here: a file inside the evidence is never used as statements."
    ),
    "choose_statements": N_("Choose case.yaml"),
    "stated_now": N_("The statements of {name} are used."),
    "unstate": N_("Do not use them"),
    "questions": N_("State what you know (open questions: {n})"),
    "form_what": N_(
        "Tick an appliance to state what its fields contain. Remove from its fields what you do not know. Other evidence can contradict "
        "a statement."
    ),
    "open_questions": N_("Open questions:"),
    "i_state": N_("I state this about {name}"),
    "an_appliance": N_("Another appliance"),
    "a_file": N_("Where a file is from"),
    "field_name": N_("Its name in the report"),
    "field_kind": N_("Kind: fmc or ftd"),
    "field_same_as": N_("Names, addresses and UUIDs that are all of this appliance, one on each line"),
    "field_role": N_("Role of an FMC in a high-availability pair, as System > Integration shows it"),
    "field_time_zone": N_("Time zone of its log lines that state none: UTC, +09:00, Asia/Seoul"),
    "field_file": N_("Path of the file as it was given, or the end of it"),
    "field_internal_ca_of": N_("The FMC whose /etc/sf/ca_root/cacert.pem this is"),
    "field_written_on": N_("The appliance on which this output was written"),
    "not_stated": N_("not stated"),
    "add_appliance": N_("Add an appliance"),
    "add_file": N_("Add a file"),
    "remove": N_("Remove this entry"),
    "again": N_("Analyze again with these statements"),
    "save_statements": N_("Save the statements (case.yaml)"),
    "state_first": N_("Nothing is stated yet: tick an appliance, or add a file."),
    "failed": N_("The program itself failed. Please report this text: {text}"),
    "no_start": N_(
        "Python could not be started in this browser: {text}. The page needs a current browser with WebAssembly. "
        "A policy of this computer may forbid WebAssembly."
    ),
    "memory": N_("The browser gave no more memory. Give fewer files at once, or use the program itself."),
    "about": N_("About this page"),
    "version": N_("Version {version}. Digest of the rules (SHA-256): {rules}."),
    "check": N_("Digest of the program (SHA-256): {digest}. Compare the SHA-256 of this file with the one that is published next to it."),
    "licences": N_("Inside: {list}"),
}


def words(language: str) -> dict[str, str]:
    """Every sentence, by name, in this language."""
    with speaking(language):
        return {name: _(text) for name, text in _WORDS.items()}
