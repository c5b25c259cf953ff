"""Which words announce a secret, and in which commands a secret stands: the table that `analyzer.read.secrets` masks by.

A new form is a new row here, with a line in the table of its test.
"""

from __future__ import annotations

import re

from analyzer.read.patterns import later

_BY_NAME = (
    r"pass|pwd|(?<![a-z])p(?:w|sk)(?![a-z])|secret|token|bearer|credential|cookie|communit|authorization|proxy-auth|auth-access|sess(?:ion)?[_-]?id"
    r"|(?<![a-z])sid=|[\s_.-]key(?!\.pem)|[a-z]key[\s=:'\"\]]|key[\s_-]?(?:string|mat|val|hash|data)|nat[\s_-]?id|(?<![a-z])(?:pin|digest)\s?[=:]"
    r"|kennw|geheim|schl|mot ?de|contrase|clave|senha|wachtw|senord|haslo|heslo|salasana|parola|sifre"
)
_BY_WEAK_WORD = r"(?<![a-z])(?:pass|keys?|auth|priv|hash)(?![a-z])(?!\.pem)"
_BY_COMMAND = (
    r"configure\s|snmp|(?:radius|tacacs|aaa|ldap)-server|ikev|isakmp|authentication|username\s|enable\s|net\s+user|mysql|ldap|smbclient|htpasswd"
    r"|chpasswd|sshpass|neighbor|ospf|echo\s|(?<!\S)(?:-u|--user|--proxy-user|--username)"
)
_BY_LOOK = r"[$@{]|://|eyj|(?:admin|root|administrator)\w*/|basic\s|digest\s|apikey\s"

_STEMS = (_BY_NAME, _BY_WEAK_WORD, _BY_COMMAND, _BY_LOOK)
LITERALS = (
    *(
        "pass",
        "pwd",
        "secret",
        "token",
        "bearer",
        "credential",
        "cookie",
        "communit",
        "psk",
        "pw",
        "key",
        "digest",
        "auth",
        "priv",
        "hash",
        "sid=",
    ),
    *("sessid", "sess_id", "sess-id", "sessionid", "session_id", "session-id", "nat id", "natid", "nat_id", "nat-id", "nat\tid"),
    *(
        "pin=",
        "pin:",
        "pin =",
        "pin :",
        "pin\t",
        "kennw",
        "geheim",
        "schl",
        "mot de",
        "motde",
        "contrase",
        "clave",
        "senha",
        "wachtw",
        "senord",
    ),
    *(
        "haslo",
        "heslo",
        "salasana",
        "parola",
        "sifre",
        "configure",
        "snmp",
        "aaa",
        "radius",
        "tacacs",
        "ldap",
        "ikev",
        "isakmp",
        "username",
    ),
    *(
        "enable",
        "net ",
        "net\t",
        "mysql",
        "smbclient",
        "neighbor",
        "ospf",
        "echo",
        "-u",
        "$",
        "@",
        "{",
        "://",
        "eyj",
        "admin",
        "root/",
        "basic",
    ),
)
"""A line in lower case in which none of these stands has none of the stems: looked for one by one, they cost a tenth of a pattern."""

STEMS = tuple(later(one) for one in _STEMS)
"""For a line in lower case: where one is not found, what `NAME`, `WEAK`, `COMMANDS` and the looks of secrets find is not there either.
Most lines have none, and these are looked for fast. Other letters than ASCII are for `NAME` to look through.
"""

_FOREIGN = (
    r"kennw(?:o|\u00f6)rt\w{0,6}|geheimnis\w{0,4}|schl(?:\u00fc|ue)ssel\w{0,4}|mot\s?de\s?passe|contrase(?:\u00f1|n)a|clave|senha|wachtwoord"
    r"|l(?:\u00f6|o)senord|has(?:\u0142|l)o|heslo|salasana|parola(?:\s?d'ordine)?|(?:\u015f|s)ifre|\u043f\u0430\u0440\u043e\u043b\w{0,4}"
    r"|\ube44\ubc00\s?\ubc88\ud638|\uc554\ud638(?!\ud654)|\ube44\ubc88|\ud328\uc2a4\uc6cc\ub4dc|\uc778\uc99d\s?\ud0a4|\ub4f1\ub85d\s?\ud0a4|\ud1a0\ud070"
    r"|\u30d1\u30b9\u30ef\u30fc\u30c9|\u30d1\u30b9\u30d5\u30ec\u30fc\u30ba|\u6697\u8a3c\u756a\u53f7|\u5bc6[\u7801\u78bc]|\u53e3\u4ee4|\u5bc6[\u94a5\u9470]"
    r"|m\u1eadt\s?kh\u1ea9u|\u0e23\u0e2b\u0e31\u0e2a\u0e1c\u0e48\u0e32\u0e19|\u0643\u0644\u0645\u0629\s(?:\u0627\u0644\u0645\u0631\u0648\u0631|\u0627\u0644\u0633\u0631)|\u05e1\u05d9\u05e1\u05de[\u05d0\u05d4]"
)

NAME = later(
    r"(?:pass(?:words?|wd|phrases?|codes?|wort\w{0,4})|(?<![a-z])pwd|(?<![a-z])pw(?![a-z])|(?<![a-z])psk|secrets?|token|bearer|credentials?"
    r"|cookies?|communit(?:y|ies)|authorization|proxy-auth\w{0,12}|auth-access|(?:j|php|cgi)?sess(?:ion)?[_-]?id|(?<![a-z])sid(?==)"
    r"|(?:registration|reg|pre-?\s?shared|shared|api|access|server|auth(?:entication)?|encryption|decryption|license|activation|session"
    r"|secret|community|wpa|encr|priv|signing|master|hmac|tacacs|radius|snmp|ntp|ike|isakmp|storage|account|client)[\s_.-]{0,2}key"
    r"|key[\s_-]{0,2}(?:string|material|value|hash|data)|nat[\s_-]{0,2}id|(?<![a-z])pin(?=\s?[=:])|(?<![a-z])digest(?=\s?=)|"
    + _FOREIGN
    + r")",
    re.IGNORECASE,
)
"""A word behind which a secret stands, whatever parts them."""

WEAK = later(r"(?<![a-z])(?:pass|keys?|auth|priv|hash)(?![a-z])", re.IGNORECASE)
"""A word that announces a secret only with a separator, or before something that looks like one."""

HARMLESS = later(
    r"(?:public|private|foreign|primary|host|peer|ssh remote|hot|rsa|dsa|ec|subject public)[\s-]key"
    r"|key[\s_-]{0,2}(?:values?\s(?:mismatch|too)|usage|exchange|identifier|file|files|info|algorithm|size|length|pair|type|share)"
    r"|keys?\.(?:pem|key|crt|cer|der|p12|backup)|keys/|keys?_file|auth(?:entication)?\s(?:failed|failure|error)",
    re.IGNORECASE,
)
"""What has such a word in it and is none: names of fields of certificates, and of messages of OpenSSL."""

COMMANDS = later(
    r"configure\s+(?:manager\s+add\s+\S+|user\s+\S+|aaa\S*|password|snmp\S*)"
    r"|(?<![\w/.-])(?:snmp-server|snmpwalk|snmpget|snmpset|snmpbulkwalk|(?:radius|tacacs|aaa|ldap)-server|ikev[12]\s+(?:local|remote)-authentication"
    r"|ntp\s+authentication-key|username\s+\S+|enable\s+(?:secret|password)|net\s+user\s+\S+|mysql(?:dump|admin)?|ldap(?:search|modify|add)|smbclient"
    r"|crypto\s+(?:isakmp|ikev[12])\s+key|sshpass|htpasswd|chpasswd|neighbor\s+\S+\s+password|ip\s+ospf\s+\S+-key|standby\s+\d+\s+authentication)"
    r"(?![\w-])|(?<!\S)echo\s+(?=[^\s|].{0,200}\|\s{0,4}(?:sudo|chpasswd|passwd|openssl|base64))|(?<!\S)(?:-u|--user|--proxy-user)[\s=]+[^\s:]{1,64}:|(?<!\S)(?:-U|--username)[\s=]+[^\s%]{1,64}%",
)
"""Commands of which everything behind what is matched is withheld."""

# fmt: off
PROSE = frozenset((
    "a", "accepted", "adding", "again", "an", "and", "any", "are", "as", "asked", "at", "authentication", "be", "been", "before",
    "by", "can", "cannot", "change", "changed", "could", "data", "database", "default", "denied", "device", "devices", "did", "do",
    "does", "empty", "entered", "expired", "expires", "fail", "failed", "fails", "field", "file", "files", "for", "from", "had",
    "has", "have", "he", "her", "him", "his", "how", "if", "in", "incorrect", "invalid", "is", "it", "its", "length", "list",
    "lists", "make", "manager", "match", "matches", "may", "mismatch", "missing", "must", "new", "no", "none", "not", "note", "of",
    "off", "old", "on", "once", "only", "or", "over", "please", "policy", "prompt", "prompted", "protected", "recovery", "refused",
    "rejected", "required", "reset", "rotated", "seen", "set", "she", "shell", "should", "so", "stale", "store", "stored", "sure",
    "than", "that", "the", "their", "them", "then", "there", "they", "this", "to", "too", "typed", "under", "unset", "until",
    "use", "used", "user", "users", "using", "valid", "value", "was", "way", "we", "were", "what", "when", "where", "which",
    "while", "who", "will", "with", "without", "wrong", "you", "your",
))
# fmt: on
"""Words of a sentence about a secret, which are none."""

HIDDEN = later(
    r"[\s*.\u2022\u25cf\"'`)\]}>,;:_-]*(?:\(?(?:none|null|nil|not set|unset|hidden|withheld|redacted|removed|masked|undef|true|false)\)?"
    r"[\s\"'`)\]}>,;.]*)?"
)
"""What stands for a secret that is not there, or that somebody has hidden already."""
