import { describe, expect, it } from 'vitest';
import { type CommandName, commandSummaries } from '../../../source/command-summaries.ts';
import type { Actions } from '../../../source/ui/actions/actions.ts';
import type { CommandContext } from '../../../source/ui/keys/command.ts';
import { commandRows, paletteName } from '../../../source/ui/keys/command-rows.ts';
import { commandTable, hintsOf, meaningOf } from '../../../source/ui/keys/command-table.ts';
import type { Focus } from '../../../source/ui/keys/focus.ts';
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
    bindingFault: () => null,
    takenKeys: () => null,
    keyFor: () => null,
    commandRows: () => [],
    refresh: () => contextOf(engine, ui),
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

const hintIds = (context: CommandContext) =>
  hintsOf('list', context).flatMap(({ command, reason }) => (reason === null ? [command.id] : []));

describe('the command table', () => {
  it('has one id for one command', () => {
    const ids = commandTable.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
  });

  it('gives every command a key or a name, a title and a place', () => {
    for (const command of commandTable) {
      const ways = [...command.keys, paletteName(command)].filter((way) => way !== undefined);
      expect(ways.length, command.id).toBeGreaterThan(0);
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
      { type: 'show-message', message: { id: 1, kind: 'error', text: 'no', offer: null } } as const,
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

describe('the palette', () => {
  const inPalette = (ui: UiState, query: string) =>
    [
      { type: 'open-commands', name: 'palette' } as const,
      { type: 'edit-command-query', edit: { type: 'insert', text: query } } as const,
    ].reduce(reduceUi, ui);
  const rowsFor = (query: string, ui = emptyUi, engine = withOne) =>
    commandRows(contextOf(engine, inPalette(ui, query)));

  it('names what the command line can do as that does', () => {
    const names = rowsFor('').map(({ command }) => paletteName(command));
    expect(names).toEqual([...new Set(names)]);
    expect(names).toEqual(
      expect.arrayContaining(['publish', 'pause', 'resume', 'remove', 'show', 'stop']),
    );
  });

  it('behaviour 5: has every command of the command line, but for those that only a shell can use', () => {
    // made of files or printed for a shell; the dashboard itself; settings are their own view
    const ofTheShell = ['torrent', 'bencode', 'completion'];
    const names = new Set(rowsFor('').map(({ command }) => command.cli));
    const missing = Object.keys(commandSummaries).filter(
      (name) => !ofTheShell.includes(name) && !names.has(name as CommandName),
    );
    expect(missing).toEqual([]);
  });

  it('behaviour 5: has every action, but for moves, steps within a field and answers', () => {
    const parts = /\.(down|up|page-down|page-up|first|last|next|previous|previous-tab)$/;
    const ofDialogs: readonly Focus[] = [
      ...([
        'help',
        'palette',
        'qr',
        'limit',
        'move',
        'too-small',
        'setting',
        'settings-filter',
      ] as const),
      ...(['confirm-remove', 'confirm-delete', 'confirm-cancel', 'confirm-stop'] as const),
      ...(['list-filter', 'browser-path', 'form', 'adopt'] as const),
    ];
    const names = new Set(commandTable.map(paletteName));
    const missing = commandTable.filter(
      (command) =>
        paletteName(command) === undefined &&
        command.focus.some((focus) => !ofDialogs.includes(focus)) &&
        !parts.test(command.id) &&
        // a second way to what has a name
        !command.keys.every((key) => /^(escape|enter|backspace|left|ctrl\+.|[/~:hL])$/.test(key)),
    );
    expect(missing.map(({ id }) => id)).toEqual([]);
    expect(names).toContain('copy info hash');
  });

  it('finds by letters in order, names before explanations', () => {
    expect(rowsFor('pub')[0]?.command.id).toBe('publish.open');
    expect(rowsFor('cpm')[0]?.command.id).toBe('publication.copy-magnet');
    expect(rowsFor('xyzzy')).toEqual([]);
  });

  it('says why something cannot be done', () => {
    const reasonOf = (query: string, ui?: UiState, engine?: EngineState) =>
      rowsFor(query, ui, engine)[0]?.reason;
    expect(reasonOf('remove')).toBeNull();
    expect(reasonOf('remove', emptyUi, online)).toMatch(/^Nothing is published yet/);
    expect(reasonOf('resume')).toBe('It is not paused.');
    expect(reasonOf('cancel')).toBe('Not here: it is for a publish job.');
  });

  it('takes the one of several commands that is for this view', () => {
    const detail = reduceUi(emptyUi, { type: 'open-detail', id: 1 });
    expect(rowsFor('copy magnet')[0]?.command.id).toBe('publication.copy-magnet');
    expect(rowsFor('copy magnet', detail)[0]?.command.id).toBe('links.copy-magnet');
  });
});

describe('help', () => {
  it('is about the keys of the view behind, and narrows down to words', () => {
    const opened = reduceUi(emptyUi, { type: 'open-commands', name: 'help' });
    const all = commandRows(contextOf(withOne, opened));
    expect(all.every(({ command }) => command.focus.includes('list'))).toBe(true);
    const typed = reduceUi(opened, {
      type: 'edit-command-query',
      edit: { type: 'insert', text: 'magnet copy' },
    });
    expect(commandRows(contextOf(withOne, typed)).map(({ command }) => command.id)).toEqual([
      'publication.copy-magnet',
    ]);
  });
});
