/** Bytes as they stand in a query, each of them escaped. */
export function escapeAll(bytes: string): string {
  return Array.from(
    Buffer.from(bytes, 'latin1'),
    (byte) => `%${byte.toString(16).padStart(2, '0')}`,
  ).join('');
}
