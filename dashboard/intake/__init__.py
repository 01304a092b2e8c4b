"""Take in people's own files: read, recognise, check, mask, load, undo, and export again."""
