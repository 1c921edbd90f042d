/**
 * Has a build tell what became of its export to a registry. With `ignore-error`, which keeps a registry that is down from
 * failing the build, BuildKit says so in its progress at most, which `--quiet` hides.
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
 * The flag that has buildx describe the build, such as `--metadata-file=FILE`, and what is done with the file afterwards;
 * `place` is where the export goes, `otherwise` the line to print if it arrived. The user's own `--metadata-file` serves as well,
 * and then no flag is added.
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
