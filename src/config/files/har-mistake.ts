/** What is wrong with a recording. */

/** What is wrong with a recording, and in which entry, counted from 1; null: in the whole. */
export interface HarMistake {
  entry: number | null;
  message: string;
  hint?: string | undefined;
}
