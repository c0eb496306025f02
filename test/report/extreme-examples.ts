/** Examples that try the reports: hostile texts, huge and tiny figures, and very many subjects. */
import type { Verdict } from '../../src/judge/verdict/verdict.ts';
import { quoting } from '../support/english.ts';
import { metric, slower, steady, subject, verdictOf } from './build.ts';

/** Names and texts that try to break out. */
const hostile = [
  '`|`\n\n# Approved by @octocat [merge](https://evil.example)',
  '<img src=x onerror=alert(1)></details>',
  '::error file=a::owned',
  'a\\|b `` c',
  '\u001b[2Jcleared\u202egnp.exe',
  '   ',
];

export const EXTREME_EXAMPLES: Record<string, () => Verdict> = {
  hostile: () =>
    verdictOf(
      'regression',
      hostile.map((name, index) =>
        subject(name, hostile[(index + 1) % hostile.length] as string, 'regression', slower(0.08), {
          warnings: [
            quoting(`${name} said @octocat: see #12, GH-7 or www.evil.example & <b>$x_1$</b>`),
          ],
        }),
      ),
      {
        commands: hostile.map((name) => ({
          subject: name,
          build: `echo ${name}\n\`\`\`\`\n</details>`,
          start: '````\n# not a heading\n@octocat',
          load: name,
        })),
        environment: {
          os: '<b>linux</b>',
          kernel: '@kernel',
          cpuModel: '| a | b |',
          cpuCount: 4,
          memoryBytes: 1e9,
          runnerImage: '[x](javascript:alert(1))',
          node: '`v24`',
        },
        sources: {
          base: { commit: 'abc; rm -rf ~', description: '@octocat\n> [!TIP]' },
          head: { commit: '$(reboot)', description: '*bold*' },
        },
      },
    ),

  huge: () =>
    verdictOf('regression', [
      subject('api', 'plaintext', 'regression', [
        metric('throughput', 'regression', {
          base: 123_456_789_012,
          head: 0.004,
          change: -1,
          interval: [-1, -0.999],
        }),
        metric('cpu', 'regression', {
          base: 3.4e-9,
          head: 7200,
          change: 2.1e12,
          interval: [2e12, 2.2e12],
          sd: 13.4,
          mde: 1.7,
        }),
        metric('memory', 'unchanged', { base: 0, head: 5e15, change: null, interval: null }),
      ]),
    ]),

  many: () =>
    verdictOf(
      'regression',
      Array.from({ length: 300 }, (_, index) => {
        const size = 0.03 + (index % 97) / 200;
        return index % 3 === 0
          ? subject(`service-${index}`, 'plaintext', 'regression', slower(size))
          : subject(`service-${index}`, 'plaintext', 'unchanged', steady(), {
              warnings: [
                {
                  ...{ code: 'rare-stalls', severity: 'warning', subject: 'head' },
                  data: { share: 0.012 },
                },
              ],
            });
      }),
    ),
};
