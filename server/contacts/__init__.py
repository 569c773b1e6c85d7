"""The people on the other side: what is known of them."""
