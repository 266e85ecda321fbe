"""Downloads with libtorrent from one seeder: TORRENT FOLDER PORT SECONDS.

Says how many bytes it got and in how many seconds, at most those given, as JSON.
"""

import json
import sys
import time

import libtorrent

torrent, folder, port, limit = sys.argv[1:]
session = libtorrent.session({
    "listen_interfaces": "127.0.0.1:0",
    "enable_dht": False,
    "enable_lsd": False,
    "enable_upnp": False,
    "enable_natpmp": False,
    "enable_incoming_utp": False,
    "enable_outgoing_utp": False,
    "allow_multiple_connections_per_ip": True,
    "max_out_request_queue": 1500,
})
params = libtorrent.add_torrent_params()
params.ti = libtorrent.torrent_info(torrent)
params.save_path = folder
# otherwise it begins paused, and waits for its turn
params.flags &= ~libtorrent.torrent_flags.auto_managed
params.flags &= ~libtorrent.torrent_flags.paused
handle = session.add_torrent(params)
begun = time.monotonic()
handle.connect_peer(("127.0.0.1", int(port)))
while not handle.status().is_seeding and time.monotonic() - begun < float(limit):
    time.sleep(0.005)
seconds = time.monotonic() - begun
print(json.dumps({"bytes": handle.status().total_done, "seconds": seconds}))
