"""libtorrent-client.py TORRENT|MAGNET FOLDER SETTINGS [pex]: downloads, tells how much it got, seeds on.

SETTINGS: further settings of the session, as JSON. What goes on is told too, for tests that fail.
"""
import json
import sys
import time

import libtorrent

INCONSISTENT = 217

torrent, folder, settings, exchange = sys.argv[1:]
session = libtorrent.session({
    "enable_dht": False,
    "enable_lsd": False,
    "enable_upnp": False,
    "enable_natpmp": False,
    "allow_multiple_connections_per_ip": True,
    "alert_mask": libtorrent.alert.category_t.error_notification
    | libtorrent.alert.category_t.status_notification
    | libtorrent.alert.category_t.tracker_notification
    | libtorrent.alert.category_t.connect_notification
    | libtorrent.alert.category_t.peer_notification,
    **json.loads(settings),
})
if torrent.startswith("magnet:"):
    params = libtorrent.parse_magnet_uri(torrent)
else:
    params = libtorrent.add_torrent_params()
    params.ti = libtorrent.torrent_info(torrent)
params.save_path = folder
if exchange != "pex":
    params.flags |= libtorrent.torrent_flags.disable_pex
handle = session.add_torrent(params)
while not handle.status().is_seeding:
    for alert in session.pop_alerts():
        print(alert.message(), flush=True)
        # Of a hybrid, libtorrent 2.0.8 pauses when the hashes of a piece come while it still writes
        # that piece, "v1 and v2 hashes do not describe the same data": it is told to go on.
        if isinstance(alert, libtorrent.torrent_error_alert) and alert.error.value() == INCONSISTENT:
            handle.clear_error()
            handle.force_recheck()
            handle.resume()
    time.sleep(0.05)
print(f"complete after {handle.status().total_payload_download} bytes", flush=True)
while True:
    time.sleep(1)
