/** What base answers in head's place, of real servers whose answers are made of their port. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { AnswerBook } from '../../../src/measure/answers/book.ts';
import { armsOf, startAlone } from '../../../src/measure/arms/start-alone.ts';
import { placesOf } from '../../../src/measure/context/run-context.ts';
import { askBaseElsewhere } from '../../../src/measure/rounds/base-elsewhere.ts';
import { askFresh } from '../../../src/measure/rounds/rounds.ts';
import { markedProcesses } from '../../../src/system/processes/process-tree.ts';
import type { Arm } from '../../../src/terms/arm.ts';
import { it } from '../../support/unless-late.ts';
import { experimentOf } from '../fixtures.ts';
import { makeContext, SCENARIO } from '../run-context.ts';
import { node, type ServerWishes, serverFor } from '../servers/sandbox.ts';

const ARMS: Arm[] = ['base', 'head'];
const SUBJECT = { server: 'server', scenario: SCENARIO.name };

/** In ways that nobody can tell from the data by their look. */
const OF_ITS_PORT = `const port = +process.env.PORT;
  const hash = (text) => require("crypto").createHash("sha256").update(text).digest("hex");
  const answer = {
    metrics: port + 1, twice: [2 * port], token: "t" + port + "x",
    cursor: Buffer.from("127.0.0.1:" + port).toString("base64"), node: hash("" + port),
    price: "{arm}" === "head" ? Number(process.env.HEAD) : 1,
  };
  require("http").createServer((q, r) => {
    r.setHeader("location", "/moved/" + hash(answer.token));
    r.end(JSON.stringify(answer));
  }).listen(port, "127.0.0.1")`;

/** Three starts of each, as in a pilot run and two blocks, and then what is done before differences are told. */
async function differencesOf(t: TestContext, wishes: ServerWishes) {
  const own = makeContext(t);
  const server = serverFor(wishes);
  const answers = new AnswerBook(1, () => false, await placesOf(own, server));
  const context = { ...own, answers };
  for (let start = 0; start < 3; start++) {
    for (const arm of ARMS) {
      await using alone = await startAlone(context, server, SCENARIO, arm);
      await askFresh(context, armsOf(alone), arm);
    }
  }
  const told = () => answers.differences().map(({ at }) => at);
  const before = told();
  await askBaseElsewhere(context, experimentOf(server, SCENARIO), SUBJECT);
  assert.deepEqual(markedProcesses(context.marker), []);
  return { before, after: told(), starts: context.starts };
}

it('What a server makes of its port is no difference, in whatever way it makes it', async (t) => {
  const start = `HEAD=1 exec ${node(OF_ITS_PORT)}`;
  const { before, after } = await differencesOf(t, { start });
  assert.equal(before.length, 6);
  assert.deepEqual(after, []);
});

it('What head answers otherwise is told all the same', async (t) => {
  const start = `HEAD=2 exec ${node(OF_ITS_PORT)}`;
  assert.deepEqual((await differencesOf(t, { start })).after, ['$.price']);
});

it('A base that fails in the place of head excuses nothing', async (t) => {
  const wrong = `if [ {arm}$(cat first) = base$PORT ] || [ {arm} = head ]; then exec ${node(OF_ITS_PORT)}; fi; exit 1`;
  const start = `[ -e first ] || echo $PORT >first; export HEAD=2; ${wrong}`;
  const { before, after } = await differencesOf(t, { start });
  assert.equal(before.length, 7);
  assert.deepEqual(after, before);
});

it('Where nothing differs, no server is started for it', async (t) => {
  const start = `exec ${node('require("http").createServer((q, r) => r.end("ok")).listen(+process.env.PORT)')}`;
  assert.deepEqual(await differencesOf(t, { start }), {
    before: [],
    after: [],
    starts: { count: 6 },
  });
});
