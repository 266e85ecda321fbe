import type { Command } from '../../source/ui/keys/command.ts';
import { paletteName } from '../../source/ui/keys/command-rows.ts';
import { commandTable } from '../../source/ui/keys/command-table.ts';
import type { Focus } from '../../source/ui/keys/focus.ts';
import { focusTitles } from '../../source/ui/keys/focus-titles.ts';
import { keyLabel } from '../../source/ui/keys/key-labels.ts';

const intro = `# Keys of the dashboard

Made from the command table by \`npm run docs\`; do not edit.

\`?\` lists the keys of the view you are in, \`:\` finds every action by name. The last column has the
name of each command for the setting \`dashboard.keys\`, by which it gets another key:
\`everseed config set dashboard.keys publication.remove=x,list.sort=o\`. Keys are letters as they are
typed, \`space\`, \`enter\`, \`escape\`, \`tab\`, \`shift+tab\`, \`backspace\`, \`delete\`, \`up\`, \`down\`,
\`left\`, \`right\`, \`pageup\`, \`pagedown\`, \`home\`, \`end\`, \`ctrl+x\` and \`alt+x\`; \`comma\` is \`,\`. A key
that two commands of one place would have is refused.
`;

/** The reference of the dashboard's keys, in Markdown. */
export function keysPage(): string {
  const focuses = Object.keys(focusTitles) as Focus[];
  return [intro, ...focuses.map(sectionOf)].join('\n');
}

function sectionOf(focus: Focus): string {
  const title = focusTitles[focus];
  const rows = commandTable.filter((command) => command.focus.includes(focus)).map(rowOf);
  return `## ${title.charAt(0).toUpperCase()}${title.slice(1)}

| keys | what they do | in the palette | command |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}

function rowOf(command: Command): string {
  const keys = command.keys.map((key) => `\`${keyLabel(key).replace('|', '\\|')}\``).join(' ');
  return `| ${keys} | ${command.title} | ${paletteName(command) ?? ''} | \`${command.id}\` |`;
}
