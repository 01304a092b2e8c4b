"""Make of a figure what a researcher publishes: picture, data, citation, and a way to redo it."""
