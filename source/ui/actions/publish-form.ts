import { isDeepStrictEqual } from 'node:util';
import type { PublishOptions } from '../../control/publishing.ts';
import { messageOf } from '../../errors.ts';
import { type PublishForm, previewOptionsOf } from '../state/publish-form.ts';
import type { Services } from './services.ts';

/** While somebody types, the engine is not asked about every letter. */
const typingMilliseconds = 300;

/** The form on the screen, or null. */
export function shownForm({ ui }: Services): PublishForm | null {
  const { screen } = ui.get();
  return screen.name === 'publish' && screen.step.name === 'form' ? screen.step.form : null;
}

/**
 * Keeps the form's preview about what the form says: asks at once for new paths and when the engine
 * is back, and a moment after its options were changed. `onPreview` is called after each answer.
 * Returns the function that stops it.
 */
export function keepPreviewFresh(services: Services, onPreview: () => void): () => void {
  const { ui, engine, clock, link } = services;
  let asked: { paths: readonly string[]; options: PublishOptions } | null = null;
  let cancelWait: (() => void) | null = null;

  function look(): void {
    const form = shownForm(services);
    // what was asked of an engine that is gone is asked of the next
    if (!form || engine.get().link.phase === 'lost') {
      cancelWait?.();
      asked = null;
      return;
    }
    const wanted = { paths: form.paths, options: previewOptionsOf(form) };
    if (isDeepStrictEqual(wanted, asked)) return;
    const isNew = asked?.paths !== form.paths;
    asked = wanted;
    cancelWait?.();
    if (isNew) ask(wanted);
    else cancelWait = clock.after(typingMilliseconds, () => ask(wanted));
  }

  function ask(question: NonNullable<typeof asked>): void {
    for (const path of question.paths) void askAbout(path, question);
  }

  async function askAbout(path: string, question: NonNullable<typeof asked>): Promise<void> {
    const isCurrent = () => asked === question;
    try {
      const preview = await link.request('preview', { path, options: question.options });
      if (!isCurrent()) return;
      ui.dispatch({ type: 'show-preview', path, preview });
      onPreview();
    } catch (error) {
      if (isCurrent()) ui.dispatch({ type: 'refuse-path', path, refusal: messageOf(error) });
    }
  }

  const unsubscribes = [ui.subscribe(look), engine.subscribe(look)];
  return () => {
    for (const unsubscribe of unsubscribes) unsubscribe();
    cancelWait?.();
  };
}
