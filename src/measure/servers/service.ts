/** Whether a start command hands the server to a service, or to a session, that runs by itself. Pure. */
import type { ServiceTool } from '../observed/cure.ts';
import { lastCommand } from './last-command.ts';

const WAYS: readonly (readonly [ServiceTool, RegExp])[] = [
  [
    'systemctl',
    /^(?:\S*\/)?systemctl\s(?:.*\s)?(?:start|restart|reload-or-restart|enable)(?=\s|$)/,
  ],
  ['systemd-run', /^(?:\S*\/)?systemd-run\s(?!.*\s?--scope\b)/],
  ['service', /^(?:\S*\/)?(?:service|invoke-rc\.d|rc-service)\s+\S+\s+(?:start|restart)(?=\s|$)/],
  ['service', /^\/etc\/init\.d\/\S+\s+(?:start|restart)(?=\s|$)/],
  ['supervisorctl', /^(?:\S*\/)?supervisorctl\s(?:.*\s)?(?:start|restart|update|reload)(?=\s|$)/],
  ['tmux', /^(?:\S*\/)?tmux\s(?:.*\s)?(?:new|new-session|new-window|neww)(?=\s|$)/],
];

/** Null: the last command of it is none of these. */
export function serviceToolOf(start: string): ServiceTool | null {
  const command = lastCommand(start);
  return WAYS.find(([, sign]) => sign.test(command))?.[0] ?? null;
}
