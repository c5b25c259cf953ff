"""Which situation is shown by which sample: the table of ``samples/README.md``, and what a test holds each row to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

BEGIN, END = "<!-- situations: written by python -m tests.lab.build_samples -->", "<!-- end of situations -->"


@dataclass(frozen=True)
class Row:
    """A situation: ``rule`` fires in ``sample``, and one of its findings there says ``says`` in its title or explanation ("" for any)."""

    situation: str
    sample: str
    rule: str
    says: str = ""


ROWS = (
    Row("The InternalCA ends within 90 days", "02-expiring-in-60-days", "internal-ca-expiring"),
    Row("Expired, every tunnel still up", "03-expired-all-connected", "internal-ca-expired", "still up"),
    Row("Expired, some tunnels down (A of the matrix)", "04-expired-one-up-two-down", "handshake-failed-expired", "was not renewed"),
    Row("Expired; only the CA file was given", "10-single-pem", "internal-ca-expired"),
    Row("Renewed, the push failed, devices still hold the old set (C)", "05-renewed-two-missed", "push-failed"),
    Row("Renewed early, the old set is still valid by date (G)", "29-renewed-early", "handshake-failed", "still trusts the old CA"),
    Row("The device's CA file is not the FMC's current one", "05-renewed-two-missed", "device-ca-differs"),
    Row("A partial copy: new CA file, old certificate (D)", "06-partial-copy", "leaf-not-issued-by-current-ca"),
    Row("The set of another FMC (F)", "07-another-manager", "issuer-of-another-manager"),
    Row("The FMC's own certificate is not of its current CA (H)", "22-manager-leaf-stale", "manager-leaf-not-current"),
    Row(
        "Both logs agree, and A looks like C",
        "25-never-or-missed",
        "handshake-failed-expired",
        "it cannot distinguish A from C",
    ),
    Row("A log cut at the margin, one side only", "11-pasted-log", "handshake-failed-expired", "cannot distinguish"),
    Row("The secondary FMC of a pair was forgotten", "08-ha-secondary-forgotten", "internal-ca-expired"),
    Row("TLS 1.3, only a capture: who refused is seen, why is encrypted", "09-tls13-capture-only", "handshake-failed", "encrypted"),
    Row("TLS 1.3: a stale certificate, refused after the handshake", "27-tls13-stale-leaf", "handshake-failed", "kept its old certificate"),
    Row("Two devices' files are swapped", "14-mixed-up-files", "file-of-another-device", "swapped"),
    Row("The certificate of another device", "14-mixed-up-files", "file-of-another-device", "same certificate as ftd-berlin"),
    Row("Certificate and key do not belong together", "14-mixed-up-files", "leaf-key-mismatch"),
    Row("A certificate file has 0 bytes", "15-emptied-files", "certificate-file-damaged", "ftd-seoul"),
    Row("A certificate file was cut while it was pasted", "15-emptied-files", "certificate-file-damaged", "ftd-lima"),
    Row("Unusual owner or mode of a file", "15-emptied-files", "certificate-file-owner"),
    Row("Names with characters that do not show, in a listing", "15-emptied-files", "names-with-invisible-characters"),
    Row("Names with characters that do not show, in a bundle", "06-partial-copy", "names-with-invisible-characters"),
    Row("The device's certificate expired under a valid CA", "20-device-leaf-expired", "device-leaf-expired"),
    Row("A weak digest after an upgrade (CSCwa10423; code 68, alert 42)", "19-weak-digest", "handshake-failed", "CSCwa10423"),
    Row("Not yet valid: the device's clock is behind (code 9)", "18-wrong-clock", "handshake-failed", "not yet valid"),
    Row("The clocks of the two appliances differ", "18-wrong-clock", "clock-skew"),
    Row(
        "Renewed and copied, not restarted",
        "21-not-restarted",
        "renewed-not-restarted",
        "its sftunnel started before they were created",
    ),
    Row(
        "openssl verify on the device refuses its own set", "06-partial-copy", "device-set-does-not-verify", "do not belong to the same set"
    ),
    Row("FAILED_PUSH of another run", "26-list-of-another-run", "push-list-of-another-run"),
    Row("A certificate file of the FMC itself is damaged", "30-manager-file-damaged", "manager-certificate-file-damaged"),
    Row("sftunnel does not run on the FMC", "16-fmc-process-stopped", "sftunnel-not-running"),
    Row("TCP 8305 is refused (RST)", "16-fmc-process-stopped", "handshake-failed", "refuses the connection (RST)"),
    Row("TCP 8305 is not answered (a filter, a route)", "13-look-elsewhere", "handshake-failed", "get no answer"),
    Row("The tunnel is down, its certificates are healthy", "13-look-elsewhere", "tunnel-down-certificates-healthy"),
    Row("sftunnel does not run on the device", "17-five-other-troubles", "sftunnel-not-running-on-device"),
    Row("One of the two channels is down", "17-five-other-troubles", "tunnel-degraded"),
    Row("RPC fails over a tunnel that is up", "17-five-other-troubles", "rpc-failing"),
    Row("The FMC may connect from the wrong interface (CSCwc69263)", "17-five-other-troubles", "fmc-may-dial-by-wrong-interface"),
    Row("The registration was never completed", "17-five-other-troubles", "registration-pending"),
    Row("A release without a hotfix (7.1), expired and connected", "23-no-hotfix", "release-without-hotfix", "7.1.0"),
    Row("A release without a hotfix (6.x), with time left", "23-no-hotfix", "release-without-hotfix", "6.6.5"),
    Row("A VDB below 399: no alert will come", "23-no-hotfix", "vdb-without-expiry-alert"),
    Row("A release of the 2026 CVEs while tunnels are down", "04-expired-one-up-two-down", "sftunnel-cves-while-down"),
    Row("Another certificate expired, not the tunnel's", "13-look-elsewhere", "other-certificate-expired"),
    Row("Two pieces of evidence contradict each other about the InternalCA", "31-evidence-contradicts", "evidence-contradicts-ca"),
    Row("The FMC says down, the device says connected", "31-evidence-contradicts", "evidence-contradicts-tunnel"),
    Row("The InternalCA begins in the future", "32-begins-in-the-future", "internal-ca-not-yet-valid"),
    Row("Managed by the cloud-delivered FMC", "24-not-this-problem", "cloud-delivered-fmc"),
    Row("Managed locally", "24-not-this-problem", "device-not-managed-by-fmc", "managed locally"),
    Row("Not managed at all", "24-not-this-problem", "device-not-managed-by-fmc", "no manager"),
)


def table() -> str:
    """The rows as Markdown."""
    head = "| situation | sample | shown by the rule |\n| --- | --- | --- |\n"
    return head + "".join(f"| {row.situation} | [{row.sample}]({row.sample}/README.md) | `{row.rule}` |\n" for row in ROWS)


def write_table(readme: Path) -> None:
    """Put the table between its marks."""
    text = readme.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    readme.write_text(f"{before}{BEGIN}\n\n{table()}\n{END}{after}", encoding="utf-8")
