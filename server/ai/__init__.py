"""The AI turn: who answers, from what, and how the answer reaches people."""
