"""The one command or file that settles each open question, in words a person can act on."""

from __future__ import annotations

from analyzer.texts import N_

CA_IN_FORCE = N_("on the FMC, expert mode as root: openssl x509 -dates -noout -in /etc/sf/ca_root/cacert.pem (or provide that file)")
CA_FILE = N_("on the FMC, expert mode as root: cat /etc/sf/ca_root/cacert.pem (or provide that file)")
TUNNEL_STATE = N_("on the FMC, expert mode as root: sftunnel_status.pl")
BOTH_STATES = N_("at the same time, as root: sftunnel_status.pl on the FMC, and sftunnel-status on the device")
DEVICE_LEAF = N_("the file /var/sf/peers/<UUID of the FMC>/sftunnel-cert.pem of the device (a certificate, not the key)")
DEVICE_CA = N_("the file /var/sf/peers/<UUID of the FMC>/cacert.pem of the device")
LEAF_TO_PUSH = N_("the file /var/sf/peers/<UUID of the device>/certs_pushed/sftunnel-cert.pem of the FMC")
MANAGER_LEAF = N_("the file /etc/sf/keys/sftunnel-cert.pem of the FMC")
MANAGER_UUID = N_("on the FMC, expert mode: grep APPLIANCE_UUID /etc/sf/ims.conf")
DEVICE_UUID = N_("on the device: show version (or, in expert mode: grep APPLIANCE_UUID /etc/sf/ims.conf)")
BOX_VERSION = N_("on the appliance: show version (or, in expert mode: grep -E 'SWVERSION|SWBUILD' /etc/sf/ims.conf)")
MANAGER_ADDRESS = N_("on the device: show managers")
DEVICE_ADDRESS = N_("on the FMC: Devices > Device Management, or sftunnel_status.pl")
BOX_NAME = N_("the name of the appliance as Devices > Device Management shows it")
VDB = N_("on the FMC, expert mode: cat /etc/sf/.versiondb/vdb.conf (or provide that file)")
MANAGER_ROLE = N_("on the FMC: System > Integration > High Availability")
RENEWAL = N_("the output of generate_certs.pl and the file /var/tmp/certs/<number>/FAILED_PUSH of the FMC")
SHOW_MANAGERS = N_("on the device: show managers")
LOGS = N_("/ngfw/var/log/messages of the device and /var/log/messages of the FMC, or a troubleshoot bundle of each")
KEY_PAIR = N_(
    "on the device, expert mode as root, in /var/sf/peers/<UUID of the FMC>: openssl x509 -noout -modulus -in sftunnel-cert.pem and "
    "openssl rsa -noout -modulus -in sftunnel-key.pem (they print the public numbers only), or a troubleshoot bundle of the device"
)
BOTH_LOGS = N_("the log of both ends over the same minutes")
VERIFIES = N_("on the device, expert mode as root, in /var/sf/peers/<UUID of the FMC>: openssl verify -CAfile cacert.pem sftunnel-cert.pem")
HAS_SCRIPT = N_("on the FMC, expert mode as root: ls -l /usr/local/sf/bin/generate_certs.pl")
PROCESS = N_("on the appliance, expert mode as root: pmtool status | grep sftunnel")
SOCKETS = N_("on the FMC, expert mode: netstat -ant | grep 8305")
