/** What an event is compared with when nobody named a base. */
import type { BaseRequest } from '../checkout/base.ts';
import type { EventContext } from './event.ts';

export function baseRequestOf(context: EventContext): BaseRequest {
  const auto = { kind: 'auto', branch: context.defaultBranch ?? undefined } as const;
  switch (context.kind) {
    case 'pull_request':
      // No commit has an empty id: then HEAD is not GitHub's merge, whatever its parents are.
      return {
        kind: 'merge-commit',
        branch: context.baseRef,
        sha: context.mergeSha ?? '',
        home: {
          repository: context.baseRepo,
          address: `${context.serverUrl}/${context.baseRepo}`,
          sha: context.baseSha,
        },
      };
    case 'merge_group':
      return {
        kind: 'commit',
        sha: context.baseSha,
        description: `${context.baseRef.replace(/^refs\/heads\//, '')} before this merge group`,
      };
    case 'push':
      return context.before === null
        ? auto
        : { kind: 'commit', sha: context.before, description: 'the branch before this push' };
    case 'pull_request_comment':
    case 'workflow_run':
    case 'other':
      return auto;
  }
}
