import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import type { CommandScenario } from '../../../src/config/experiment/scenario.ts';
import { fillAddress } from '../../../src/load/command/address.ts';
import type { Target } from '../../../src/load/target.ts';
import { UserError } from '../../../src/system/messages/problem.ts';
import { fc } from '../../support/properties.ts';
import { commandTarget } from './harness.ts';

const filled = (scenario: Partial<CommandScenario>, target: Partial<Target> = {}) =>
  fillAddress(commandTarget(scenario, target));
const tls = { acceptSelfSigned: true, ca: null, serverName: 'localhost' };

describe('the address in a command', () => {
  it('The address in a command has the scheme of the protocol', () => {
    for (const [scenario, url] of [
      [{}, 'http://127.0.0.1:4711/'],
      [{ tls }, 'https://127.0.0.1:4711/'],
      [{ protocol: 'http2', path: '/a?b=c' }, 'http://127.0.0.1:4711/a?b=c'],
      [{ protocol: 'http3', tls }, 'https://127.0.0.1:4711/'],
      [{ protocol: 'websocket', path: '/ws' }, 'ws://127.0.0.1:4711/ws'],
      [{ protocol: 'websocket', tls }, 'wss://127.0.0.1:4711/'],
    ] as const) {
      assert.equal(filled({ command: 'x {url}', ...scenario }), `x ${url}`);
    }
  });

  it('The address in a command stands wherever it is wanted, and other braces stay', () => {
    const command = `a {url} '{url}' {host}:1 \${url} \${host} {"url":1} {arm} { url }`;
    const url = 'http://127.0.0.1:4711/';
    assert.equal(
      filled({ command }),
      `a ${url} '${url}' 127.0.0.1:1 \${url} \${host} {"url":1} {arm} { url }`,
    );
  });

  it('The address in a command of IPv6 is in brackets; of a Unix socket it is localhost', () => {
    const command = '{url} {host}';
    assert.equal(filled({ command }, { host: '::1' }), 'http://[::1]:4711/ [::1]');
    const socket = { socketPath: '/run/s', host: 'localhost', port: 0 };
    assert.equal(filled({ command }, socket), 'http://localhost/ localhost');
  });

  it('The address in a command is refused where the shell would take it apart', () => {
    const path = '/?a=1&b=$x';
    assert.throws(
      () => filled({ command: 'wrk {url}', path }),
      new UserError({
        where: 'scenarios.test.command',
        message:
          '{url} stands outside of quotes, where the shell does not take & for a part of it: http://127.0.0.1:4711/?a=1&b=$x',
        hint: "write '{url}'",
      }),
    );
    assert.throws(() => filled({ command: 'wrk "{url}"', path }), /between ".* take \$ for/);
    assert.throws(() => filled({ command: "x '{url}'", path: "/it's" }), /write "\{url\}"/);
    assert.equal(filled({ command: "wrk '{url}'", path }), `wrk 'http://127.0.0.1:4711${path}'`);
    const literal = filled({ command: `echo "it's" \\" '"{url}' \\' 'x'`, path });
    assert.match(literal, /'"http/);
  });

  it('The address in a command reaches the tool as it is, or is refused, whatever the path', () => {
    const paths = fc
      .string({ unit: fc.constantFrom(...'abz09/&?=;|<>()$`\\"\'*[]{}~!#%+,:@.-_'), maxLength: 12 })
      .map((path) => `/${path}`);
    const quotes = fc.constantFrom('', '"', "'");
    let reached = 0;
    // 100 times 100: one shell for each hundred.
    const many = fc.array(fc.tuple(paths, quotes), { minLength: 100, maxLength: 100 });
    fc.assert(
      fc.property(many, (cases) => {
        const accepted = cases.flatMap(([path, quote]) => {
          const command = `printf '%s\\0' ${quote}{url}${quote}`;
          try {
            return [{ path, command: filled({ command, path }) }];
          } catch (error) {
            assert.ok(error instanceof UserError);
            return [];
          }
        });
        reached += accepted.length;
        const script = accepted.map(({ command }) => command).join('\n');
        const shell = execFileSync('bash', ['-e', '-c', script], { encoding: 'utf8', cwd: '/' });
        const urls = accepted.map(({ path }) => `http://127.0.0.1:4711${path}\0`);
        assert.equal(shell, urls.join(''));
      }),
      { numRuns: 100 },
    );
    assert.ok(reached > 1000);
  });
});
