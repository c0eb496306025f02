/**
 * Loaded before every test file: ends a process that hangs, with what holds it open, so that a test which leaves a timer or
 * a server behind fails by name and does not keep the suite waiting. `TEST_BOUND_MS` says after how long.
 */
import { clearInterval, setInterval } from 'node:timers';

const boundMs = Number(process.env.TEST_BOUND_MS);
if (boundMs > 0) {
  const startedAt = performance.now();
  const timer = setInterval(() => {
    if (performance.now() - startedAt < boundMs) return;
    clearInterval(timer);
    const held = process.getActiveResourcesInfo().filter((name) => name !== 'PipeWrap');
    const minutes = Math.round(boundMs / 6000) / 10;
    console.error(
      `${process.argv[1]}: still running after ${minutes} min, held open by ${held.join(', ')}`,
    );
    process.exit(1);
  }, 1000);
  timer.unref();
}
