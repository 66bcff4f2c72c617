"""Files <-> Arrow batches: the only file access below the commands."""

from __future__ import annotations

from qualify.contacts.batch import Batch, ContactsError, Input, ReadOptions, Rejected
from qualify.contacts.reading import Contacts, open_contacts

__all__ = ["Batch", "Contacts", "ContactsError", "Input", "ReadOptions", "Rejected", "open_contacts"]
