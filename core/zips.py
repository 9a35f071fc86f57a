"""What can be wrong with a zip that somebody else made."""

import zipfile
import zlib

UNREADABLE = (zipfile.BadZipFile, zlib.error, ValueError, EOFError, OSError, RuntimeError)
"""What zipfile raises for data that is cut, damaged, packed in a way it does not know, or locked with a password."""
