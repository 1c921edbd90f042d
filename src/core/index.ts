/**
 * The pure core of docker-shim, for programs that plan docker commands themselves: no Effect, no Node, no environment.
 *
 * **Details**
 *
 * Start with `Plan.planWith`: it takes an `Invocation`, and functions that answer questions, and returns an `ExecPlan`. The
 * other modules define the data of plans, and parse and print docker's own syntaxes.
 * @module
 */
export * as Argv from "./argv/Argv.ts"
export * as CommandLine from "./argv/CommandLine.ts"
export * as ComposeCommandLine from "./argv/ComposeCommandLine.ts"
export * as Endpoint from "./argv/Endpoint.ts"
export * as Grammar from "./argv/grammar/Grammar.ts"
export * as HelpText from "./argv/HelpText.ts"
export * as Masking from "./argv/Masking.ts"
export * as Program from "./argv/Program.ts"
export * as Builder from "./builder/Builder.ts"
export * as BuildxInspect from "./builder/BuildxInspect.ts"
export * as CacheAction from "./cache/CacheAction.ts"
export * as CacheDirectory from "./cache/CacheDirectory.ts"
export * as CacheKey from "./cache/CacheKey.ts"
export * as CacheLayout from "./cache/CacheLayout.ts"
export * as CacheMount from "./cache/CacheMount.ts"
export * as OciLayout from "./cache/OciLayout.ts"
export * as ExecPlan from "./ExecPlan.ts"
export * as Explanation from "./explain/Explanation.ts"
export * as Facts from "./facts/Facts.ts"
export * as Question from "./facts/Question.ts"
export * as Invocation from "./Invocation.ts"
export * as PathMapping from "./paths/PathMapping.ts"
export * as PosixPath from "./paths/PosixPath.ts"
export * as SourceTranslation from "./paths/SourceTranslation.ts"
export * as Plan from "./Plan.ts"
export * as CacheLimits from "./settings/CacheLimits.ts"
export * as MachineSettings from "./settings/MachineSettings.ts"
export * as Settings from "./settings/Settings.ts"
export * as CsvRecord from "./syntax/CsvRecord.ts"
export * as DeviceSpec from "./syntax/DeviceSpec.ts"
export * as ImageName from "./syntax/ImageName.ts"
export * as MountOption from "./syntax/MountOption.ts"
export * as Quantity from "./syntax/Quantity.ts"
export * as ShellWord from "./syntax/ShellWord.ts"
export * as VolumeDriverOption from "./syntax/VolumeDriverOption.ts"
export * as VolumeSpec from "./syntax/VolumeSpec.ts"
