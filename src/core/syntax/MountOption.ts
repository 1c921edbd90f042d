/**
 * The value of `--mount`, such as `type=bind,source=./src,target=/app`.
 */
import * as PosixPath from "../paths/PosixPath.ts"
import * as CsvRecord from "./CsvRecord.ts"

/**
 * The path of the daemon's in a `--mount` value: the source of a bind, or the `device` of a volume's driver.
 *
 * **Details**
 *
 * Names of options are compared without regard to case, `src` is `source`, the last of several counts, and without a
 * `type` it is a volume. A device that is not absolute (`:/export` of NFS, `tmpfs`) is no path of the daemon's. A value
 * that Docker will refuse has none. Same rules as docker/cli 28.5.2, `opts/mount.go`.
 *
 * @category accessors
 * @since 0.1.0
 */
export const source = (text: string): string | undefined => find(text)?.path

/**
 * A `--mount` value with another path; every other byte of it stays.
 *
 * @category rewriting
 * @since 0.1.0
 */
export const withSource = (text: string, path: string): string | undefined => {
  const found = find(text)
  return found === undefined ? undefined : CsvRecord.withField(text, found.field, `${found.name}${path}`)
}

/** A field that holds a path of the daemon's, and what is in front of the path in it. */
interface Found {
  readonly field: CsvRecord.Field
  readonly name: string
  readonly path: string
}

const find = (text: string): Found | undefined => {
  const fields = CsvRecord.parse(text) ?? []
  const type = last(fields, /^(type=)(.*)$/is)?.path.toLowerCase() ?? "volume"
  if (type === "bind") return last(fields, /^((?:source|src)=)(.*)$/is)
  const device = type === "volume" ? last(fields, /^(volume-opt=device=)(.*)$/is) : undefined
  return device !== undefined && device.name.endsWith("device=") && PosixPath.isAbsolute(device.path)
    ? device
    : undefined
}

/** The last field of a form: its name with the `=`, then its value. */
const last = (fields: ReadonlyArray<CsvRecord.Field>, form: RegExp): Found | undefined =>
  fields.reduce<Found | undefined>((found, field) => {
    const [, name, path] = form.exec(field.text) ?? []
    return name === undefined || path === undefined ? found : { field, name, path }
  }, undefined)
