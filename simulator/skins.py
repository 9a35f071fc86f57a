"""Re-skins of a portal. A release renames what only machines see (1), or what people read as well (2)."""

import re
from collections.abc import Mapping


class Skins:
    """`renamed`: ids, names, test ids, classes. `reworded`: what people read. Pages, scripts and style sheets alike."""

    def __init__(self, *, renamed: Mapping[str, str], reworded: Mapping[str, str]) -> None:
        self._words = {**reworded, **renamed}
        # A word is no word inside a name of the scripts, such as otherPayers.
        whole = "|".join(rf"(?<![A-Za-z]){re.escape(word)}" for word in reworded)
        hooks = "|".join(map(re.escape, renamed))
        self._patterns = {1: re.compile(hooks), 2: re.compile(f"{whole}|{hooks}")}

    def dress(self, text: str, variant: int) -> str:
        pattern = self._patterns.get(variant)
        return pattern.sub(lambda match: self._words[match[0]], text) if pattern else text
