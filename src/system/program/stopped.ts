/** Whether somebody has had this process stand still: nobody can feel that, but everybody hears that it is over. */

let count = 0;
let isListening = false;

/** How often this process has gone on after a stop (SIGSTOP, or Ctrl-Z and `fg`) since the first call. */
export function timesStopped(): number {
  if (!isListening) {
    isListening = true;
    process.on('SIGCONT', () => {
      count++;
    });
  }
  return count;
}
