/**
 * A decoded value (BEP 3). Integers are numbers where a number holds them exactly, else bigints.
 * Strings are bytes: what they mean is for the reader to say.
 */
export type BencodeValue = number | bigint | Uint8Array | BencodeValue[] | Dictionary;

/**
 * Keyed by binary strings: each character is one byte (Latin-1). Every key round-trips exactly,
 * ASCII keys are written as they are, and comparing two keys compares their raw bytes.
 */
export type Dictionary = Map<string, BencodeValue>;

/** How deep lists and dictionaries may nest, when reading and when writing. */
export const maxDepth = 100;

/** How many digits an integer may have: enough for every signed and unsigned 64-bit integer. */
export const maxIntegerDigits = 20;
