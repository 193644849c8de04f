"""What can go wrong while a file is read. Each error is one clear sentence that says what to do next."""


class ReadError(Exception):
    """The file could not be read. `str(error)` is a Chinese sentence for the user."""


class UnsupportedFile(ReadError):
    """The content is of no type that the table of loaders knows."""


class LockedFile(ReadError):
    """The file is encrypted or needs a password."""


class BrokenFile(ReadError):
    """The type is known, but the content is damaged or breaks a limit."""


class NoText(ReadError):
    """The file is empty, or holds no text at all."""


class MissingTool(ReadError):
    """The type needs a program or an extra package that is not installed here."""
