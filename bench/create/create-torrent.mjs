/**
 * Makes a torrent with the npm package create-torrent: PATH PIECE_LENGTH OUTPUT. It writes the
 * default trackers of its makers into it unless told otherwise.
 */
import { writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import createTorrent from 'create-torrent';

const [path = '', pieceLength = '', output = ''] = process.argv.slice(2);
const options = { pieceLength: Number(pieceLength), announceList: [] };
writeFileSync(output, await promisify(createTorrent)(path, options));
