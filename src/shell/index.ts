/**
 * The shell of docker-shim, for Effect programs: the services that answer the core's questions and carry its plans out.
 *
 * **Details**
 *
 * `Services.planning` is all that planning needs, `Services.layer` all that running needs; each service has a `make` of its
 * own, which needs the services that it uses, and a shape that a test can give in one line.
 * @module
 */
export * as RealProgram from "./docker/RealProgram.ts"
export * as Failure from "./Failure.ts"
export * as Ended from "./process/Ended.ts"
export * as SignalRelay from "./process/SignalRelay.ts"
export * as Services from "./services/AllServices.ts"
export { BuildCacheActions } from "./services/BuildCacheActions.ts"
export { BuilderProbe } from "./services/BuilderProbe.ts"
export { CommandHelp } from "./services/CommandHelp.ts"
export { ComposeConfig } from "./services/ComposeConfig.ts"
export { type ComposeCommand, ComposePrograms } from "./services/ComposePrograms.ts"
export { EngineInfo } from "./services/EngineInfo.ts"
export { Environment } from "./services/Environment.ts"
export { Executor } from "./services/Executor.ts"
export { type Planned, Planner } from "./services/Planner.ts"
export { type Memory, ProbeMemory } from "./services/ProbeMemory.ts"
export { type Probe, ProbeRunner, type Ran } from "./services/ProbeRunner.ts"
export { ProcessRunner } from "./services/ProcessRunner.ts"
export { RealPrograms } from "./services/RealPrograms.ts"
export { RegistryProbe } from "./services/RegistryProbe.ts"
export { StandardInput } from "./services/StandardInput.ts"
export { type NotPlaced, TemporaryFiles } from "./services/TemporaryFiles.ts"
