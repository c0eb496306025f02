/** Every kind that is tried, by topic. */
import { CALLS } from './calls.ts';
import { CHAT } from './chat.ts';
import { CLOSING } from './closing.ts';
import { COMPILED } from './compiled.ts';
import { ENCRYPTED } from './encrypted.ts';
import { ENDS } from './ends.ts';
import { FRIENDS } from './friends.ts';
import { GUARDED } from './guarded.ts';
import { HTTP3 } from './http3.ts';
import { LISTENING } from './listening.ts';
import type { Manner } from './manner.ts';
import { ODD_ANSWERS } from './odd-answers.ts';
import { READINESS } from './readiness.ts';
import { REFUSING } from './refusing.ts';
import { REQUESTS } from './requests.ts';
import { SLOW } from './slow.ts';
import { SOCKETS } from './sockets.ts';
import { UNFINISHED } from './unfinished.ts';
import { UPLOADS } from './uploads.ts';

export const MANNERS: readonly Manner[] = [
  ...CHAT,
  ...CLOSING,
  ...UNFINISHED,
  ...ENCRYPTED,
  ...GUARDED,
  ...ODD_ANSWERS,
  ...LISTENING,
  ...READINESS,
  ...COMPILED,
  ...ENDS,
  ...SLOW,
  ...FRIENDS,
  ...REQUESTS,
  ...REFUSING,
  ...CALLS,
  ...HTTP3,
  ...SOCKETS,
  ...UPLOADS,
];
