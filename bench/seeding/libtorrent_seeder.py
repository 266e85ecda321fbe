"""Seeds with libtorrent, tuned for speed: TORRENT FOLDER PORT. Says `ready`."""

import sys
import time

import libtorrent

torrent, folder, port = sys.argv[1:]
session = libtorrent.session({
    "listen_interfaces": f"127.0.0.1:{port}",
    "enable_dht": False,
    "enable_lsd": False,
    "enable_upnp": False,
    "enable_natpmp": False,
    "enable_incoming_utp": False,
    "enable_outgoing_utp": False,
    "unchoke_slots_limit": -1,
    "connections_limit": 2000,
    "allow_multiple_connections_per_ip": True,
    "send_buffer_watermark": 3 * 1024 * 1024,
    "send_buffer_low_watermark": 512 * 1024,
    "max_allowed_in_request_queue": 2000,
})
params = libtorrent.add_torrent_params()
params.ti = libtorrent.torrent_info(torrent)
params.save_path = folder
params.flags |= libtorrent.torrent_flags.seed_mode
# otherwise it begins paused, and waits for its turn
params.flags &= ~libtorrent.torrent_flags.auto_managed
params.flags &= ~libtorrent.torrent_flags.paused
handle = session.add_torrent(params)
while not handle.status().is_seeding:
    time.sleep(0.01)
print("ready", flush=True)
while True:
    time.sleep(60)
