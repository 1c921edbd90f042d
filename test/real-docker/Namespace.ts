/**
 * The mounts that a process sees and the machine does not.
 */

/** A bind mount: `source` of the machine seen at `target`, read-write unless said. */
export interface Bind {
  readonly source: string
  readonly target: string
  readonly readOnly?: boolean
}

/** Prints shell commands that make the mounts, each followed by `&&`. */
export const printMounts = (binds: ReadonlyArray<Bind>): string =>
  binds.map(({ readOnly = false, source, target }) =>
    `mount --bind ${quote(source)} ${quote(target)} && `
    + (readOnly ? `mount -o remount,bind,ro ${quote(target)} && ` : "")
  ).join("")

/** Quotes a word for the shell: `a b` becomes `'a b'`. */
export const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`
