/** The key `claims` of a config file. */
import * as z from 'zod';
import * as value from '../values/values.ts';

const text = value
  .text(/\S/, 'a claim such as `go.throughput >= node.throughput * 1.1`')
  .max(1000, {
    error: 'a claim of at most 1000 characters',
  });

const keys = value.section({
  claim: text.describe(
    'The statement: `server.metric`, then `>=`, `<=`, `>` or `<`, then another server or a value.',
  ),
  gate: value.flag.prefault(false).describe('Whether the job fails when the claim is refuted.'),
});

const each = z.union([text.transform((claim) => ({ claim, gate: false })), keys], {
  error: 'a claim, or a map of claim and gate',
});

export const ClaimList = z.array(each, { error: 'a list of claims' });

export const CLAIM_SECTIONS: Record<string, string[]> = { 'a claim': Object.keys(keys.shape) };
