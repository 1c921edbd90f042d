/**
 * The pure core of docker-shim, for programs that plan docker commands themselves: no Effect, no Node, no environment.
 *
 * **Details**
 *
 * `Plan.plan` is the way in: an `Invocation` and `Facts` give an `ExecPlan`, or the questions still open. The other
 * modules are the data of plans, and the parsers and printers of docker's own syntaxes.
 *
 * @since 0.1.0
 */
export * as Argv from "./Argv.ts"
export * as Builder from "./Builder.ts"
export * as BuildxInspect from "./BuildxInspect.ts"
export * as CacheAction from "./CacheAction.ts"
export * as CacheDirectory from "./CacheDirectory.ts"
export * as CacheKey from "./CacheKey.ts"
export * as CacheLayout from "./CacheLayout.ts"
export * as CacheLimits from "./CacheLimits.ts"
export * as CommandLine from "./CommandLine.ts"
export * as ComposeCommandLine from "./ComposeCommandLine.ts"
export * as CsvRecord from "./CsvRecord.ts"
export * as DeviceSpec from "./DeviceSpec.ts"
export * as Endpoint from "./Endpoint.ts"
export * as ExecPlan from "./ExecPlan.ts"
export * as Explanation from "./Explanation.ts"
export * as Facts from "./Facts.ts"
export * as Grammar from "./grammar/Grammar.ts"
export * as HelpText from "./HelpText.ts"
export * as ImageName from "./ImageName.ts"
export * as Invocation from "./Invocation.ts"
export * as Masking from "./Masking.ts"
export * as MountOption from "./MountOption.ts"
export * as OciLayout from "./OciLayout.ts"
export * as PathMapping from "./PathMapping.ts"
export * as Plan from "./Plan.ts"
export * as PosixPath from "./PosixPath.ts"
export * as Quantity from "./Quantity.ts"
export * as Settings from "./Settings.ts"
export * as ShellWord from "./ShellWord.ts"
export * as SourceTranslation from "./SourceTranslation.ts"
export * as VolumeDriverOption from "./VolumeDriverOption.ts"
export * as VolumeSpec from "./VolumeSpec.ts"
