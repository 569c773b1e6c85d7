"""Conversations: each file is one thing that can happen to one. Everything is written by `post.py`."""
