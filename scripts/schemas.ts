/**
 * Writes the JSON Schemas of schema/ and the tables of keys in the guide's pages, all from the zod
 * sources: `node scripts/schemas.ts`. A test compares the files with what this would write.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { markdownTable } from 'markdown-table';
import * as z from 'zod';
import { DEFAULT_FILES } from '../src/config/files/find-file.ts';
import { loadExperiment } from '../src/config/load.ts';
import { ConfigFile } from '../src/config/schema/file-schema.ts';
import { Verdict } from '../src/judge/verdict/verdict.ts';
import { Measurement } from '../src/measure/observed/measurement.ts';
import { Plan } from '../src/plan/plan.ts';
import { SelfTestRecord } from '../src/self-test/record.ts';
import { UserError } from '../src/system/messages/problem.ts';
import { ownFile } from '../src/system/program/runtime.ts';

/** The pages of docs/ that explain the config file. */
export const GUIDE = ['configuration', 'servers', 'loads', 'requests', 'metrics'].map(
  (name) => `docs/${name}.md`,
);
/** The one with the example of mistakes. */
const MISTAKES = 'docs/configuration.md';

/** Path from the project's root → content, for every file that is generated. */
export async function generatedFiles(): Promise<Map<string, string>> {
  const schemas = {
    config: schemaOf(ConfigFile),
    plan: schemaOf(
      Plan.meta({ title: 'plan.json', description: 'What will be run, in which order.' }),
    ),
    measurement: schemaOf(
      Measurement.meta({ title: 'measurement.json', description: 'Everything that was observed.' }),
    ),
    verdict: schemaOf(Verdict.meta({ title: 'verdict.json', description: 'What was concluded.' })),
    'self-test': schemaOf(
      SelfTestRecord.meta({
        title: 'self-test.json',
        description: 'What a self-test tries. The files beside it are `measurement.json`s.',
      }),
    ),
  };
  const files = Object.entries(schemas).map(([name, schema]): [string, string] => [
    `schema/${name}.schema.json`,
    `${JSON.stringify(schema, null, 2)}\n`,
  ]);
  const guide = GUIDE.map((page): [string, string] => [page, withTables(page, schemas.config)]);
  const pages = new Map([...files, ...guide]);
  return pages.set(MISTAKES, await withMessages(pages.get(MISTAKES) as string));
}

interface Schema {
  type?: string;
  description?: string;
  default?: unknown;
  required?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | false;
  items?: Schema;
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
}

function schemaOf(type: z.ZodType): Schema {
  return z.toJSONSchema(type, { io: 'input', override: adapt }) as Schema;
}

/** zod writes the limits of JavaScript's integers beside every integer; they help no editor. `usual` stands for a default that zod must not fill in. */
function adapt({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if ('usual' in jsonSchema) {
    jsonSchema.default = jsonSchema.usual as typeof jsonSchema.default;
    delete jsonSchema.usual;
  }
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}

/**
 * Replaces what stands between `<!-- table: PLACE -->` and `<!-- end -->`. A place is a path of keys:
 * `*` goes into the values of a map or a list, and `[key=value]` chooses among several forms. With
 * `<!-- table: PLACE only KEY KEY -->` the table has these keys alone.
 */
function withTables(page: string, config: Schema): string {
  return readFileSync(ownFile(page), 'utf8').replace(
    /(<!-- table: (\S+)(?: only ([^>]+))? -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, start: string, place: string, only: string | undefined, end: string) => {
      const section = sectionAt(config, place.split('.').filter(Boolean));
      if (section === undefined) throw new Error(`${page}: ${place} is no section`);
      return `${start}\n${tableOf(section, only?.split(' '))}\n\n${end}`;
    },
  );
}

function sectionAt(schema: Schema, path: string[]): Schema | undefined {
  const [part, ...rest] = path;
  if (part === undefined) return sectionAmong(schema, '', '');
  const [, key = '', name = '', value = ''] = /^([^[]*)(?:\[(.+)=(.+)\])?$/.exec(part) ?? [];
  const next = insideOf(schema, key);
  const inside = name === '' ? next : sectionAmong(next, name, value);
  return inside && sectionAt(inside, rest);
}

/** The form that is a map of keys, and whose key `name` has this one value. */
function sectionAmong(schema: Schema, name: string, value: string): Schema | undefined {
  return formsOf(schema).find(
    ({ type, properties }) =>
      type === 'object' && (name === '' || properties?.[name]?.const === value),
  );
}

function insideOf(schema: Schema, key: string): Schema {
  const inside = formsOf(schema).flatMap((form) =>
    key === '*' ? [form.additionalProperties, form.items] : [form.properties?.[key]],
  );
  return inside.find((next) => typeof next === 'object') ?? {};
}

function formsOf(schema: Schema): Schema[] {
  return [schema, ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap(formsOf)];
}

function tableOf({ properties = {}, required = [] }: Schema, only?: string[]): string {
  const keys = only ?? Object.keys(properties);
  const rows = keys.map((key) => {
    const found = properties[key];
    if (found === undefined) throw new Error(`a table asks for the key \`${key}\`: no such key`);
    const { description = '', default: value } = found;
    return [
      `\`${key}\``,
      description,
      required.includes(key) ? '**required**' : shownDefault(value),
    ];
  });
  return markdownTable([['Key', 'Meaning', 'Default'], ...rows]);
}

function shownDefault(value: unknown): string {
  if (Array.isArray(value)) return `\`[${value.join(', ')}]\``;
  return value === undefined || typeof value === 'object' ? '' : `\`${value}\``;
}

/** Puts what the program says about the block `yaml mistakes` into the block `text` after it. */
async function withMessages(guide: string): Promise<string> {
  const pattern = /(```yaml mistakes\n([\s\S]*?)```[\s\S]*?```text\n)[\s\S]*?(```)/;
  const file = pattern.exec(guide)?.[2];
  if (file === undefined) throw new Error(`${MISTAKES} has no example of mistakes`);
  const messages = await messagesAbout(file);
  return guide.replace(pattern, (_, start: string, _file, end: string) => start + messages + end);
}

async function messagesAbout(file: string): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), 'throughput-gate-docs-'));
  try {
    mkdirSync(join(root, '.github'));
    writeFileSync(join(root, DEFAULT_FILES[0] as string), file);
    await loadExperiment({ root, settings: {} });
    throw new Error(`the example of mistakes in ${MISTAKES} has none`);
  } catch (error) {
    if (error instanceof UserError) return `${error.message}\n`;
    throw error;
  } finally {
    rmSync(root, { recursive: true });
  }
}

if (import.meta.main) {
  for (const [path, content] of await generatedFiles()) writeFileSync(ownFile(path), content);
}
