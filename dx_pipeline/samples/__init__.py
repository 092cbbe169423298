"""The sample world: real published figures in the shapes they arrive in, and labelled sample submissions."""
