"""libtorrent-client.py TORRENT|MAGNET FOLDER SETTINGS: downloads, tells how much it got, seeds on.

SETTINGS: further settings of the session, as JSON.
"""
import json
import sys
import time

import libtorrent

torrent, folder, settings = sys.argv[1:]
session = libtorrent.session({
    "enable_dht": False,
    "enable_lsd": False,
    "enable_upnp": False,
    "enable_natpmp": False,
    "allow_multiple_connections_per_ip": True,
    **json.loads(settings),
})
if torrent.startswith("magnet:"):
    params = libtorrent.parse_magnet_uri(torrent)
else:
    params = libtorrent.add_torrent_params()
    params.ti = libtorrent.torrent_info(torrent)
params.save_path = folder
handle = session.add_torrent(params)
while not handle.status().is_seeding:
    time.sleep(0.05)
print(f"complete after {handle.status().total_payload_download} bytes", flush=True)
while True:
    time.sleep(1)
