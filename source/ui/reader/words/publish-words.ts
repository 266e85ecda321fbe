import { join } from 'node:path';
import type { PublishResult } from '../../../control/publishing.ts';
import { formatBytes, formatDuration, formatRate } from '../../../format/units.ts';
import { counted } from '../../components/counted.ts';
import type { FileEntry } from '../../files/list-directory.ts';
import {
  type BrowserState,
  locateEntry,
  pathSuggestions,
  visibleEntries,
} from '../../state/browser-state.ts';
import { type FormField, moreFields } from '../../state/form-fields.ts';
import {
  chosenIn,
  fieldError,
  fieldsOf,
  moreRow,
  type PublishForm,
  refusalOf,
  rowsOf,
  textIn,
} from '../../state/publish-form.ts';
import { type PublishStep, subjectOf } from '../../state/publish-state.ts';
import {
  contentSentence,
  piecesSentence,
  sizeSentence,
} from '../../views/publish/content-words.ts';
import { filesText, isAdopting, nameOfJob, phaseSentence } from '../../views/publish/job-words.ts';
import {
  joined,
  listPage,
  type Reading,
  reading,
  type Sentence,
  textPage,
  type View,
} from '../reading.ts';

/** From a path to a live publication, one step at a time. */
export function readPublish(view: View, step: PublishStep): Reading {
  switch (step.name) {
    case 'choose':
      return step.browser.path ? readPathField(step.browser) : readBrowser(step.browser);
    case 'form':
      return readForm(step.form);
    case 'adopt':
      return reading('adopt', {
        heads: [
          said('title', `Adopt ${step.torrent}.`),
          said('about', 'Where is its data? It is compared with the torrent first. Enter begins.'),
          ...suggestionSentences({ path: step.data, typedDirectory: step.typedDirectory }),
        ],
        field: { label: 'Data', text: step.data },
      });
    case 'hashing':
      return readJob(view, step.job);
    case 'failed':
      return reading('failed', {
        heads: [
          said('title', `Not published: ${subjectOf(step.from)}.`),
          said('reason', step.error),
          said('keys', 'Enter goes back; nothing typed is lost.'),
        ],
      });
    case 'done':
      return readCard(step.result);
  }
}

/** Said on arrival, and when it is asked for. */
function said(key: string, text: string): Sentence {
  return { key, text, when: null };
}

function readBrowser(browser: BrowserState): Reading {
  const { directory, entries, error, filter, marked, purpose } = browser;
  const task = purpose === 'adopt' ? 'Adopt: choose a .torrent in' : 'Publish: what is in';
  if (entries === null) return reading(`browser ${directory} coming`, {});
  const visible = visibleEntries(browser);
  const matching = filter.value === '' ? '' : ` match ${filter.value}`;
  return reading(`browser ${directory}`, {
    heads: [
      said('title', `${task} ${directory}. Type to narrow down, Tab types a path.`),
      { key: 'count', text: error ?? `${countedEntries(visible.length)}${matching}.` },
      ...(marked.size > 0
        ? [{ key: 'marked', text: `${marked.size} chosen.`, gone: 'Nothing is chosen.' }]
        : []),
    ],
    page: listPage(visible, locateEntry(visible, browser.cursor), (entry) =>
      entrySentence(entry, marked.has(join(directory, entry.name))),
    ),
    field: filter.value === '' ? null : { label: 'Narrow down', text: filter },
  });
}

function countedEntries(count: number): string {
  return count === 1 ? '1 entry' : `${count} entries`;
}

function entrySentence({ name, kind, size }: FileEntry, isMarked: boolean): Sentence {
  const what = kind === 'directory' ? 'folder' : size !== null && formatBytes(size);
  return {
    key: name,
    text: joined(name, isMarked && 'chosen', what),
    when: isMarked ? 'chosen' : '',
  };
}

const mostSuggestions = 5;

function readPathField(browser: BrowserState): Reading {
  return reading('path', {
    heads: [
      said('title', 'A path to publish. Tab completes it, Enter publishes it.'),
      ...suggestionSentences(browser),
    ],
    field: { label: 'Path', text: browser.path ?? { value: '', caret: 0 } },
  });
}

/** What the typed path could become: the first by name. */
function suggestionSentences(typed: Parameters<typeof pathSuggestions>[0]): Sentence[] {
  const names = pathSuggestions(typed).map(({ name }) => name);
  if (names.length === 0) return [];
  const named = names.slice(0, mostSuggestions).join(', ');
  const more = names.length > mostSuggestions ? ', and others' : '';
  return [{ key: 'suggestions', text: `${names.length} begin so: ${named}${more}.` }];
}

function readForm(form: PublishForm): Reading {
  const rows = rowsOf(form);
  const fields = fieldsOf(form);
  const fieldOf = (id: string) => fields.find((field) => field.id === id);
  const focused = fieldOf(form.field);
  return reading(`form ${form.paths.join(' ')}`, {
    heads: [
      said('title', `Publish ${form.paths.join(' and ')}. Tab goes to the next field.`),
      ...contentSentences(form),
    ],
    page: listPage(rows, rows.indexOf(form.field), (id) => fieldSentence(form, id, fieldOf(id))),
    field:
      focused?.kind === 'text' ? { label: focused.label, text: textIn(form, focused.id) } : null,
  });
}

function contentSentences(form: PublishForm): Sentence[] {
  const { previews, paths } = form;
  const refusal = refusalOf(form);
  if (refusal !== null) return [{ key: 'refusal', text: `Not possible: ${refusal}` }];
  const all = [...previews.values()];
  const [first] = all;
  if (!first || all.length < paths.length) return [];
  const leftOut = all.flatMap((preview) => preview.leftOut);
  return [
    {
      key: 'content',
      text: joined(
        sizeSentence(all),
        all.length === 1 && `pieces: ${piecesSentence(first)}`,
        leftOut.length > 0 && `${counted(leftOut.length, 'file')} left out`,
        `Enter publishes ${paths.length === 1 ? 'it' : 'them'}`,
      ),
    },
  ];
}

function fieldSentence(form: PublishForm, id: string, field: FormField | undefined): Sentence {
  if (!field) {
    const text = `${moreFields.length} other choices: Enter shows them.`;
    return { key: moreRow, text };
  }
  const error = fieldError(form, field);
  const about = error === null ? field.explanation : `Not possible: ${error}`;
  if (field.kind === 'text') {
    const usual = textIn(form, id).value === '' ? ` Empty means ${field.whenEmpty}.` : '';
    return { key: id, text: `${field.label}. ${about}${usual}`, when: error ?? '' };
  }
  const labels = field.choices.map(({ label }) => label);
  const chosen = labels[chosenIn(form, id)] ?? '';
  const text = `${field.label}: ${chosen}, of ${labels.join(', ')}; Space changes it. ${about}`;
  return { key: id, text, when: chosen };
}

const quarters = 4;

function readJob({ ui, engine }: View, job: string): Reading {
  const progress = engine.jobs.find((one) => one.job === job);
  const own = ui.ownJobs.find((one) => one.job === job);
  const doing = isAdopting(own, progress) ? 'Adopting' : 'Publishing';
  const { totalBytes = 0, hashedBytes = 0, rate = 0, secondsLeft = null } = progress ?? {};
  const share = totalBytes > 0 ? hashedBytes / totalBytes : 0;
  return reading(`job ${job}`, {
    heads: [
      said('title', `${doing} ${nameOfJob(own, progress)}. c cancels, b leaves it to go on.`),
      {
        key: 'phase',
        text: ui.cancelling.has(job) ? 'Cancelling.' : phaseSentence(progress, '.'),
      },
      ...(share > 0
        ? [
            {
              key: 'share',
              text: joined(
                `${Math.floor(share * 100)} percent of ${formatBytes(totalBytes)}`,
                filesText(progress?.hashedFiles ?? 0, progress?.totalFiles ?? 0)
                  .replace(/^, /, '')
                  .trim(),
                rate > 0 && formatRate(rate),
                secondsLeft !== null && `${formatDuration(secondsLeft)} left`,
              ),
              when: String(Math.floor(share * quarters)),
            },
          ]
        : []),
    ],
  });
}

function readCard({ publication, existing, leftOut }: PublishResult): Reading {
  const { name, magnet, torrentUrl, pageUrl } = publication;
  return reading(`card ${publication.id}`, {
    heads: [
      said('title', existing ? `Already published: ${name}.` : `Live: ${name}.`),
      said('content', existing ? 'Nothing was added.' : `${contentSentence(publication)}.`),
      ...leftOut.map(({ path, reason }) => said(path, `Left out: ${path}, ${reason}.`)),
      said('keys', 'y copies the magnet link, t the .torrent URL, u the page URL.'),
    ],
    page: textPage(
      [
        said('magnet', `Magnet link: ${magnet}`),
        said('torrent', `.torrent URL: ${torrentUrl}`),
        said('page', `Page: ${pageUrl}`),
      ],
      0,
    ),
  });
}
