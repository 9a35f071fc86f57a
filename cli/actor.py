"""Who acts, without anything heavy: the first question of a command leaves before that is imported."""

import getpass


def actor() -> str:
    """Who the audit trail says it was. Never the name of a person of the console, which has no spaces."""
    return f"{getpass.getuser()} (fleet)"
