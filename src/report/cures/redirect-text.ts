/** What would mend a redirect in place of an answer, by where it leads. */
import { named, written } from '../../config/settings/spelling.ts';
import type { Cure } from '../../measure/observed/cure.ts';
import { codeSpan } from '../markup/escape.ts';
import { expectText, headerText } from './cure-settings.ts';

/** Names of this machine, which any server of it has. */
const OWN_NAMES = /^(localhost|127\.[\d.]+|0\.0\.0\.0|\[::1?\])$/;

/** How the load names the server, unless it is told otherwise. */
const ASKED_BY = /^127\./;

export function redirectText(cure: Extract<Cure, { code: 'redirected' }>): string {
  const { answer, form } = cure;
  const place = answer.location ?? '';
  if (cure.isHandshake) return `The server redirects to ${codeSpan(place)}. ${mended(cure, place)}`;
  return `The server redirects to ${codeSpan(place)}. ${mended(cure, place)} If the redirect is what you want to measure, ${expectText(answer.status, form)}.`;
}

function mended({ form, isSamePath }: Extract<Cure, { code: 'redirected' }>, place: string) {
  const trusts = `If it trusts a proxy, say that one did: ${headerText('x-forwarded-proto: https', form)}.`;
  if (/^https:/.test(place)) {
    return `Set ${named('tls', form ?? 'file')} if it serves HTTPS itself. ${trusts} Or turn the redirect off for this run.`;
  }
  const path = place.replace(/^http:\/\/[^/]*/, '');
  if (/log-?in|sign-?in|\bauth/i.test(path)) {
    return 'To log in before the load, set `before-load` and `cookies: true` in a config file.';
  }
  const host = /^http:\/\/([^/]+)/.exec(place)?.[1] ?? '';
  const isOwn = host === '' || OWN_NAMES.test(host.replace(/:\d+$/, ''));
  const other = `Set ${written('path', path === '' ? '/' : path, form ?? 'file')}.`;
  if (!isOwn) {
    const ask = `It wants to be asked by that name: ${headerText(`host: ${host}`, form)}.`;
    return isSamePath ? ask : `${ask} ${other}`;
  }
  if (!isSamePath) return other;
  const others = `a query, a cookie (\`before-load\` and \`cookies: true\` in a config file), or a header (${named('headers', form ?? 'file')}). ${trusts}`;
  const name = host.replace(/:\d+$/, '');
  if (name === '' || ASKED_BY.test(name)) {
    return `That is the path that was asked for, so something else decides: ${others}`;
  }
  const asked = name === host ? name : `${name}:{port}`;
  return `That is the path that was asked for. It may want to be asked by that name: ${headerText(`host: ${asked}`, form)}, where \`{port}\` stands for the port in PORT. Or something else decides: ${others}`;
}
