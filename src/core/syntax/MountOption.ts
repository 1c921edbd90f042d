/**
 * The value of `--mount`, such as `type=bind,source=./src,target=/app`.
 * @module
 */
import * as CsvRecord from "./CsvRecord.ts"
import * as VolumeDriverOption from "./VolumeDriverOption.ts"

/**
 * The paths of the daemon's in a `--mount` value: the source of a bind, or those in the options of a volume's driver,
 * `device` and `o`.
 *
 * **Details**
 *
 * Names of options are compared without regard to case, `src` is `source`, the last of several counts, and without a
 * `type` it is a volume. A device that is not absolute (`:/export` of NFS, `tmpfs`) is no path of the daemon's. A value
 * that Docker will refuse has none. White space around the value does not count (docker/cli 29.3.0, `opts/mount.go`; older
 * ones refuse it in front). Else the rules of docker/cli 28.5.2, `opts/mount.go`.
 * Example: `MountOption.sources("type=bind,src=./app,target=/app") // ["./app"]`,
 * `MountOption.sources("type=tmpfs,target=/t") // []`
 * @category accessors
 */
export const sources = (text: string): ReadonlyArray<string> => find(text).flatMap((found) => found.paths)

/**
 * A `--mount` value with other paths, in the order of {@link sources}; every other byte of it stays.
 *
 * **Example** (A bind)
 *
 * ```ts
 * import { MountOption } from "docker-shim"
 *
 * MountOption.sources("type=bind,src=./app,target=/app") // ["./app"]
 * MountOption.withSources("type=bind,src=./app,target=/app", ["/data/app"]) // "type=bind,src=/data/app,target=/app"
 * ```
 * @category rewriting
 */
export const withSources = (text: string, paths: ReadonlyArray<string>): string => {
  let rest = paths
  const fields = find(text).map((found) => {
    const own = rest.slice(0, found.paths.length)
    rest = rest.slice(found.paths.length)
    return { ...found, text: `${found.name}${found.withPaths(own)}` }
  })
  // the last first, for the others to stay where they are
  return [...fields].reverse().reduce((whole, { field, text: said }) => CsvRecord.withField(whole, field, said), text)
}

/** A field that holds paths of the daemon's, and what is in front of them in it. */
interface Found {
  readonly field: CsvRecord.Field
  readonly name: string
  readonly paths: ReadonlyArray<string>
  readonly withPaths: (paths: ReadonlyArray<string>) => string
}

const find = (text: string): ReadonlyArray<Found> => {
  const fields = fieldsOf(text)
  const type = last(fields, /^(type=)(.*)$/is)?.value.toLowerCase() ?? "volume"
  if (type === "bind") {
    const bind = last(fields, /^((?:source|src)=)(.*)$/is)
    return bind === undefined ? [] : [{ ...bind, paths: [bind.value], withPaths: ([path]) => path ?? bind.value }]
  }
  if (type !== "volume") return []
  return ["device", "o"].flatMap((option) => {
    const found = fields.flatMap((field) => driverOption(field, option)).at(-1)
    return found === undefined || found.paths.length === 0 ? [] : [found]
  }).sort((one, other) => one.field.start - other.field.start)
}

/** A driver's option of a name; names of a driver's options have case. */
const driverOption = (field: CsvRecord.Field, option: string): ReadonlyArray<Found> => {
  const [, name = "", value = ""] = /^(volume-opt=)(.*)$/is.exec(field.text) ?? []
  return name === "" || !value.startsWith(`${option}=`) ? [] : [{
    field,
    name,
    paths: VolumeDriverOption.sources(value),
    withPaths: (paths) => VolumeDriverOption.withSources(value, paths)
  }]
}

/** White space as Go's `unicode.IsSpace` has it. */
const space = /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*/

const fieldsOf = (text: string): ReadonlyArray<CsvRecord.Field> => {
  const skipped = space.exec(text)?.[0].length ?? 0
  const fields = CsvRecord.parse(text.slice(skipped)) ?? []
  return skipped === 0
    ? fields
    : fields.map((field) => ({ ...field, start: field.start + skipped, end: field.end + skipped }))
}

/** The last field of a form: its name with the `=`, then its value. */
const last = (
  fields: ReadonlyArray<CsvRecord.Field>,
  form: RegExp
): { readonly field: CsvRecord.Field; readonly name: string; readonly value: string } | undefined => {
  for (const field of [...fields].reverse()) {
    const [, name, value] = form.exec(field.text) ?? []
    if (name !== undefined && value !== undefined) return { field, name, value }
  }
  return undefined
}
