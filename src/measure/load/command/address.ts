/** `{url}` and `{host}` in the command of a load tool. */
import type { CommandScenario } from '../../../config/experiment.ts';
import { UserError } from '../../../problem.ts';
import { authority } from '../address.ts';
import type { Target } from '../protocol.ts';

/** What a shell takes for itself: outside of quotes, in double and in single ones. */
const SPECIAL = { none: /[\s&;|<>()$`\\"'*?[\]{}~!#]/, '"': /["$`\\]/, "'": /'/ };
/** Of these, what is harmless in the middle of a word, or matches no file and then stands for itself. */
const HARMLESS = /[*?[\]~!#]/g;

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
    const quote = quoteAt(command, at);
    const taken = SPECIAL[quote].exec(url.replaceAll(HARMLESS, ''))?.[0];
    if (taken === undefined) return url;
    const where = quote === 'none' ? 'outside of quotes' : `between ${quote}`;
    throw new UserError({
      where: `scenarios.${name}.command`,
      message: `{url} stands ${where}, where the shell does not take ${taken} for a part of it: ${url}`,
      hint: taken === "'" ? 'write "{url}"' : "write '{url}'",
    });
  });
}

function urlOf(target: Target<CommandScenario>): string {
  const { protocol, tls, path } = target.scenario;
  const scheme = protocol === 'websocket' ? 'ws' : 'http';
  const secured = tls !== null || protocol === 'http3';
  return `${scheme}${secured ? 's' : ''}://${authority(target)}${path}`;
}

/** The quotes that are open at an index of a shell's command. */
function quoteAt(command: string, index: number): keyof typeof SPECIAL {
  let quote: keyof typeof SPECIAL = 'none';
  for (let i = 0; i < index; i++) {
    const character = command[i];
    if (character === '\\' && quote !== "'") i++;
    else if (character === quote) quote = 'none';
    else if (quote === 'none' && (character === '"' || character === "'")) quote = character;
  }
  return quote;
}
