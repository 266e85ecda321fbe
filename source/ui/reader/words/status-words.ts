import type { EngineStatus } from '../../../control/engine.ts';
import { formatRate } from '../../../format/units.ts';
import { version } from '../../../version.ts';
import { counted } from '../../components/counted.ts';
import { reachOf } from '../../components/reachability.ts';
import type { CommandContext } from '../../keys/command.ts';
import { messageText } from '../../keys/message-text.ts';
import { isOtherVersion, type LinkState } from '../../state/engine-state.ts';
import { unreadErrors } from '../../state/events.ts';
import type { Message } from '../../state/ui-state.ts';
import { joined, type Sentence, type View } from '../reading.ts';

const messageWords: Record<Message['kind'], string> = {
  info: 'Done',
  refusal: 'Not possible',
  error: 'Error',
};

/** What holds whatever the view: the last message, the engine, and what waits to be read. */
export function statusSentences(
  view: Pick<View, 'ui' | 'engine'> & Pick<CommandContext, 'keyFor'>,
): Sentence[] {
  const { ui, engine, keyFor } = view;
  const { message, undoSeconds } = ui;
  const [logKey, undoKey] = [keyFor('log.open'), keyFor('undo')];
  const { link, status, undoable } = engine;
  const unread = unreadErrors(engine);
  return [
    ...(message
      ? [
          {
            key: 'message',
            text: `${messageWords[message.kind]}: ${messageText(message, view)}`,
            when: String(message.id),
          },
        ]
      : []),
    linkSentence(link),
    ...(status && link.phase === 'online' ? engineSentences(status) : []),
    ...(unread > 0
      ? [
          {
            key: 'unread',
            text: `${counted(unread, 'error')} not read yet${logKey === null ? '' : `; ${logKey} shows the log`}.`,
            when: String(unread),
          },
        ]
      : []),
    ...(undoable && undoSeconds !== null && undoKey !== null
      ? [
          {
            key: 'undo',
            text: `${undoKey} takes back the last change, for ${undoSeconds} s.`,
            when: null,
          },
        ]
      : []),
  ];
}

function linkSentence(link: LinkState): Sentence {
  const key = 'link';
  switch (link.phase) {
    case 'connecting':
      return { key, text: 'Starting the engine, or finding the one that runs.' };
    case 'online':
      return {
        key,
        text: isOtherVersion(link)
          ? `Engine ${link.version} runs, this dashboard is ${version}: some things may not work. Stop it from the palette, then r starts this version.`
          : `Engine ${link.version} runs.`,
      };
    case 'lost': {
      const retry = link.isStopped ? 'r starts it again.' : 'It is looked for; r looks now.';
      const age = link.since === null ? '' : ' What is told of it is as it was then.';
      return { key, text: `No engine: ${link.reason}${age} ${retry}`, when: link.reason };
    }
  }
}

function engineSentences(status: EngineStatus): Sentence[] {
  const { uploadRate, peers, peer, publicHost, http, limit } = status;
  const { state, short, long, problem } = reachOf(status);
  const why = problem === null || state !== 'not-mapped' ? '' : `: ${problem}`;
  const most = limit?.now == null ? '' : ` of at most ${formatRate(limit.now)}`;
  return [
    {
      key: 'totals',
      when: null,
      text: joined(
        `Sending ${formatRate(uploadRate)}${most} to ${counted(peers, 'peer')}`,
        `links name ${publicHost}:${http.port}`,
      ),
    },
    {
      key: 'port',
      text: `The port for peers, ${peer.port}, is ${short}: ${long}${why}.`,
      // bad news comes by itself, good news when it is asked for
      when: state === 'closed' || state === 'not-mapped' ? state : null,
    },
  ];
}
