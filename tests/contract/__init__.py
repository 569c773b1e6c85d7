"""The published protocol: its documents are written from the Structs, and every frame keeps the contract's rules."""
