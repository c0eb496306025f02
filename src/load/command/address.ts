/** `{url}` and `{host}` in the command of a load tool. */
import type { CommandScenario } from '../../config/experiment/scenario.ts';
import { takenApart } from '../../config/fill/shell-quotes.ts';
import { UserError } from '../../system/messages/problem.ts';
import { authority } from '../address.ts';
import type { Target } from '../target.ts';

/**
 * The command with `{url}` and `{host}` replaced; `${url}` is the shell's. The other placeholders
 * are already filled by then. @throws UserError when the shell would take the URL apart
 */
export function fillAddress({ scenario, ...target }: Target<CommandScenario>): string {
  const { command, name } = scenario;
  const url = urlOf({ ...target, scenario });
  const host = target.host.includes(':') ? `[${target.host}]` : target.host;
  return command.replaceAll(/(?<!\$)\{(url|host)\}/g, (_, which: string, at: number) => {
    if (which === 'host') return host;
    const trouble = takenApart(command, at, url);
    if (trouble === null) return url;
    throw new UserError({ where: `scenarios.${name}.command`, ...trouble });
  });
}

function urlOf(target: Target<CommandScenario>): string {
  const { protocol, tls, path } = target.scenario;
  const scheme = protocol === 'websocket' ? 'ws' : 'http';
  const secured = tls !== null || protocol === 'http3';
  return `${scheme}${secured ? 's' : ''}://${authority(target)}${path}`;
}
