"""Files <-> Arrow batches: the only file access below the commands."""

from __future__ import annotations

from qualify.contacts.batch import Batch, ContactsError, Input, ReadOptions, Rejected
from qualify.contacts.place import new_file, new_folder
from qualify.contacts.reading import Contacts, open_contacts
from qualify.contacts.writing import Format, Writer, open_writer, writer_to

__all__ = [
    "Batch",
    "Contacts",
    "ContactsError",
    "Format",
    "Input",
    "ReadOptions",
    "Rejected",
    "Writer",
    "new_file",
    "new_folder",
    "open_contacts",
    "open_writer",
    "writer_to",
]
