/**
 * What a build makes, read from its words: the key of its cache.
 */
import * as Argv from "../../argv/Argv.ts"
import type { CacheKey, Subject } from "../../cache/CacheKey.ts"
import * as RemoteContext from "../../cache/RemoteContext.ts"
import type { Invocation } from "../../Invocation.ts"
import * as PosixPath from "../../paths/PosixPath.ts"
import * as ImageName from "../../syntax/ImageName.ts"

/**
 * The cache key of a build such as `-t team/app:1 --target dev .`; `undefined` if Docker will refuse its tag.
 *
 * **Details**
 *
 * The first `--tag` names the image. A build without one is told apart by its context and, if one is named, its
 * Dockerfile, both absolute or without the secrets of a URL. Platforms are `--platform`, else `DOCKER_DEFAULT_PLATFORM` (buildx 0.29.1,
 * `commands/build.go`).
 */
export const keyOf = (tokens: ReadonlyArray<Argv.Token>, invocation: Invocation): CacheKey | undefined => {
  const subject = subjectOf(tokens, invocation.cwd)
  const platforms = Argv.values(tokens, "platform")
  const platform = platforms.length > 0 ? platforms.join(",") : invocation.env["DOCKER_DEFAULT_PLATFORM"] ?? ""
  return subject === undefined ? undefined : {
    subject,
    target: given(Argv.value(tokens, "target")),
    platforms: platform.split(",").filter((one) => one !== "")
  }
}

const subjectOf = (tokens: ReadonlyArray<Argv.Token>, cwd: string): Subject | undefined => {
  const tag = given(Argv.values(tokens, "tag")[0])
  if (tag !== undefined) {
    const name = ImageName.parse(tag)
    return name === undefined ? undefined : { _tag: "Image", path: name.path, tag: name.tag }
  }
  const context = Argv.positionals(tokens)[0]
  if (context === undefined) return undefined
  const dockerfile = given(Argv.value(tokens, "file"))
  return {
    _tag: "Context",
    context: context === "-" ? `-${cwd}` : placeOf(context, cwd),
    // of a remote context the Dockerfile's path is one in there
    dockerfile: dockerfile === undefined || dockerfile === "-" || RemoteContext.is(context)
      ? dockerfile
      : placeOf(dockerfile, cwd)
  }
}

/** Whether a build reads standard input, which can be read only once: `docker build -`, `-f -`. */
export const readsStandardInput = (tokens: ReadonlyArray<Argv.Token>): boolean =>
  Argv.positionals(tokens).includes("-") || Argv.value(tokens, "file") === "-"

const placeOf = (place: string, cwd: string): string =>
  RemoteContext.is(place) ? RemoteContext.print(place) : PosixPath.join(cwd, place)

const given = (value: string | undefined): string | undefined => value === "" ? undefined : value
