"""Servers of other people, scripted: each checks what it is sent as strictly as the real one does."""
