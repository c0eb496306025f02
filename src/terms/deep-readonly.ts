/** A value that nobody changes: stages take such values and return new ones. */

type Leaf = string | number | boolean | bigint | symbol | null | undefined;

/** `T` with everything inside it read-only, at every depth. */
export type DeepReadonly<T> = T extends Leaf | ((...args: never[]) => unknown)
  ? T
  : T extends readonly unknown[]
    ? { readonly [Index in keyof T]: DeepReadonly<T[Index]> }
    : { readonly [Key in keyof T]: DeepReadonly<T[Key]> };
