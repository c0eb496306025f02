/** What a reader opens only when it is wanted. */

/** Markdown inside, so blank lines around it. `title` is Markdown-free text of ours. */
export function fold(title: string, blocks: readonly string[]): string {
  return `<details>\n<summary>${title}</summary>\n\n${blocks.join('\n\n')}\n\n</details>`;
}
