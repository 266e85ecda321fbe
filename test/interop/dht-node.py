"""dht-node.py ADDRESS PORT [HOST:PORT...]: a node of the DHT, which says `ready` when it knows another."""
import sys
import time

import libtorrent

address, port, *others = sys.argv[1:]
session = libtorrent.session({
    "listen_interfaces": f"{address}:{port}",
    "enable_dht": True,
    "dht_bootstrap_nodes": ",".join(others),
    "dht_restrict_routing_ips": False,
    "dht_restrict_search_ips": False,
    "dht_ignore_dark_internet": False,
    "dht_prefer_verified_node_ids": False,
    "enable_lsd": False,
    "enable_upnp": False,
    "enable_natpmp": False,
})
for other in others:
    host, other_port = other.split(":")
    session.add_dht_node((host, int(other_port)))
print("listening", flush=True)
while True:
    time.sleep(0.2)
