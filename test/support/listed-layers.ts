/** Layers as a table of a page lists them, from the ground up: a row for each folder, `.` for the files beside folders. */
export function listedLayers(text: string): string[][] {
  const listed: string[][] = [];
  for (const [, folder = '', sameRow] of text.matchAll(
    /^\| `([\w-]+(?=\/)|\.)\/?`( \(same row\))? \|/gm,
  )) {
    if (sameRow === undefined) listed.push([folder]);
    else listed.at(-1)?.push(folder);
  }
  return listed;
}
