/**
 * A thread that looks at content: scans it, and hashes or verifies it beside others of its kind. It
 * never looks up from its work: whoever no longer wants it terminates the thread.
 */
import { parentPort } from 'node:worker_threads';
import { serveThread } from '../../thread/rpc.ts';
import { scanPath } from '../scan.ts';
import { verifyShare } from '../verifying/verify-share.ts';
import { fileRoots } from './file-roots.ts';
import { hashShare } from './hash-share.ts';

const service = { scan: scanPath, hash: hashShare, fileRoots, verify: verifyShare };

export type HashService = typeof service;

if (parentPort) serveThread(parentPort, service);
