"""The simulated appliance pair: an FMC (or two) and its FTDs, made of real certificates, real handshakes and documented layouts.

The lab is the independent source of truth of the tests: it imports nothing from ``analyzer``. What is documented is built as
documented (each module names its source); what nobody has seen is read from ``assumed.yaml``, marked, and nowhere else.
"""
