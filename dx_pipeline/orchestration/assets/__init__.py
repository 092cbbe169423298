"""One module per layer: received, observed, checked, compiled, published. Each asset makes one table or file."""
