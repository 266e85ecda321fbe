/**
 * A thread that looks at content: scans it, and hashes it beside others of its kind. It never looks
 * up from its work: whoever no longer wants it terminates the thread.
 */
import { parentPort } from 'node:worker_threads';
import { serveThread } from '../../thread/rpc.ts';
import { scanPath } from '../scan.ts';
import { fileRoots } from './file-roots.ts';
import { hashShare } from './hash-share.ts';

const service = { scan: scanPath, hash: hashShare, fileRoots };

export type HashService = typeof service;

if (parentPort) serveThread(parentPort, service);
