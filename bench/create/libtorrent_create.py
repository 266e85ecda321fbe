"""Makes a torrent with libtorrent as it is set up by default: PATH PIECE_LENGTH v1|hybrid OUTPUT."""

import os
import sys

import libtorrent as lt

path, piece_length, kind, output = sys.argv[1:]
files = lt.file_storage()
lt.add_files(files, path)
torrent = lt.create_torrent(files, int(piece_length), {"hybrid": 0, "v1": 64}[kind])
lt.set_piece_hashes(torrent, os.path.dirname(path))
with open(output, "wb") as file:
    file.write(lt.bencode(torrent.generate()))
