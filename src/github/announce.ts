/** Lines on the run's page. The one place from which they are given to the runner. */
import { issueCommand } from '../system/log.ts';

export interface Place {
  title?: string;
  file?: string;
  line?: number;
}

const give =
  (name: 'error' | 'warning' | 'notice') =>
  (text: string, { title, file, line }: Place = {}): void =>
    issueCommand(process.stdout, { name, properties: { title, file, line }, text });

export const announceError = give('error');
export const announceWarning = give('warning');
export const announceNotice = give('notice');
