import type { CommandContext } from '../keys/command.ts';
import { isDialog } from '../state/dialogs.ts';
import type { Words } from './news.ts';
import { type Reading, reading, type View } from './reading.ts';
import { readCommands } from './words/command-words.ts';
import { readDetail } from './words/detail-words.ts';
import { readDialog } from './words/dialog-words.ts';
import { readList } from './words/list-words.ts';
import { readHealth, readLog, readTracker } from './words/panel-words.ts';
import { readPublish } from './words/publish-words.ts';
import { readSettings } from './words/settings-words.ts';
import { statusSentences } from './words/status-words.ts';

type FullView = View & Pick<CommandContext, 'commandRows' | 'keyFor'>;

/** The dashboard as it is now, in words. */
export function readDashboard(view: FullView): Words {
  return {
    status: statusSentences(view),
    reading: readInFront(view),
    events: view.engine.status && view.engine.events,
  };
}

/** What has the keys: an overlay before a screen. */
function readInFront(view: FullView): Reading {
  const { overlay } = view.ui;
  if (overlay === null) return readScreen(view);
  if (isDialog(overlay)) return readDialog(view, overlay);
  if (overlay.name === 'qr') {
    const link = overlay.links[overlay.shown];
    if (!link) return reading('qr coming', {});
    return reading(`qr ${overlay.shown}`, {
      heads: [{ key: 'link', text: `For a QR code: the ${link.label} is ${link.text}` }],
    });
  }
  return readCommands(view, overlay);
}

/** What is shown behind any overlay. */
export function readScreen(view: View): Reading {
  const { screen } = view.ui;
  switch (screen.name) {
    case 'list':
      return readList(view);
    case 'detail':
      return readDetail(view, screen.id);
    case 'tracker':
      return readTracker(view);
    case 'health':
      return readHealth(view);
    case 'log':
      return readLog(view);
    case 'settings':
      return readSettings(view);
    case 'publish':
      return readPublish(view, screen.step);
  }
}
