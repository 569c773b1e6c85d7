"""SIGTERM and SIGINT as a flag, from the moment that this is made."""

import signal


class Ending:
    """`asked` turns true once; the second Ctrl-C has its usual effect."""

    def __init__(self) -> None:
        self.asked = False
        for end in (signal.SIGTERM, signal.SIGINT):
            signal.signal(end, self._ask)

    def _ask(self, number: int, frame: object) -> None:
        self.asked = True
        signal.signal(signal.SIGINT, signal.default_int_handler)
