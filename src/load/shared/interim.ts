/** Interim answers (1xx) before an answer: a server that sends them for ever would never be done. */

/** Real servers send one or two (100, 103). */
export const MOST_INTERIM = 16;

export const TOO_MANY_INTERIM = `more than ${MOST_INTERIM} interim answers (1xx) before the answer`;
