/**
 * Which words of which commands hold paths that the daemon opens, and in which syntax. The list for people, with the
 * options that hold none, is docs/reference/daemon-paths.md.
 */
import type { CommandName } from "../../argv/TreatedCommands.ts"
import * as PosixPath from "../../paths/PosixPath.ts"
import * as BlockDevice from "../../syntax/BlockDevice.ts"
import * as DeviceSpec from "../../syntax/DeviceSpec.ts"
import * as LogOption from "../../syntax/LogOption.ts"
import * as MountOption from "../../syntax/MountOption.ts"
import * as PluginSetting from "../../syntax/PluginSetting.ts"
import * as VolumeDriverOption from "../../syntax/VolumeDriverOption.ts"
import * as VolumeSpec from "../../syntax/VolumeSpec.ts"

/**
 * A syntax in which a word may hold paths of the daemon's: finds them, in order, and puts others in their places;
 * `undefined` if the syntax cannot hold those.
 */
export interface Syntax {
  readonly sources: (text: string) => ReadonlyArray<string>
  readonly withSources: (text: string, paths: ReadonlyArray<string>) => string | undefined
}

/** The syntaxes of a command's options by their names, and of its positionals by {@link positional}. */
export type Syntaxes = ReadonlyMap<string, Syntax>

/** Stands for the words that are no options. */
export const positional = ""

/** A syntax that holds one path at most. */
export const single = (syntax: {
  readonly source: (text: string) => string | undefined
  readonly withSource: (text: string, path: string) => string | undefined
}): Syntax => ({
  sources: (text) => {
    const source = syntax.source(text)
    return source === undefined ? [] : [source]
  },
  withSources: (text, paths) => paths[0] === undefined ? text : syntax.withSource(text, paths[0])
})

/** A syntax for words behind a prefix, such as `device=` of an option of a volume driver. */
export const behind = (prefix: string, { sources, withSources }: Syntax): Syntax => ({
  sources: (text) => sources(`${prefix}${text}`),
  withSources: (text, paths) => withSources(`${prefix}${text}`, paths)?.slice(prefix.length)
})

/** A word that is a path; a relative one is the daemon's own, in its working directory. */
export const absolute: Syntax = {
  sources: (text) => PosixPath.isAbsolute(text) ? [text] : [],
  withSources: (_, [path]) => path
}

const volume = single(VolumeSpec)
const blockDevice = single(BlockDevice)
const logOption = single(LogOption)
const pluginSetting = single(PluginSetting)

/** A setting that may be a path of the daemon's, or a value. */
export const possible: Syntax = single({ source: PluginSetting.possibleSource, withSource: (_, path) => path })

const container: Syntaxes = new Map([
  ["volume", volume],
  ["mount", MountOption],
  ["device", single(DeviceSpec)],
  ["device-read-bps", blockDevice],
  ["device-read-iops", blockDevice],
  ["device-write-bps", blockDevice],
  ["device-write-iops", blockDevice],
  ["blkio-weight-device", blockDevice],
  ["log-opt", logOption]
])

const checkpoint: Syntaxes = new Map([["checkpoint-dir", absolute]])
const plugin: Syntaxes = new Map([[positional, pluginSetting]])

/** docker/cli 28.5.2 and 26.1.5, `cli/command`, and what moby 28.5.2 does with it. */
const syntaxes: Partial<Readonly<Record<CommandName, Syntaxes>>> = {
  "run": container,
  "create": container,
  "start": checkpoint,
  "checkpoint create": checkpoint,
  "checkpoint ls": checkpoint,
  "checkpoint rm": checkpoint,
  "volume create": new Map([["opt", VolumeDriverOption]]),
  "service create": new Map([["mount", MountOption], ["log-opt", logOption]]),
  "service update": new Map([["mount-add", MountOption], ["log-opt", logOption]]),
  "plugin set": plugin,
  "plugin install": plugin
}

/** The syntaxes of one of docker's commands; `undefined` if none of its words holds a path of the daemon's. */
export const forCommand = (command: CommandName): Syntaxes | undefined => syntaxes[command]

/**
 * The syntaxes of `compose run`: `--volume`, which Compose reads as docker does, relative ones against the working directory
 * (docker/compose 2.40.3, run).
 */
export const composeRun: Syntaxes = new Map([["volume", volume]])
