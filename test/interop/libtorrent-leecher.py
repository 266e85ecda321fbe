"""libtorrent-leecher.py TORRENT|MAGNET FOLDER ADDRESS [PORT]: downloads, says `complete`, and seeds on."""
import sys
import time

import libtorrent

torrent, folder, address, *port = sys.argv[1:]
host = f"[{address}]" if ":" in address else address
listen = f"{host}:{port[0] if port else 0}"
session = libtorrent.session({
    "listen_interfaces": listen,
    "enable_dht": False,
    "enable_lsd": False,
    "enable_upnp": False,
    "enable_natpmp": False,
    "enable_incoming_utp": False,
    "enable_outgoing_utp": False,
    "allow_multiple_connections_per_ip": True,
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
print("complete", flush=True)
while True:
    time.sleep(1)
