/** What a load engine sends, and which part of it. */

/** One request as it is sent, `{id}` filled in. */
export interface PreparedRequest {
  method: string;
  path: string;
  /** The scenario's own, in its order; engines add what their protocol needs. */
  headers: [name: string, value: string][];
  body: Buffer | null;
  expectedStatus: number;
  expectedBody: Buffer | null;
  /** What messages call its kind; absent: the scenario has one kind alone. */
  label?: string;
}

/** Of several processes that share one load, this is the one with this index. */
export interface Share {
  index: number;
  of: number;
}
