import { describe, expect, it } from 'vitest';
import type { Actions } from '../../../source/ui/actions/actions.ts';
import type { CommandContext } from '../../../source/ui/keys/command.ts';
import { commandTable, hintsOf, meaningOf } from '../../../source/ui/keys/command-table.ts';
import { type EngineState, emptyEngineState } from '../../../source/ui/state/engine-state.ts';
import { initialUiState, reduceUi, type UiState } from '../../../source/ui/state/ui-state.ts';
import { visiblePublications } from '../../../source/ui/state/visible-publications.ts';
import { publication } from '../support/samples.ts';

const emptyUi = initialUiState({ columns: 80, rows: 24 });

function contextOf(engine: EngineState, ui: UiState = emptyUi): CommandContext {
  return {
    ui,
    engine,
    visible: visiblePublications(engine, ui.list),
    scrollEnd: () => 0,
    dispatch: () => undefined,
    // What a command would do is not looked at here.
    actions: {} as Actions,
    homeDirectory: '/home/me',
  };
}

const online: EngineState = {
  ...emptyEngineState,
  link: { phase: 'online', version: '0.1.0', sameProtocol: true },
};
const withOne: EngineState = { ...online, publications: new Map([[1, publication(1)]]) };

const hintIds = (context: CommandContext) => hintsOf('list', context).map(({ id }) => id);

describe('the command table', () => {
  it('has one id for one command', () => {
    const ids = commandTable.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
  });

  it('gives every command a key, a title and a place', () => {
    for (const command of commandTable) {
      expect(command.keys.length, command.id).toBeGreaterThan(0);
      expect(command.title, command.id).not.toBe('');
      expect(command.focus.length, command.id).toBeGreaterThan(0);
    }
  });

  it('lets everyone out of everywhere', () => {
    const focuses = new Set(commandTable.flatMap(({ focus }) => focus));
    for (const focus of focuses) {
      const meaning = meaningOf('ctrl+c', focus, contextOf(online));
      expect(meaning, focus).toMatchObject({ kind: 'run', command: { id: 'detach.anywhere' } });
    }
  });

  it('hints only at what can be done', () => {
    expect(hintIds(contextOf(online))).toContain('publish.open');
    expect(hintIds(contextOf(online))).not.toContain('publication.open');
    expect(hintIds(contextOf(withOne))).toContain('publication.open');
    expect(hintIds(contextOf(withOne))).not.toContain('engine.retry');
  });

  it('says why a key does not work now', () => {
    expect(meaningOf('d', 'list', contextOf(online))).toEqual({
      kind: 'refuse',
      reason: 'Nothing is published yet: p publishes a file or a folder.',
    });
    const lost: EngineState = {
      ...withOne,
      link: { phase: 'lost', reason: 'gone', since: null, isStopped: false, secondsToRetry: 1 },
    };
    expect(meaningOf('P', 'list', contextOf(lost))).toEqual({
      kind: 'refuse',
      reason: 'Not now: the engine is not there.',
    });
  });

  it('does nothing for a key that means nothing', () => {
    expect(meaningOf('x', 'list', contextOf(withOne))).toEqual({ kind: 'none' });
    expect(meaningOf('escape', 'list', contextOf(withOne))).toEqual({ kind: 'none' });
  });

  it('clears the filter with Esc before it dismisses the message', () => {
    const filtered = [
      { type: 'start-filter' } as const,
      { type: 'edit-filter', edit: { type: 'insert', text: 'pub' } } as const,
      { type: 'keep-filter' } as const,
      { type: 'show-message', message: { id: 1, kind: 'error', text: 'no' } } as const,
    ].reduce(reduceUi, emptyUi);
    expect(meaningOf('escape', 'list', contextOf(withOne, filtered))).toMatchObject({
      command: { id: 'list.clear-filter' },
    });
    const cleared = reduceUi(filtered, { type: 'clear-filter' });
    expect(meaningOf('escape', 'list', contextOf(withOne, cleared))).toMatchObject({
      command: { id: 'message.dismiss' },
    });
  });
});
