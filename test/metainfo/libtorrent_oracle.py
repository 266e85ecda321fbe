"""What libtorrent makes of content, torrents and magnet links; answers in JSON."""

import json
import os
import sys

import libtorrent as lt

FLAGS = {"hybrid": 0, "v2": 32, "v1": 64}


def create(path, piece_length, private, kind):
    """The info dictionary of a file or folder, its files in canonical order, and piece layers."""
    found = lt.file_storage()
    lt.add_files(found, path)
    files = sorted(
        (os.fsencode(found.file_path(i)).split(b"/"), found.file_size(i), found.file_flags(i))
        for i in range(found.num_files())
    )
    ordered = lt.file_storage()
    for components, size, flags in files:
        ordered.add_file(os.fsdecode(b"/".join(components)), size, flags)
    torrent = lt.create_torrent(ordered, piece_length, FLAGS[kind])
    torrent.set_priv(private)
    lt.set_piece_hashes(torrent, os.path.dirname(path))
    made = torrent.generate()
    layers = made.get(b"piece layers", {})
    return {
        "info": lt.bencode(made[b"info"]).hex(),
        "pieceLayers": {root.hex(): layer.hex() for root, layer in layers.items()},
    }


def create_all(*calls):
    return [create(*call) for call in calls]


def read(path):
    info = lt.torrent_info(path)
    hashes = info.info_hashes()
    files = info.files()
    return {
        "infoHash": str(hashes.v1) if hashes.has_v1() else None,
        "infoHashV2": str(hashes.v2) if hashes.has_v2() else None,
        "name": info.name(),
        "size": info.total_size(),
        "pieceLength": info.piece_length(),
        "private": info.priv(),
        "comment": info.comment(),
        "createdBy": info.creator(),
        "creationDate": info.creation_date(),
        "files": [[files.file_path(i), files.file_size(i)] for i in range(files.num_files())],
        "nodes": info.nodes(),
        "symlinks": [
            [files.file_path(i), files.symlink(i)]
            for i in range(files.num_files())
            if files.file_flags(i) & lt.file_flags_t.flag_symlink
        ],
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
answers = {"create": create_all, "read": read, "magnet": magnet}
print(json.dumps(answers[call["do"]](*call["with"])))
