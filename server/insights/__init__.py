"""Figures about the desk."""
