/**
 * The `--mount` of a `RUN` (buildkit 0.25, `frontend/dockerfile/instructions/commands_runmount.go`).
 */
import * as PosixPath from "../../paths/PosixPath.ts"
import * as CsvRecord from "../CsvRecord.ts"

/**
 * A mount of a step.
 *
 * - `Cache`: `id` is the target where the user gave none, and `undefined` if it depends on a build argument;
 *   `isWritten`: the step can leave something in it.
 * - `Credential`: a secret or an SSH agent, which is no part of the step's digest; `id` names it.
 * - `Stage`: files of another stage or image, `from`, `undefined` if that depends on a build argument.
 * - `Other`: nothing from outside the step.
 */
export type RunMount =
  | {
    readonly _tag: "Cache"
    readonly id: string | undefined
    readonly from: string | undefined
    readonly isWritten: boolean
  }
  | { readonly _tag: "Credential"; readonly id: string }
  | { readonly _tag: "Stage"; readonly from: string | undefined }
  | { readonly _tag: "Other" }

/** Reads a value such as `type=cache,id=npm,target=/root/.npm`; `undefined` if it cannot be read. */
export const parse = (value: string): RunMount | undefined => {
  const record = CsvRecord.parse(value)
  if (record === undefined) return undefined
  const fields = record.map(({ text }) => {
    const equals = text.indexOf("=")
    return equals < 0
      ? ([text.toLowerCase(), undefined] as const)
      : ([text.slice(0, equals).toLowerCase(), text.slice(equals + 1)] as const)
  })
  const field = (...names: ReadonlyArray<string>): string | undefined =>
    fields.filter(([name]) => names.includes(name)).at(-1)?.[1]
  const from = field("from")
  const type = field("type")?.toLowerCase() ?? "bind"
  switch (type) {
    case "cache":
      return { _tag: "Cache", id: cacheId(field), from, isWritten: isWritten(fields) }
    case "secret":
    case "ssh":
      return { _tag: "Credential", id: `${type} ${field("id", "source", "src") ?? field("target") ?? ""}` }
    case "bind":
      return from === undefined ? { _tag: "Other" } : { _tag: "Stage", from: from.includes("$") ? undefined : from }
    case "tmpfs":
      return { _tag: "Other" }
    default:
      return undefined
  }
}

/** BuildKit cleans the target where it serves as id, and puts a name space and `/` in front of either. */
const cacheId = (field: (...names: ReadonlyArray<string>) => string | undefined): string | undefined => {
  const id = field("id") ?? ""
  const name = id === "" ? PosixPath.normalize(field("target", "dst", "destination") ?? "") : id
  return name.includes("$") ? undefined : name
}

const isWritten = (fields: ReadonlyArray<readonly [string, string | undefined]>): boolean => {
  const last = fields.filter(([name]) => ["readonly", "ro", "readwrite", "rw"].includes(name)).at(-1)
  if (last === undefined) return true
  const [name, value] = last
  const isTrue = !/^(?:0|f|false)$/i.test(value ?? "true")
  return name.startsWith("readw") || name === "rw" ? isTrue : !isTrue
}
