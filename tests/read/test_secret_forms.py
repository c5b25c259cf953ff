"""No form in which somebody writes a secret into a text comes out in a fact: within lines of sftunnel, beside them, and in outputs."""

from __future__ import annotations

import base64
import random
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analyzer.model.location import Location
from analyzer.model.log import LogEvent
from analyzer.model.member import Damage, Member
from analyzer.model.outputs import PeerStatus
from analyzer.read.context import ReadContext
from analyzer.read.members import read_member
from analyzer.read.secret_forms import COMMANDS, LITERALS, NAME, STEMS, WEAK
from analyzer.read.secrets import WITHHELD, masked

HEAD = "Nov 20 10:00:05 ftd-1 SF-IMS[4242]: [4243] sftunnel:sf_ssl [ERROR] "
DECISIVE = HEAD + "err 10:certificate has expired"
STATUS = """root@fmc-1:/Volume/home/admin# sftunnel_status.pl
SFTUNNEL Start Time: Sun Jul  5 19:30:00 2026 UTC

**RUN STATUS****ftd-1*************
\tKey File = /etc/sf/keys/sftunnel-key.pem
\tChannelA Connected: No
{form}
\tRegistration: Completed.
\tConnection to peer '192.0.2.12' Attempted at Sun Nov 22 19:29:41 2026 UTC
\tLast disconnect reason : {form}
"""

FORMS = """
password={x}
password = {x}
password: {x}
Password: "{x}"
PASSWORD='{x}'
passwd={x}
pwd={x}
pw={x}
passphrase={x}
passcode: {x}
'password' => '{x}'
"password" : "{x}",
{{"user":"admin","password":"{x}"}}
{{"username": "admin", "secret": "{x}", "a": 1}}
admin_password: {x}
userPassword:: {x}
db.password={x}
<password>{x}</password>
<password value="{x}"/>
password[{x}]
password -> {x}
password := {x}
password|{x}
password {x}
password is {x}
the password is {x}
the passwd of admin was {x}
my password: {x}, thanks
password=abc,{x}
password=abc;{x}
password="abc {x}"
password for admin is {x}
login admin with password {x} failed
authentication of admin failed, password {x}
{x} is the password
--password {x}
--password={x}
--password '{x}'
-password {x}
-passin pass:{x}
-passout pass:{x}
sshpass -p {x} scp cacert.pem admin@192.0.2.77:/var/tmp
sshpass -p '{x}' ssh admin@192.0.2.77
mysql -uroot -p{x} sfsnort
mysql -u root --password={x}
curl -u admin:{x} https://192.0.2.1/api
curl --user admin:{x} https://192.0.2.1/api
wget --http-password={x} https://192.0.2.1/
ldapsearch -D cn=admin -w {x} -b dc=example
smbclient //host/share -U admin%{x}
net user admin {x} /add
echo admin:{x} | chpasswd
https://admin:{x}@192.0.2.1/path
ftp://admin:{x}@ftp.example/file
ssh://root:{x}@192.0.2.1:22
admin:{x}@192.0.2.1
proxy http://user:{x}@proxy.example:8080
postgres://app:{x}@db/app
Authorization: Basic {x}
Authorization: Bearer {x}
authorization="Bearer {x}"
Bearer {x}
token={x}
token: {x}
token {x}
access_token={x}&expires=3600
auth_token => '{x}'
X-auth-access-token: {x}
X-Auth-Token: {x}
id_token={x}
api_key={x}
api-key: {x}
apikey={x}
API key {x}
access key {x}
secret={x}
secret {x}
shared secret {x}
shared secret: {x}
client_secret={x}
enable secret 5 {x}
enable secret {x}
enable password 7 {x}
Cookie: JSESSIONID={x}
Set-Cookie: CGISESSID={x}; path=/
cookie={x}
JSESSIONID={x}
PHPSESSID={x}
session_id={x}
sessionid: {x}
session key {x}
sid={x}
credentials admin/{x}
credential: {x}
admin/{x}
root/{x}
community {x}
community={x}
snmp-server community {x} RO
snmp-server host 192.0.2.9 version 2c {x}
snmp-server user mon grp v3 auth sha {x} priv aes 128 abc
snmp-server user mon grp v3 auth sha abc priv aes 128 {x}
snmpwalk -v2c -c {x} 192.0.2.1
snmpwalk -v3 -u mon -A {x} -X other 192.0.2.1
radius-server key {x}
radius-server host 192.0.2.9 key 7 {x}
tacacs-server host 192.0.2.9 key {x}
aaa-server RAD (inside) host 192.0.2.9 key {x}
server-key {x}
key {x}
key: {x}
key={x}
key 7 {x}
key 0 {x}
key-string {x}
key_string={x}
encryption key {x}
pre-shared-key {x}
pre-shared-key: {x}
preshared key {x}
psk={x}
PSK "{x}"
wpa_psk={x}
ikev2 remote-authentication pre-shared-key {x}
ikev1 pre-shared-key {x}
crypto isakmp key {x} address 192.0.2.1
ntp authentication-key 1 md5 {x}
authentication-key {x}
neighbor 192.0.2.1 password {x}
username admin password {x}
username admin privilege 15 secret 9 {x}
configure manager add 192.0.2.10 {x}
configure manager add 192.0.2.10 {x} nat1
configure manager add DONTRESOLVE {x} nat1
configure manager add 192.0.2.10 abc {x}
configure user add admin {x}
registration key {x}
registration key: {x}
Registration Key = {x}
reg_key={x}
regkey: {x}
NAT ID {x}
nat_id={x}
auth={x}
auth: {x}
pass={x}
pass: {x}
pass {x}
priv={x}
hash={x}
root:$6$salt${x}:19000::::::
root:$1$salt${x}:19000
{{SSHA}}{x}
$2b$12${x}
Passwort: {x}
Passwort lautet {x}
Kennwort {x}
Kennwort={x}
Geheimnis: {x}
Schl\u00fcssel: {x}
mot de passe : {x}
mot de passe {x}
contrase\u00f1a: {x}
contrasena={x}
clave: {x}
senha: {x}
wachtwoord {x}
l\u00f6senord: {x}
has\u0142o: {x}
heslo: {x}
\u043f\u0430\u0440\u043e\u043b\u044c: {x}
\u043f\u0430\u0440\u043e\u043b\u044c {x}
\ube44\ubc00\ubc88\ud638: {x}
\ube44\ubc00\ubc88\ud638\ub294 {x} \uc785\ub2c8\ub2e4
\ube44\ubc00\ubc88\ud638 {x}
\uc554\ud638: {x}
\uc554\ud638\ub294 {x}
\ud328\uc2a4\uc6cc\ub4dc={x}
\ub4f1\ub85d \ud0a4: {x}
\u30d1\u30b9\u30ef\u30fc\u30c9: {x}
\u30d1\u30b9\u30ef\u30fc\u30c9\u306f{x}
\u5bc6\u7801: {x}
\u5bc6\u7801\uff1a{x}
\u53e3\u4ee4 {x}
pin={x}
digest={x}
[credentials: user=admin secret={x}]
user=admin&password={x}&submit=1
login(admin, password={x})
""".strip().split("\n")

CANARIES = ("hunter2hunter2", "S3cr3t!Pa55", "Canary-8305_x")


def facts_of(text: str, name: str = "messages") -> str:
    member = Member(Location("case", name), name, None, datetime(2026, 11, 22, tzinfo=UTC), lambda: iter([text.encode()]))
    facts = list(read_member(member, ReadContext(datetime(2026, 11, 23, tzinfo=UTC))))
    assert any(isinstance(fact, LogEvent | PeerStatus) for fact in facts)
    assert not any(isinstance(fact, Damage) for fact in facts)
    return repr(facts)


def test_there_are_many_forms() -> None:
    assert len(FORMS) == len(set(FORMS)) > 155


@pytest.mark.parametrize("canary", CANARIES)
@pytest.mark.parametrize("form", FORMS)
def test_no_form_of_a_secret_is_in_a_fact(form: str, canary: str) -> None:
    written = form.format(x=canary)
    texts = {
        "behind what is understood": f"{DECISIVE} {written}\n",
        "in a line that is not understood": f"{HEAD}{written}\n{DECISIVE}\n",
        "far to the right": f"{DECISIVE} {'x ' * 120}{written}\n",
        "above": f"{written}\n{DECISIVE}\n",
        "below": f"{DECISIVE}\n{written}\n",
        "of another process": f"Nov 20 10:00:04 ftd-1 other[1]: {written}\n{DECISIVE}\nNov 20 10:00:06 ftd-1 other[1]: {written}\n",
        "of the appliance": f"Nov 20 10:00:04 ftd-1 SF-IMS[1]: [2] CloudAgent:x [INFO] {written}\n{DECISIVE}\n",
        "in an output": STATUS.format(form=written),
    }
    shown = {place for place, text in texts.items() if canary in facts_of(text, "status.txt" if place == "in an output" else "messages")}

    assert shown == set()


def _key(seed: int) -> bytes:
    return random.Random(seed).randbytes(1920)  # noqa: S311 - a test, not a key; whole lines in every form


KEY = base64.b64encode(_key(8305)).decode()
LINES = [KEY[at : at + 64] for at in range(0, len(KEY), 64)]
HEX = _key(8305).hex()
PIECES = {
    "bare": LINES,
    "behind a head": [HEAD + line for line in LINES],
    "behind another head": [f"Nov 20 10:00:04 ftd-1 other[1]: {line}" for line in LINES],
    "quoted": [f"> {line}" for line in LINES],
    "quoted twice": [f">> {line}" for line in LINES],
    "indented": [f"      {line}" for line in LINES],
    "in JSON": [f'{{"k": "{line}"}}' for line in LINES],
    "in a list": [f'  "{line}",' for line in LINES],
    "JWK": [f'"d":"{line.replace("+", "-").replace("/", "_")}",' for line in LINES],
    "XML": [f"<D>{line}</D>" for line in LINES],
    "in one line": [KEY],
    "in one line, escaped": ["\\n".join(LINES)],
    "numbered": [f"{at:4} {line}" for at, line in enumerate(LINES)],
    "hex": [HEX[at : at + 64] for at in range(0, len(HEX), 64)],
    "hex with colons": [":".join(HEX[at : at + 30][two : two + 2] for two in range(0, 30, 2)) for at in range(0, len(HEX), 30)],
    "hex with blanks": [" ".join(HEX[at : at + 32][two : two + 2] for two in range(0, 32, 2)) for at in range(0, len(HEX), 32)],
    "dump": [f"{at:08x}: " + " ".join(HEX[at : at + 32][four : four + 4] for four in range(0, 32, 4)) for at in range(0, len(HEX), 32)],
    "C array": [", ".join("0x" + HEX[at : at + 24][two : two + 2] for two in range(0, 24, 2)) + "," for at in range(0, len(HEX), 24)],
    "short lines": [KEY[at : at + 20] for at in range(0, len(KEY), 20)],
    "comma": [f"{line}," for line in LINES],
}


@pytest.mark.parametrize("form", PIECES)
@pytest.mark.parametrize("begin", [0, 3])
def test_no_piece_of_a_key_is_in_a_fact(form: str, begin: int) -> None:
    """With the line that announces it, and where it was cut away."""
    lines = PIECES[form][min(begin, len(PIECES[form]) - 1) :]
    text = "\n".join([DECISIVE, *lines, DECISIVE, *lines[:1], DECISIVE, *lines[-1:]]) + "\n"

    shown = facts_of(text)

    for piece in lines:
        core = max(piece.replace('"', " ").replace(">", " ").replace("<", " ").split(), key=len).strip(",")
        if len(core) >= 16:
            assert core not in shown
        elif 2 * len(piece) > len(lines[0]):  # a few bytes at the end of a key give nothing away
            assert piece.strip() not in shown


ORDINARY = """
err 10:certificate has expired
SSL_renegotiate error: 1: error:0A000086:SSL routines::certificate verify failed
error:05800074:x509 certificate routines::key values mismatch
issuer = /title=InternalCA/OU=Intrusion Management System/CN=b255f680-a1a6-11e6-8101-00005e005301/O=Cisco Systems, Inc
Initiating IPv4 connection to 192.0.2.10:8305/tcp
establishConnectionUtil: SSL connection with 192.0.2.10 failed
\tKey File = /etc/sf/keys/sftunnel-key.pem
Failed to push to ftd-seoul = /var/sf/peers/b255f680-a1a6-11e6-8101-00005e005301/sftunnel-key.pem
root@fmc-1:/Volume/home/admin# openssl x509 -noout -dates -in /etc/sf/ca_root/cacert.pem
root@fmc-1:/etc/sf/ca_root# openssl rsa -noout -modulus -in private/cakey.pem
-rw-r--r-- 1 root root 1.7K Nov 22 12:41 sftunnel-key.pem.backup
            Public Key Algorithm: rsaEncryption
                Public-Key: (2048 bit)
            X509v3 Key Usage: critical
[sudo] password for admin:
admin@192.0.2.11's password:
Password:
Enter PEM pass phrase:
Registration Key          : ****
sha256 Fingerprint=AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  cacert.pem
TLSv1.2 Record Layer: Handshake Protocol: Server Key Exchange
file.txt:root@fmc-1:/Volume/home/admin# ls
peer authentication failed
New session 12 of user admin.
> configure manager delete
> show managers
Host                      : 192.0.2.10
""".strip("\n").split("\n")


@pytest.mark.parametrize("line", ORDINARY)
def test_what_readers_read_stays(line: str) -> None:
    assert masked(line) == line


NAMES = [
    "password",
    "Passwd",
    "pwd",
    "secret",
    "token",
    "api_key",
    "registration key",
    "pre-shared-key",
    "\ube44\ubc00\ubc88\ud638",
    "Kennwort",
]
SEPARATORS = ["=", ": ", " = ", " => ", "='", '="', '": "', "->", " is ", " ", ":\t", "\uff1a", "=[", ">"]


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(NAMES),
    st.sampled_from(["", "admin_", "my ", "the new ", '"', "user=x "]),
    st.sampled_from(SEPARATORS),
    st.text(st.characters(codec="ascii", categories=("L", "N", "P", "S")), min_size=6, max_size=24),
    st.sampled_from(["", " ", "'", '"', ",", " and more"]),
)
@example("password", "", "=", "abc,def", "")
def test_what_a_name_announces_is_withheld(name: str, before: str, separator: str, value: str, after: str) -> None:
    canary = f"C{value}8305"

    assert canary not in masked(f"{before}{name}{separator}{canary}{after}")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_masking_adds_nothing_and_is_stable(text: str) -> None:
    once = masked(text)

    assert once.replace(WITHHELD, "") in text or WITHHELD in once
    assert masked(once) == once


@settings(max_examples=400, deadline=None)
@given(st.text(st.sampled_from("apswdktoenricuxhv=: -_./@$0123456789"), max_size=60) | st.sampled_from(FORMS))
def test_what_is_looked_for_first_is_in_every_line_that_holds_more(text: str) -> None:
    lowered = text.lower()

    assert any(one in lowered for one in LITERALS) or not any(stem.search(lowered) for stem in STEMS)
    assert not text.isascii() or STEMS[0].search(lowered) or not NAME.search(text)
    assert STEMS[1].search(lowered) or not WEAK.search(text)
    assert STEMS[2].search(lowered) or not COMMANDS.search(text)
