/** Whether a start command hands the server to a container. Pure. */
import { lastCommand } from './last-command.ts';

const TOOL = /^(?:\S*\/)?(?:docker|podman|nerdctl|docker-compose|podman-compose)(?=\s|$)/;
/** Their usual follow-ups come after a start in the background. */
const STARTS = /\s(?:run|up|start|exec|logs|attach|wait)(?=\s|$)/;

/** True where the last command of it does. */
export function startsContainer(start: string): boolean {
  const command = lastCommand(start);
  return TOOL.test(command) && STARTS.test(command);
}
