/**
 * Makes a build report whether its export to a registry arrived. With `ignore-error`, so that a registry that is down does not
 * fail the build, BuildKit reports this only in its progress, which `--quiet` hides.
 */
import * as Argv from "../../argv/Argv.ts"
import * as CacheAction from "../../cache/CacheAction.ts"
import type { Invocation } from "../../Invocation.ts"
import * as PosixPath from "../../paths/PosixPath.ts"
import * as Planning from "../Planning.ts"

/** Stands for the file in which buildx describes the build. */
export const placeholder = "@docker-shim/build-metadata@"

/** Whether buildx asks the builder for the provenance that goes into that file (buildx 0.29.1, `commands/build.go`). */
const provenance = "BUILDX_METADATA_PROVENANCE"

/**
 * The flag that makes buildx describe the build, such as `--metadata-file=FILE`, and the action that reads the file afterwards.
 * `place` is where the export goes, `otherwise` the line to print if it arrived. If the user gave a `--metadata-file`, that
 * serves as well, and no flag is added.
 */
export const request = (
  tokens: ReadonlyArray<Argv.Token>,
  place: string,
  otherwise: string | undefined,
  { cwd, env }: Invocation
): Planning.Planning<ReadonlyArray<Argv.Token>> => {
  const own = Argv.value(tokens, "metadata-file") ?? ""
  return own === ""
    ? Planning.of([Argv.option("metadata-file", placeholder)], {
      files: [{ _tag: "Report", placeholder }],
      env: env[provenance] === undefined ? { [provenance]: "disabled" } : {},
      after: [CacheAction.confirm(placeholder, place, otherwise)]
    })
    : Planning.of([], { after: [CacheAction.confirm(PosixPath.join(cwd, own), place, otherwise)] })
}
