/**
 * Writes the JSON Schemas of schema/ and the tables of docs/configuration.md, all from the zod
 * sources: `node scripts/schemas.ts`. A test compares the files with what this would write.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { markdownTable } from 'markdown-table';
import { z } from 'zod';
import { ConfigFile } from '../src/config/file-schema.ts';
import { DEFAULT_FILES } from '../src/config/find-file.ts';
import { loadExperiment } from '../src/config/load.ts';
import { Verdict } from '../src/judge/verdict.ts';
import { Measurement } from '../src/measure/measurement.ts';
import { Plan } from '../src/plan/plan.ts';
import { UserError } from '../src/problem.ts';
import { ownFile } from '../src/runtime.ts';

const GUIDE = 'docs/configuration.md';

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
  };
  const files = Object.entries(schemas).map(([name, schema]): [string, string] => [
    `schema/${name}.schema.json`,
    `${JSON.stringify(schema, null, 2)}\n`,
  ]);
  const guide = withTables(readFileSync(ownFile(GUIDE), 'utf8'), schemas.config);
  return new Map([...files, [GUIDE, await withMessages(guide)]]);
}

interface Schema {
  type?: string;
  description?: string;
  default?: unknown;
  required?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | false;
  anyOf?: Schema[];
  oneOf?: Schema[];
}

function schemaOf(type: z.ZodType): Schema {
  return z.toJSONSchema(type, { io: 'input', override: dropSafeIntegerLimits }) as Schema;
}

/** zod writes the limits of JavaScript's integers beside every integer; they help no editor. */
function dropSafeIntegerLimits({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}

/** Replaces what stands between `<!-- table: NAME -->` and `<!-- end -->`. */
function withTables(guide: string, config: Schema): string {
  return guide.replace(
    /(<!-- table: (\S+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, start: string, path: string, end: string) =>
      `${start}\n${tableOf(sectionAt(config, path.split('.').filter(Boolean)))}\n\n${end}`,
  );
}

/** `*` goes into the values of a map of names. */
function sectionAt(schema: Schema, path: string[]): Schema {
  const [key, ...rest] = path;
  const here = [schema, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].find(
    (form) => form.type === 'object',
  );
  if (key === undefined && here !== undefined) return here;
  const next = key === '*' ? here?.additionalProperties : here?.properties?.[key ?? ''];
  if (!next) throw new Error(`${GUIDE} asks for a table of ${path.join('.')}, which is no section`);
  return sectionAt(next, rest);
}

function tableOf({ properties = {}, required = [] }: Schema): string {
  const rows = Object.entries(properties).map(([key, { description = '', default: value }]) => [
    `\`${key}\``,
    description,
    required.includes(key) ? '**required**' : shownDefault(value),
  ]);
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
  if (file === undefined) throw new Error(`${GUIDE} has no example of mistakes`);
  const messages = await messagesAbout(file);
  return guide.replace(pattern, (_, start: string, _file, end: string) => start + messages + end);
}

async function messagesAbout(file: string): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), 'throughput-gate-docs-'));
  try {
    mkdirSync(join(root, '.github'));
    writeFileSync(join(root, DEFAULT_FILES[0] as string), file);
    await loadExperiment({ root, settings: {} });
    throw new Error(`the example of mistakes in ${GUIDE} has none`);
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
