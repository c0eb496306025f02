/** As much of a commit's id as tells it from the others of its repository, wherever a person reads it. */
export function shortCommit(commit: string): string {
  return commit.slice(0, 10);
}
