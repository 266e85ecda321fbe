"""Torrents of any version, as libtorrent makes them; answers in JSON."""

import json
import os
import sys

import libtorrent as lt

FLAGS = {"hybrid": 0, "v2": 32, "v1": 64}
SYMLINKS = 8


def create(path, version, piece_length, symlinks):
    """The torrent of a file or folder, and what libtorrent reads in it again."""
    flags = FLAGS[version] | (SYMLINKS if symlinks else 0)
    found = lt.file_storage()
    lt.add_files(found, path, flags=flags)
    torrent = lt.create_torrent(found, piece_length, flags)
    torrent.add_tracker("http://tracker.example/announce", 0)
    torrent.add_tracker("udp://tracker.example:1", 1)
    torrent.add_url_seed("http://seed.example/")
    torrent.add_node("router.example", 6881)
    torrent.set_comment("ein Kommentar €")
    lt.set_piece_hashes(torrent, os.path.dirname(path))
    encoded = lt.bencode(torrent.generate())
    info = lt.torrent_info(encoded)
    hashes = info.info_hashes()
    files = info.files()
    return {
        "torrent": encoded.hex(),
        "infoHash": str(hashes.v1) if hashes.has_v1() else None,
        "infoHashV2": str(hashes.v2) if hashes.has_v2() else None,
        "name": info.name(),
        "pieceCount": info.num_pieces(),
        "magnet": lt.make_magnet_uri(info),
        "files": [
            {
                "path": files.file_path(i),
                "length": files.file_size(i),
                "padding": bool(files.file_flags(i) & lt.file_flags_t.flag_pad_file),
                "piecesRoot": str(files.root(i)) if hashes.has_v2() else None,
            }
            for i in range(files.num_files())
        ],
    }


print(json.dumps(create(*json.loads(sys.argv[1]))))
