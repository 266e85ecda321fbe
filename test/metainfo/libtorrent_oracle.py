"""What libtorrent makes of content, torrents and magnet links; answers in JSON."""

import json
import os
import sys

import libtorrent as lt

V1_ONLY = 64


def create(path, piece_length, private):
    """The v1 info dictionary of a file or folder, its files in canonical order."""
    found = lt.file_storage()
    lt.add_files(found, path)
    files = sorted(
        (os.fsencode(found.file_path(i)).split(b"/"), found.file_size(i), found.file_flags(i))
        for i in range(found.num_files())
    )
    ordered = lt.file_storage()
    for components, size, flags in files:
        ordered.add_file(os.fsdecode(b"/".join(components)), size, flags)
    torrent = lt.create_torrent(ordered, piece_length, V1_ONLY)
    torrent.set_priv(private)
    lt.set_piece_hashes(torrent, os.path.dirname(path))
    return {"info": lt.bencode(torrent.generate()[b"info"]).hex()}


def read(path):
    info = lt.torrent_info(path)
    files = info.files()
    return {
        "infoHash": str(info.info_hashes().v1),
        "name": info.name(),
        "size": info.total_size(),
        "pieceLength": info.piece_length(),
        "private": info.priv(),
        "comment": info.comment(),
        "createdBy": info.creator(),
        "creationDate": info.creation_date(),
        "files": [[files.file_path(i), files.file_size(i)] for i in range(files.num_files())],
        "trackers": [[tracker.tier, tracker.url] for tracker in info.trackers()],
        "webSeeds": [seed["url"] for seed in info.web_seeds()],
    }


def magnet(uri):
    parameters = lt.parse_magnet_uri(uri)
    return {
        "infoHash": str(parameters.info_hashes.v1),
        "name": parameters.name,
        "trackers": parameters.trackers,
        "webSeeds": parameters.url_seeds,
    }


call = json.loads(sys.argv[1])
print(json.dumps({"create": create, "read": read, "magnet": magnet}[call["do"]](*call["with"])))
