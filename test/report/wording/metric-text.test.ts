import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MetricName } from '../../../src/config/experiment/metrics.ts';
import { changeSentence, metricLabel, severity } from '../../../src/report/wording/metric-text.ts';
import { metric } from '../build.ts';

test('Every metric has a name of its own', () => {
  const labels = MetricName.options.map((name) => metricLabel({ name, work: 'message' }));
  assert.equal(new Set(labels).size, labels.length);
  assert.equal(metricLabel({ name: 'cpu', work: 'message' }), 'CPU per message');
});

test('A change is told in the words of its metric', () => {
  const words: [Parameters<typeof metric>[0], Parameters<typeof metric>[2], string][] = [
    ['throughput', { change: -0.081 }, 'serves 8.1% fewer requests per second'],
    ['cpu', { change: -0.05, work: 'message' }, 'uses 5.0% less CPU per message'],
    ['p99', { change: 0.352 }, 'has a 35.2% higher p99 latency'],
    ['p50', { change: 0.081 }, 'has an 8.1% higher p50 latency'],
    ['p90', { change: -0.112 }, 'has an 11.2% lower p90 latency'],
    ['p90', { change: 1.1 }, 'has a 110% higher p90 latency'],
    ['pss', { change: 0.12 }, 'uses 12.0% more memory (PSS)'],
    ['memory-per-connection', { change: 0.2 }, 'uses 20.0% more memory per connection'],
    ['memory-growth', { change: 12_288 }, 'keeps 12.0 KiB more per 1,000 requests'],
    ['memory-growth', { change: -512, work: 'message' }, 'keeps 512 B less per 1,000 messages'],
    ['throughput-cv', { change: 0.9 }, 'has a 90.0% higher throughput spread (100 ms)'],
    ['connect-p99', { change: 0.18 }, 'has an 18.0% higher connect time p99'],
    ['dropped', { head: 0.001 }, 'drops 0.10% of its connections (limit 0%)'],
    ['refused', { head: 0.012 }, 'refuses 1.20% of its connections (limit 0%)'],
    ['longest-stall', { head: 0.052, limit: 0.02 }, 'stalls for up to 52.0 ms (limit 20 ms)'],
    ['errors', { head: 0.003 }, 'fails 0.30% of its requests (limit 0.1%)'],
    // With as many digits as it takes to see that it is above.
    ['errors', { head: 0.001004 }, 'fails 0.1004% of its requests (limit 0.1%)'],
    ['longest-stall', { head: 0.0203, limit: 0.0202 }, 'stalls for up to 20.3 ms (limit 20.2 ms)'],
    ['longest-stall', { head: 0.02003, limit: 0.02 }, 'stalls for up to 20.03 ms (limit 20 ms)'],
  ];
  for (const [name, changes, expected] of words) {
    assert.equal(changeSentence(metric(name, 'regression', changes)), expected);
  }
});

test('The worst is what is most tolerances worse, whichever way it counts', () => {
  const inOrder = [
    metric('dropped', 'regression', { head: 0.001 }),
    metric('throughput', 'regression', { change: -0.12 }),
    metric('memory-growth', 'regression', { change: 150 * 1024 }),
    metric('p99', 'regression', { change: 0.25 }),
    metric('cpu', 'unchanged', { change: 0.01 }),
    metric('max', 'unchanged', { change: 9 }),
    metric('cpu', 'improvement', { change: -0.2 }),
    metric('dropped', 'unchanged', { head: 0 }),
  ];
  const shuffled = [...inOrder].reverse();
  assert.deepEqual(
    shuffled.sort((a, b) => severity(b) - severity(a)).map(({ name }) => name),
    inOrder.map(({ name }) => name),
  );
});
