"""How every web program of Atrio is served; `atrio serve` reads it (https://gunicorn.org/reference/settings)."""

import os

worker_class = "deploy.web_worker.DeadlineWorker"
workers = int(os.environ.get("ATRIO_WEB_PROCESSES", "1"))
threads = int(os.environ.get("ATRIO_WEB_THREADS", "64"))
worker_connections = 500
backlog = 512

# A stopped program first answers what it has begun; the worker's heartbeat is not a limit on a request.
timeout = 60
graceful_timeout = 20
# Longer than the gateway keeps an idle connection in its pool, so that it is never the service that hangs up.
keepalive = 75

limit_request_line = 4096
limit_request_fields = 60
limit_request_field_size = 8190

# No header of a request says who asks or over what: the gateway alone reads a proxy's, from proxies it is told of.
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
header_map = "drop"

accesslog = None
logger_class = "deploy.server.ServerLog"
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - heartbeats off the disk
