"""The live protocol: sessions that know the rules and no I/O, topics, and the hub that writes to sockets.

`SOCKETS` lists the websocket routes.
"""

from server.live.agent import agent_socket
from server.live.visitor import visitor_socket

SOCKETS = [visitor_socket, agent_socket]
