/** How a value is written into a text, so that it is the same value there. Pure. */

export type Write = (value: string) => string;

export const asItIs: Write = (value) => value;
/** Inside of a JSON string. */
export const inJson: Write = (value) => JSON.stringify(value).slice(1, -1);

/** A body that is JSON, or a form, by its type or by how it begins. */
export function bodyWrite(
  headers: readonly (readonly [name: string, value: string])[],
  body: string,
): Write {
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type');
  const media = type?.[1].toLowerCase() ?? '';
  if (media.includes('json')) return inJson;
  if (media.includes('x-www-form-urlencoded')) return encodeURIComponent;
  return media === '' && /^\s*[[{]/.test(body) ? inJson : asItIs;
}

/** Whether a value at this place of a query or a form is that of a parameter, and not one or several whole ones. */
export function isOfParameter(before: string): boolean {
  return /=[^&?]*$/.test(before);
}

/** Whether this place of a JSON text is inside of a string. */
export function isInJsonString(before: string): boolean {
  let isInside = false;
  for (let at = 0; at < before.length; at++) {
    if (before[at] === '"') isInside = !isInside;
    else if (isInside && before[at] === '\\') at++;
  }
  return isInside;
}
