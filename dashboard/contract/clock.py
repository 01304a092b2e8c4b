"""Tell the time as the offices' clocks show it, wherever the server stands; what is kept is in UTC."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def in_shanghai(written: str) -> datetime:
    """Read an instant that was kept as ISO 8601."""
    when = datetime.fromisoformat(written)
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(SHANGHAI)
