import { expect, test } from 'vitest';
import { LivePublications } from '../../source/seeding/live-publications.ts';
import { sourceOf, writeTestContent } from './test-content.ts';

test('content that is larger than all that may be loaded without peers is there for its first peer', () => {
  const written = writeTestContent([10], 10);
  const places = new Float64Array(2_200_000);
  const content = { ...written.content, fileStarts: places, fileEnds: places };
  const nothing = { files: [], pieces: [] };
  const live = new LivePublications(
    sourceOf([{ ...written, content }]),
    () => nothing,
    () => 0,
  );
  const publication = live.load(content.id);
  expect(publication?.estimatedBytes).toBeGreaterThan(16 * 1024 * 1024);
  expect(live.get(content.id)).toBe(publication);
});
