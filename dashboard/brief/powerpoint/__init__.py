"""Write a briefing as PowerPoint: native charts with their data, native shapes, native tables."""
