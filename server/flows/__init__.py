"""What the product does: each file is one sentence of it. Begin here."""
