"""Show how Minhang's new-type residential communities are governed, housed and lived in."""

__version__ = "0.1.0"
