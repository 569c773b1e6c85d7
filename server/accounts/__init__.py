"""Who signs in, with which rights, and for how long."""
