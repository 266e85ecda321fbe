"""libtorrent-swarm.py TORRENT FOLDER ADDRESS...: a leecher at each address, in a folder of its own.

Says `complete` when all of them have all.
"""
import os
import sys
import time

import libtorrent

torrent, folder, *addresses = sys.argv[1:]
sessions = []
handles = []
for address in addresses:
    session = libtorrent.session({
        "listen_interfaces": f"{address}:6881",
        "outgoing_interfaces": address,
        "enable_dht": False,
        "enable_lsd": False,
        "enable_upnp": False,
        "enable_natpmp": False,
        "enable_incoming_utp": False,
        "enable_outgoing_utp": False,
        "unchoke_slots_limit": -1,
    })
    params = libtorrent.add_torrent_params()
    params.ti = libtorrent.torrent_info(torrent)
    params.save_path = os.path.join(folder, address)
    os.makedirs(params.save_path)
    sessions.append(session)
    handles.append(session.add_torrent(params))
while not all(handle.status().is_seeding for handle in handles):
    time.sleep(0.1)
print("complete", flush=True)
while True:
    time.sleep(1)
