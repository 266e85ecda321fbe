/** Rows of a Markdown table; the first are the heads, and the first column is of names. */
export function tableOf([heads = [], ...rows]: readonly (readonly string[])[]): string {
  const rules = heads.map((_, column) => (column === 0 ? '---' : '---:'));
  return [heads, rules, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Whether a goal is met, as an item of a list. */
export function goalText(measured: string, wanted: string, isMet: boolean): string {
  return `- ${measured}; ${wanted} wanted: ${isMet ? 'met' : 'not met'}`;
}
