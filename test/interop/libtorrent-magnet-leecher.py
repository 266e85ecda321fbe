"""libtorrent-magnet-leecher.py MAGNET FOLDER ADDRESS dht HOST:PORT...|lsd: downloads with nothing but the DHT, or nothing but LSD, says `complete`."""
import sys
import time

import libtorrent

magnet, folder, address, by, *nodes = sys.argv[1:]
session = libtorrent.session({
    "listen_interfaces": f"{address}:0",
    "enable_dht": by == "dht",
    "enable_lsd": by == "lsd",
    "dht_bootstrap_nodes": ",".join(nodes),
    "dht_restrict_routing_ips": False,
    "dht_restrict_search_ips": False,
    "dht_ignore_dark_internet": False,
    "dht_prefer_verified_node_ids": False,
    "enable_upnp": False,
    "enable_natpmp": False,
    "enable_incoming_utp": False,
    "enable_outgoing_utp": False,
    # in a namespace all have the same address
    "allow_multiple_connections_per_ip": True,
})
for node in nodes:
    host, port = node.split(":")
    session.add_dht_node((host, int(port)))
params = libtorrent.parse_magnet_uri(magnet)
params.save_path = folder
handle = session.add_torrent(params)
while not handle.status().is_seeding:
    if by == "dht":
        # a fresh node looks when its table is empty, and then not for a minute
        handle.force_dht_announce()
    time.sleep(1)
print("complete", flush=True)
while True:
    time.sleep(1)
