/** A thread that verifies content beside others of its kind. Whoever wants no more ends it. */
import { parentPort } from 'node:worker_threads';
import { serveThread } from '../../thread/rpc.ts';
import { verifyShare } from './verify-share.ts';

const service = { verify: verifyShare };

export type VerifyService = typeof service;

if (parentPort) serveThread(parentPort, service);
