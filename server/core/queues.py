"""How much deferred work waits, as Redis knows it: figures that no process counts for itself."""

import json
import time

from arq.constants import default_queue_name
from redis.exceptions import RedisError

from server.core import keys, metrics
from server.core.core import Core


async def look(core: Core) -> None:
    """Brings the gauges up to date. Without Redis they keep what they had, and `worker_alive` says 0."""
    try:
        pipe = core.redis.pipeline(transaction=False)
        pipe.zcard(default_queue_name)
        pipe.get(keys.WORKER_HEARTBEAT)
        length, heartbeat = await pipe.execute()
    except (RedisError, OSError):
        metrics.worker_alive.set(0)
        return
    metrics.queue_length.set(length)
    metrics.worker_alive.set(heartbeat is not None)
    if heartbeat is not None:
        alive = json.loads(heartbeat)
        metrics.outbox_due.set(alive["due"])
        metrics.worker_age.set(max(0.0, time.time() - alive["at"]))
