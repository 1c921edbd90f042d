/**
 * Translates the files of a project's secrets: the daemon mounts them into containers, and the client reads them for builds.
 */
import type * as ComposeModel from "../../compose/ComposeModel.ts"
import type * as ComposeOverride from "../../compose/ComposeOverride.ts"
import * as JsonObject from "../../syntax/JsonObject.ts"
import type { ModelTranslation } from "./ModelTranslation.ts"

/**
 * What an override says about secrets from files.
 *
 * **Details**
 *
 * A secret that containers use gets the daemon's path. One that a build uses keeps the client's path, because the client
 * reads it then. One that both use keeps the client's path as well, and containers get a second secret, such as
 * `token.daemon`, with the daemon's. Compose replaces a service's secrets by target (compose-spec/compose-go 2.9.0,
 * `override/uncity.go`; run with 2.26.1 and 2.40.3).
 */
export const translate = (
  model: ComposeModel.ComposeModel,
  { translate: translatePath }: ModelTranslation
): ReadonlyArray<ComposeOverride.Addition> => {
  if (model.secrets.length === 0) return []
  const built = new Set(model.services.flatMap(({ fields }) => sources(JsonObject.field(fields, "build"))))
  const mounted = new Set(model.services.flatMap(({ fields }) => sources(fields)))
  const taken = new Set(model.secrets.map(({ name }) => name))
  const replaced = new Map(model.secrets.flatMap(({ fields, name }): ReadonlyArray<readonly [string, Replaced]> => {
    const file = JsonObject.text(fields, "file")
    if (file === undefined || (built.has(name) && !mounted.has(name))) return []
    const place = translatePath(`secrets.${name}.file`, file)
    const other = built.has(name) ? unused(`${name}.daemon`, taken) : name
    return place === file ? [] : [[name, { other, file: place }]]
  }))
  return [
    ...[...replaced.values()].map(({ file, other }) =>
      ({ section: "secrets", name: other, fields: { file } }) as const
    ),
    ...model.services.flatMap((service) => ofService(service, replaced))
  ]
}

/** The secret that containers use in place of another, and which may have the same name. */
interface Replaced {
  readonly other: string
  readonly file: string
}

const ofService = (
  { fields, name }: ComposeModel.Part,
  replaced: ReadonlyMap<string, Replaced>
): ReadonlyArray<ComposeOverride.Addition> => {
  const secrets = JsonObject.list(fields, "secrets").flatMap((entry) => {
    const source = sourceOf(entry) ?? ""
    const other = replaced.get(source)?.other ?? source
    return other === source ? [] : [{
      ...(typeof entry === "string" ? {} : JsonObject.fields(entry)),
      source: other,
      target: JsonObject.text(entry, "target") ?? `/run/secrets/${source}`
    }]
  })
  return secrets.length === 0 ? [] : [{ section: "services", name, fields: { secrets } }]
}

/** The names of the secrets that a service, or its build, uses. */
const sources = (fields: unknown): ReadonlyArray<string> =>
  JsonObject.list(fields, "secrets").flatMap((entry) => sourceOf(entry) ?? [])

const sourceOf = (entry: unknown): string | undefined =>
  typeof entry === "string" ? entry : JsonObject.text(entry, "source")

/** The name, or with dashes behind it one that the project does not use. */
const unused = (name: string, taken: ReadonlySet<string>): string => taken.has(name) ? unused(`${name}-`, taken) : name
