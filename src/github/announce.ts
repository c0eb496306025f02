/** Lines on the run's page, by GitHub's own library. The one place from which they are given to the runner. */
import { type AnnotationProperties, error, notice, warning } from '@actions/core';
import { harmlessText, letThrough } from '../system/messages/log.ts';

export interface Place {
  title?: string;
  file?: string;
  line?: number;
}

const give =
  (announce: (text: string, properties: AnnotationProperties) => void) =>
  (text: string, { title, file, line }: Place = {}): void =>
    letThrough(process.stdout, () =>
      announce(harmlessText(text), {
        ...(title === undefined ? {} : { title: harmlessText(title) }),
        ...(file === undefined ? {} : { file: harmlessText(file) }),
        ...(line === undefined ? {} : { startLine: line }),
      }),
    );

export const announceError = give(error);
export const announceWarning = give(warning);
export const announceNotice = give(notice);
