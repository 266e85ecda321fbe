import { getSystemErrorMap } from 'node:util';
import { loadCLibrary } from '../../linux/c-library.ts';

/**
 * The calls of Linux's C library that take many datagrams at once, and connections that wait
 * without an object for each, which Node does not offer.
 * Descriptors and pointers are numbers; what fails throws an error like those of Node.
 */
export interface Libc {
  socket(domain: number, type: number, protocol: number): number;
  setOption(socket: number, level: number, name: number, value: number): void;
  bind(socket: number, address: Uint8Array): void;
  /** Puts the address of the socket into `address`. */
  nameOf(socket: number, address: Uint8Array): void;
  close(socket: number): void;
  /**
   * Accepts a connection, and puts the address of its client into `address`; null when there is
   * none, or none to be had: why not, Node's own accept finds out.
   */
  accept(listening: number, address: Uint8Array): number | null;
  /**
   * How many bytes were received without waiting: 0 when the client ended or is gone; null when
   * none are there yet.
   */
  receive(socket: number, room: Uint8Array): number | null;
  /** How many of these bytes were sent without waiting. */
  send(socket: number, bytes: Uint8Array): number;
  /** How many of `count` messages were received, or sent, without waiting. */
  receiveMany(socket: number, messages: bigint, count: number): number;
  sendMany(socket: number, messages: bigint, count: number): number;
  /** Memory that stays where it is until the process ends, zeroed: its pointer, and its bytes. */
  allocate(bytes: number): { pointer: bigint; bytes: ArrayBuffer };
}

/** A failed call of the system. */
class SystemError extends Error {
  readonly code: string;
  readonly syscall: string;

  constructor(syscall: string, errno: number) {
    const [code, message] = getSystemErrorMap().get(-errno) ?? [`errno ${errno}`, 'failed'];
    super(`${syscall} ${code}: ${message}`);
    this.code = code;
    this.syscall = syscall;
  }
}

const messageDontWait = 0x40;
const messageNoSignal = 0x4000;
const nonBlocking = 0o4000;
const closeOnExec = 0o2000000;
const wouldBlock = 11;

let loaded: Libc | null | undefined;

/**
 * The C library, where it is the one these calls are written for (Linux, of 64 bits) and the
 * optional package `koffi` is installed; null elsewhere.
 */
export function loadLibc(): Libc | null {
  if (loaded === undefined) loaded = load();
  return loaded;
}

function load(): Libc | null {
  const library = loadCLibrary();
  if (library === null) return null;
  const { lib, ffi } = library;

  const socket = lib.func('int socket(int, int, int)');
  const setsockopt = lib.func('int setsockopt(int, int, int, const void *, uint32)');
  const bind = lib.func('int bind(int, const void *, uint32)');
  const getsockname = lib.func('int getsockname(int, void *, uint32 *)');
  const close = lib.func('int close(int)');
  const accept4 = lib.func('int accept4(int, void *, void *, int)');
  const recv = lib.func('int64 recv(int, void *, uint64, int)');
  const send = lib.func('int64 send(int, const void *, uint64, int)');
  const recvmmsg = lib.func('int recvmmsg(int, void *, uint, int, void *)');
  const sendmmsg = lib.func('int sendmmsg(int, void *, uint, int)');

  const checked = (syscall: string, result: number): number => {
    if (result < 0) throw new SystemError(syscall, ffi.errno());
    return result;
  };
  /** Nothing there, or no room, is no failure. */
  const many = (syscall: string, result: number): number => {
    if (result >= 0) return result;
    const errno = ffi.errno();
    if (errno === wouldBlock) return 0;
    throw new SystemError(syscall, errno);
  };

  const addressLength = new Uint32Array(1);

  return {
    socket: (domain, type, protocol) => checked('socket', socket(domain, type, protocol)),
    setOption(fd, level, name, value) {
      checked('setsockopt', setsockopt(fd, level, name, Int32Array.of(value), 4));
    },
    bind(fd, address) {
      checked('bind', bind(fd, address, address.length));
    },
    nameOf(fd, address) {
      checked('getsockname', getsockname(fd, address, Uint32Array.of(address.length)));
    },
    close(fd) {
      checked('close', close(fd));
    },
    accept(listening, address) {
      addressLength[0] = address.length;
      const fd: number = accept4(listening, address, addressLength, nonBlocking | closeOnExec);
      return fd < 0 ? null : fd;
    },
    receive(fd, room) {
      const length: number = recv(fd, room, room.length, messageDontWait);
      if (length >= 0) return length;
      return ffi.errno() === wouldBlock ? null : 0;
    },
    send: (fd, bytes) =>
      Math.max(0, send(fd, bytes, bytes.length, messageDontWait | messageNoSignal)),
    receiveMany: (fd, messages, count) =>
      many('recvmmsg', recvmmsg(fd, messages, count, messageDontWait, null)),
    sendMany: (fd, messages, count) =>
      many('sendmmsg', sendmmsg(fd, messages, count, messageDontWait)),
    allocate(bytes) {
      const pointer: bigint = ffi.alloc('uint8', bytes);
      const view = ffi.view(pointer, bytes);
      new Uint8Array(view).fill(0);
      return { pointer, bytes: view };
    },
  };
}
