/** The data that stand in the page. A subject's columns are unpacked when they are asked for, and those of a few are kept. */
import { COLUMNS_ID, OVERVIEW_ID } from '../history/page/file.ts';
import type { PageData, PageModel } from '../history/page/model.ts';
import { type Runs, runsOf, type SubjectData, subjectData } from './data.ts';

/** So many subjects stay unpacked. */
const KEPT = 4;

export class Store {
  readonly model: PageModel;
  readonly runs: Runs;
  readonly #document: Document;
  readonly #kept = new Map<number, SubjectData>();

  constructor(document: Document) {
    this.#document = document;
    this.model = this.#json(OVERVIEW_ID) as PageModel;
    this.runs = runsOf(this.model.runs);
  }

  subject(index: number): SubjectData {
    const kept = this.#kept.get(index);
    if (kept !== undefined) return kept;
    const data = subjectData(this.#json(`${COLUMNS_ID}${index}`) as PageData, this.runs);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= KEPT && oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(index, data);
    return data;
  }

  #json(id: string): unknown {
    const text = this.#document.getElementById(id)?.textContent;
    if (text === undefined || text === null) {
      throw new Error(`This page is not whole: it lacks “${id}”. Make it again.`);
    }
    return JSON.parse(text);
  }
}
