import assert from 'node:assert/strict';
import { it } from 'node:test';
import { loadExperiment } from '../../../src/config/load.ts';
import { CONFIG, complaint, repository } from '../repository.ts';

const PARTS = '--X\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n--X--\r\n';

async function loading(type: string, keys: string) {
  await using folder = await repository({
    [CONFIG]: `servers: { api: { start: x } }
scenarios:
  s: { headers: { Content-Type: '${type}' }, ${keys} }
`,
    'upload.bin': PARTS,
  });
  return await loadExperiment({ root: folder.root, settings: {}, env: { B: 'X' } });
}

it('An upload whose boundary is not that of its content-type is a mistake, in the config and in a file', async () => {
  const inline = `method: POST, body: ${JSON.stringify(PARTS)}`;
  for (const keys of [inline, 'method: POST, body-file: upload.bin', `requests: [{ ${inline} }]`]) {
    assert.match(
      await complaint(loading('multipart/form-data', keys)),
      /a multipart one and names no boundary\n.*boundary=X/,
    );
    assert.match(
      await complaint(loading('multipart/form-data; boundary=Y', keys)),
      /names the boundary `Y`, and the body has no line `--Y`/,
    );
    await loading('multipart/form-data; boundary="X"', keys);
    await loading('Multipart/Mixed; charset=utf-8; boundary=X', keys);
    await loading(`multipart/form-data; boundary=\${B}`, keys);
  }
  await loading('text/plain', inline);
});
