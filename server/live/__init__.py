"""The live protocol: sessions that know the rules and no I/O, topics, and the hub that writes to sockets."""
