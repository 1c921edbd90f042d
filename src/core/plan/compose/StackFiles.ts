/**
 * Translates the paths that the daemon opens in the files of `docker stack deploy`.
 */
import * as Argv from "../../argv/Argv.ts"
import type { CommandLine } from "../../argv/CommandLine.ts"
import * as ComposeModel from "../../compose/ComposeModel.ts"
import * as ComposeOverride from "../../compose/ComposeOverride.ts"
import * as FileList from "../../compose/FileList.ts"
import * as Facts from "../../Facts.ts"
import * as SourceTranslation from "../../paths/SourceTranslation.ts"
import * as Settings from "../../Settings.ts"
import * as JsonObject from "../../syntax/JsonObject.ts"
import * as Revision from "../Revision.ts"
import * as ModelPaths from "./ModelPaths.ts"

/** Stands in a plan for the path of the override file. */
export const placeholder = "@docker-shim/stack-override@"

/**
 * The tokens of `stack deploy`, with one more `--compose-file` after the user's where a path changes.
 *
 * **Details**
 *
 * What the stack is `docker stack config` tells, which resolves paths against the file's directory as `deploy` does;
 * docker 20.10 does not have that, and nothing is translated there. Binds of services are replaced by their target,
 * volumes as a whole (docker/cli 28.5.2 and 26.1.5, `cli/compose/loader/merge.go`; run). Files of secrets and configs
 * are read by docker itself (`cli/compose/convert/compose.go`), and devices are left out of services.
 *
 * @category planning
 * @since 0.1.0
 */
export const revise = (
  line: CommandLine,
  settings: Settings.Settings,
  facts: Facts.Facts
): Revision.Revision<ReadonlyArray<Argv.Token>> => {
  const files = Argv.values(line.tokens, "compose-file")
  const leave = (why: string) => files.map((value) => ({ what: "--compose-file", value, why }))
  if (!Settings.mapsPaths(settings) || files.length === 0) {
    return Revision.of(line.tokens, { leftAlone: leave(settings.elsewhere ?? SourceTranslation.unmapped) })
  }
  const asked = Facts.ask(facts, {
    _tag: "StackModel",
    globals: Argv.print(line.globals),
    files,
    descriptors: FileList.descriptorsOf(files.flatMap((file) => file.split(",")))
  })
  if (asked._tag === "Open") return Revision.of(line.tokens, { questions: [asked.question] })
  const { input } = asked.answer
  if (asked.answer._tag === "Refused") {
    return Revision.of(line.tokens, { input, leftAlone: leave("docker stack config refuses it, or is not there") })
  }
  const config = escaped(asked.answer.config)
  const model = translatable(ComposeModel.decode(config))
  const paths = ModelPaths.revise(model, settings, facts)
  if (paths.value.length === 0) {
    const leftAlone = [...paths.leftAlone, ...leave("no path in it is another one for the daemon")]
    return { ...paths, value: line.tokens, input, leftAlone }
  }
  const override = ComposeOverride.of(withWholeVolumes(paths.value, model))
  const behind = line.tokens.map((token) => Argv.has([token], "compose-file")).lastIndexOf(true) + 1
  return {
    ...paths,
    value: [...line.tokens.slice(0, behind), option, ...line.tokens.slice(behind)],
    files: [{ placeholder, content: ComposeOverride.print(override, JsonObject.text(config, "version")) }],
    input
  }
}

const option = Argv.option("compose-file", placeholder)

/** As it would stand in a file: `stack config` has taken `$$` back to `$`, and `deploy` will do so once more. */
const escaped = (value: unknown): unknown => {
  if (typeof value === "string") return ComposeModel.escape(value)
  if (Array.isArray(value)) return value.map(escaped)
  return typeof value === "object" && value !== null
    ? Object.fromEntries(JsonObject.entries(value).map(([name, field]) => [name, escaped(field)]))
    : value
}

const translatable = (model: ComposeModel.ComposeModel): ComposeModel.ComposeModel => ({
  ...model,
  services: model.services.map(({ fields, name }) => ({
    name,
    fields: { volumes: JsonObject.list(fields, "volumes") }
  })),
  secrets: [],
  configs: []
})

const withWholeVolumes = (
  additions: ReadonlyArray<ComposeOverride.Addition>,
  model: ComposeModel.ComposeModel
): ReadonlyArray<ComposeOverride.Addition> => {
  const volumes = new Map(model.volumes.map((volume) => [volume.name, volume.fields]))
  return additions.map((addition) => {
    if (addition.section !== "volumes") return addition
    const whole = volumes.get(addition.name)
    const driverOptions = {
      ...JsonObject.fields(JsonObject.field(whole, "driver_opts")),
      ...JsonObject.fields(addition.fields["driver_opts"])
    }
    return { ...addition, fields: { ...JsonObject.fields(whole), driver_opts: driverOptions } }
  })
}
