"""The one exception whose text is meant for the user."""


class ExplainerError(Exception):
    """Something the user can mend. Its text is one line: what is wrong and what to do about it."""
