"""Every kind of fact that a reader can give."""

from __future__ import annotations

from analyzer.model.capture import CapturedConnection, CaptureRead
from analyzer.model.certificate import (
    Certificate,
    CertificateDates,
    ChainVerdict,
    EndCheck,
    KeyDigest,
    PrivateKey,
    RevocationList,
    UnreadableCertificate,
)
from analyzer.model.log import LogEvent
from analyzer.model.member import Damage
from analyzer.model.observed import ApplianceRecord, DeniedConnection, DoneByHand, HealthHint, PeerSerial, PortProbe
from analyzer.model.outputs import (
    AbsentFile,
    ApplianceIdentity,
    CertificateCopy,
    CredentialFile,
    FileDigest,
    GenerateCertsRun,
    IssuedSerial,
    ListedFile,
    ManagerEntry,
    OwnOutput,
    PeersMapEntry,
    PeerStatus,
    PushFailure,
    ReachabilityNote,
    TunnelProcess,
)
from analyzer.model.passage import FileSeen, NamedInText, NotUnderstood, Passage
from analyzer.model.statements import ApplianceStated, FileStated

Fact = (
    Certificate
    | UnreadableCertificate
    | PrivateKey
    | CertificateDates
    | LogEvent
    | CapturedConnection
    | CaptureRead
    | PeerStatus
    | TunnelProcess
    | ManagerEntry
    | PushFailure
    | GenerateCertsRun
    | CertificateCopy
    | ApplianceIdentity
    | PeersMapEntry
    | IssuedSerial
    | ListedFile
    | OwnOutput
    | CredentialFile
    | ReachabilityNote
    | ChainVerdict
    | EndCheck
    | KeyDigest
    | RevocationList
    | AbsentFile
    | FileDigest
    | PortProbe
    | DeniedConnection
    | DoneByHand
    | HealthHint
    | ApplianceRecord
    | PeerSerial
    | Damage
    | Passage
    | FileSeen
    | NotUnderstood
    | NamedInText
    | ApplianceStated
    | FileStated
)

NO_EVIDENCE = (Passage, FileSeen, NamedInText, OwnOutput, ApplianceStated, FileStated)
"""Facts that say who speaks, how old a file is, that a file is this program's own, or what a person states: a file that gives no others
gave no evidence."""
