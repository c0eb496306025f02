/** What both arms use of the user's own folder, so that no difference between them can show there. */

/** `key`: of the config, such as `servers.api.start`. */
export function sameFileText(key: string, path: string): string {
  return `${key} names ${path}, which is the same file for both arms.`;
}

/** Variables that lead there, one sentence for all; `paths`: what each leads to. */
export function sharedText(shared: readonly { name: string; paths: readonly string[] }[]): string {
  const names = shared.map(({ name, paths }) =>
    name === 'PATH' ? `PATH (${paths.join(', ')})` : name,
  );
  return `${names.join(', ')} ${names.length === 1 ? 'leads' : 'lead'} into your working copy, to what is not in the trees that are measured: both arms use the same files there, so that a change to them does not show. What each arm is to have of its own, let its \`build\` make.`;
}
