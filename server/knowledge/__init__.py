"""What a workspace knows: its articles. One verb a file."""
