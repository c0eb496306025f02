/** A scenario's requests as they are handed to the library, made once and sent again and again. */
import type { HttpScenario } from '../../config/experiment/scenario.ts';
import type { PreparedRequest } from '../sequence.ts';
import {
  type MultiplexedRequest,
  multiplexed,
  requestFields,
} from '../shared/multiplexed-request.ts';
import type { Target } from '../target.ts';
import type { Field } from './wire.ts';

export interface Variant extends MultiplexedRequest {
  readonly fields: readonly Field[];
}

/** Throws an Error that names the scenario when a part of the request cannot be sent. */
export function prepareVariant(target: Target<HttpScenario>, request: PreparedRequest): Variant {
  const fields = requestFields(target, request, { protocol: 'HTTP/3', encode: (value) => value });
  return { fields, ...multiplexed(request) };
}
