/** YAML text → plain value, with the place of every key and value. */
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLError,
  type YAMLMap,
} from 'yaml';
import { keyPath, type Mistake, type Path, type Source } from '../mistakes/mistakes.ts';

export interface YamlText {
  /** The value; undefined when the syntax is so broken that its structure would be a guess. */
  value: unknown;
  mistakes: Mistake[];
  source: Source;
  /** How a number, `true` or `false` is spelled in the text: `007`, `1.10`. Undefined: it is something else. */
  written: (path: Path) => string | undefined;
}

/** Aliases can name one another, so a small text can hold a value of any size. What stands in the text itself is as large as it is. */
const MAX_NODES_BEHIND_ALIASES = 250_000;
const MAX_DEPTH = 50;

/**
 * Reads one YAML 1.2 document. Aliases and merge keys (`<<`) work. `file` is the name in messages.
 * Where `isText` says so, a plain scalar keeps its spelling: `1.10` stays `1.10`.
 */
export function readYaml(text: string, file: string, isText: (path: Path) => boolean): YamlText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const reader = new Reader(document, isText);
  const syntax = [...document.errors, ...document.warnings].filter(
    (error) => error.code !== 'DUPLICATE_KEY',
  );
  const value = syntax.length > 0 ? undefined : reader.read(document.contents, []);
  const mistakes =
    syntax.length > 0 ? syntax.slice(0, 1).map((error) => reader.broken(error)) : reader.mistakes;
  return {
    value,
    mistakes,
    source: sourceOf(file, { text, lines }, reader.offsets),
    written: (path) => reader.spellings.get(keyPath(path)),
  };
}

function sourceOf(
  file: string,
  { text, lines }: { text: string; lines: LineCounter },
  offsets: Map<string, number>,
): Source {
  return {
    place(path, part, at = 0) {
      const order = characterAt(text, nearestOffset(offsets, path, part), at);
      const { line, col } = lines.linePos(order);
      return { where: `${file}:${Math.max(1, line)}:${Math.max(1, col)}`, order };
    },
    name: (path) => (path[0] === SYNTAX ? '' : keyPath(path)),
  };
}

/** Inside a text of one line whose characters all stand for themselves; else where the text begins. */
function characterAt(text: string, start: number, at: number): number {
  const quote = /["']/.test(text.charAt(start)) ? 1 : 0;
  const before = text.slice(start + quote, start + quote + at);
  const isPlain = at > 0 && !/[\r\n\\]|''/.test(before) && !/^[|>*&!]/.test(text.charAt(start));
  return isPlain ? start + quote + at : start;
}

/** Pseudo key of mistakes that have a place in the text, but no key. */
const SYNTAX = '\0syntax';

function nearestOffset(offsets: Map<string, number>, path: Path, part: 'key' | 'value'): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const at = path.slice(0, length);
    const offset =
      (part === 'value' && length === path.length ? offsets.get(slot(at, 'value')) : undefined) ??
      offsets.get(slot(at, 'key'));
    if (offset !== undefined) return offset;
  }
  return 0;
}

function slot(path: Path, part: 'key' | 'value'): string {
  return `${part} ${JSON.stringify(path)}`;
}

class Reader {
  readonly offsets = new Map<string, number>();
  readonly mistakes: Mistake[] = [];
  /** Of plain scalars that are no text. */
  readonly spellings = new Map<string, string>();
  private readonly document: Document;
  private readonly isText: (path: Path) => boolean;
  /** Of nodes that were reached through an alias. */
  private nodes = 0;
  private aliases = 0;
  /** Known from the first alias on. */
  private targets: Map<Alias, Node> | null = null;

  constructor(document: Document, isText: (path: Path) => boolean) {
    this.document = document;
    this.isText = isText;
  }

  read(node: unknown, path: Path): unknown {
    if (this.isTooLarge(path, path.length)) return null;
    this.mark(node, path, 'value');
    if (isAlias(node)) return this.behindAlias(() => this.read(this.target(node, path), path));
    if (isMap(node)) return this.readMap(node, path);
    if (isSeq(node)) return node.items.map((item, index) => this.read(item, [...path, index]));
    if (!isScalar(node)) return null;
    const isPlain = typeof node.value === 'number' || typeof node.value === 'boolean';
    if (!isPlain) return node.value;
    const spelling = node.source ?? String(node.value);
    this.spellings.set(keyPath(path), spelling);
    return this.isText(path) ? spelling : node.value;
  }

  /** A syntax error in the library's words, with what usually causes it. */
  broken(error: YAMLError): Mistake {
    const path = this.spot(error.pos[0]);
    const hints: Record<string, string> = {
      TAB_AS_INDENT: 'indent with spaces',
      BLOCK_AS_IMPLICIT_KEY: 'text that holds `: ` needs quotes around it',
      BAD_SCALAR_START: 'put quotes around the text',
      MULTIPLE_DOCS: 'remove the `---` line and what follows it',
      TAG_RESOLVE_FAILED: 'text that begins with `!` needs quotes around it',
    };
    const message =
      error.code === 'MULTIPLE_DOCS'
        ? 'more than one document in the file'
        : lowerFirst(error.message);
    return { path, part: 'value', message: `not valid YAML: ${message}`, hint: hints[error.code] };
  }

  private readMap(map: YAMLMap, path: Path): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    const merges: Pair[] = [];
    for (const pair of map.items) {
      const key = keyText(pair.key);
      if (key === '<<') {
        merges.push(pair);
        continue;
      }
      const at = [...path, key];
      if (Object.hasOwn(result, key)) {
        this.mistakes.push(this.duplicate(pair, at));
        continue;
      }
      this.mark(pair.key, at, 'key');
      define(result, key, this.read(pair.value, at));
    }
    for (const pair of merges) this.merge(pair, path, result, 0);
    return result;
  }

  /** The map's own keys win over merged ones, and an earlier merged map over a later. */
  private merge(pair: Pair, path: Path, result: Record<string, unknown>, depth: number): void {
    this.behindAlias(() => this.mergeMaps(pair, path, result, depth));
  }

  private mergeMaps(pair: Pair, path: Path, result: Record<string, unknown>, depth: number): void {
    if (this.isTooLarge(path, depth)) return;
    const value = isAlias(pair.value) ? this.target(pair.value, path) : pair.value;
    if (value === null && isAlias(pair.value)) return;
    for (const part of isSeq(value) ? value.items : [value]) {
      const map = isAlias(part) ? this.target(part, path) : part;
      if (map === null && isAlias(part)) continue;
      if (!isMap(map)) {
        this.mistakes.push({
          path: this.spot(startOf(pair.key) ?? 0),
          part: 'value',
          message: 'the merge key `<<` takes a map, or a list of maps',
        });
        return;
      }
      const own = new Set(Object.keys(result));
      for (const item of (map as YAMLMap).items) {
        const key = keyText(item.key);
        if (key === '<<') this.merge(item, path, result, depth + 1);
        if (key === '<<' || own.has(key)) continue;
        this.mark(item.key, [...path, key], 'key');
        define(result, key, this.read(item.value, [...path, key]));
      }
    }
  }

  private target(alias: Alias, path: Path): Node | null {
    this.targets ??= aliasTargets(this.document);
    const node = this.targets.get(alias) ?? null;
    if (node === null) {
      this.mistakes.push({
        path,
        part: 'value',
        message: `\`*${alias.source}\` refers to an anchor that does not exist`,
        hint: `if it is meant as text, write "*${alias.source}" with quotes`,
      });
    }
    return node;
  }

  private duplicate(pair: Pair, path: Path): Mistake {
    return {
      path: this.spot(startOf(pair.key) ?? 0),
      part: 'value',
      message: `${keyPath(path)}: the key stands here a second time`,
      hint: 'keep one of them',
    };
  }

  private behindAlias<Result>(read: () => Result): Result {
    this.aliases += 1;
    const result = read();
    this.aliases -= 1;
    return result;
  }

  /** Counts a node behind an alias. Told once: after that, nothing more is read. */
  private isTooLarge(path: Path, depth: number): boolean {
    if (this.aliases > 0) this.nodes += 1;
    if (this.nodes <= MAX_NODES_BEHIND_ALIASES && depth <= MAX_DEPTH) return false;
    if (this.nodes !== Number.POSITIVE_INFINITY) {
      this.nodes = Number.POSITIVE_INFINITY;
      const message = 'too large or too deep once its aliases are followed';
      this.mistakes.push({ path: path.slice(0, 1), part: 'key', message });
    }
    return true;
  }

  private spot(offset: number): Path {
    const path = [SYNTAX, offset];
    this.offsets.set(slot(path, 'value'), offset);
    return path;
  }

  /** A value that stands elsewhere, behind an alias, is placed where it stands. */
  private mark(node: unknown, path: Path, part: 'key' | 'value'): void {
    const offset = startOf(node);
    if (offset !== undefined) this.offsets.set(slot(path, part), offset);
  }
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null)?.range?.[0];
}

/** Keys are text, however YAML reads them: `404`, `on`, `null`. */
function keyText(key: unknown): string {
  if (!isScalar(key)) return String(key);
  return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
}

/** Also for a key such as `__proto__`, which an assignment would swallow. */
function define(target: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(target, key, {
    value,
    enumerable: true,
    writable: true,
    configurable: true,
  });
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/**
 * What each alias stands for: the last node before it that has its anchor. In one walk, as the library looks through the whole
 * document for each alias by itself, which takes minutes for some thousands of them.
 */
function aliasTargets(document: Document): Map<Alias, Node> {
  const targets = new Map<Alias, Node>();
  const anchored = new Map<string, Node>();
  visit(document, {
    Alias: (_, alias) => {
      const target = anchored.get(alias.source);
      if (target !== undefined) targets.set(alias, target);
    },
    Value: (_, node) => {
      if (node.anchor !== undefined) anchored.set(node.anchor, node);
    },
  });
  return targets;
}
