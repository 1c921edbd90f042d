import { defineConfig } from "vitest/config"

const standalone = { DOCKER_SHIM_FORM: "standalone" }

const isFull = process.env["DOCKER_SHIM_E2E"] === "full"

/**
 * Whole lives of Compose projects on two engines, kills, and README on a bare Debian: half an hour more, for
 * `npm run test:full engines`.
 */
const long = isFull
  ? []
  : ["test/e2e/compose.test.ts", "test/e2e/compose-kill.test.ts", "test/e2e/readme.test.ts"]

const bothForms = process.env["DOCKER_SHIM_FORMS"] === "both"

/** For what starts no engine. */
const light = { setupFiles: ["test/breath.ts"], testTimeout: 60_000, hookTimeout: 60_000 }

const engines = {
  pool: "forks" as const,
  testTimeout: 300_000,
  hookTimeout: 300_000
}

/** Tests without engines that run the built program. */
const standaloneTests = [
  "test/shell/{Faults,Inheritance,MachineFile,RefusedCalls,Surroundings,Terminal}.test.ts",
  "test/shell/{fast-path,process,services}/{FastPath,InputFiles,EngineInfo,ProbeMemory}.test.ts",
  "test/shell/{cli,install}/{Explain,Install}*.test.ts",
  "test/shell/cli/cache/{PruneCommand,VerifyCommand}.test.ts",
  "test/shell/cache/{BuiltAttacks,BuiltCommands,BuiltFaults,BuiltRunAttacks,BuiltSlowPlaces,FloodedStore,Interruption,SystemCalls,Waits}.test.ts"
]

/** Those of them that reach most of the executable's own code, and damaged documents. */
const sanitizedTests = [
  "test/native/Fuzz.test.ts",
  "test/shell/{Inheritance,Surroundings}.test.ts",
  "test/shell/{fast-path,process}/{FastPath,InputFiles}.test.ts",
  "test/shell/cache/SystemCalls.test.ts"
]

/** Those that reach most of what differs from one processor to another, and do not measure time. */
const arm64Tests = [
  "test/shell/{Faults,Inheritance,MachineFile,Terminal}.test.ts",
  "test/shell/{fast-path,process}/{FastPath,InputFiles}.test.ts",
  "test/shell/cache/SystemCalls.test.ts",
  "test/shell/cli/cache/{PruneCommand,VerifyCommand}.test.ts"
]

const asked = process.env["DOCKER_SHIM_PROJECTS"]

/**
 * `unit` starts no engine; `e2e` starts real Docker engines, in forked processes because an engine dies with the thread
 * that started it. What runs the built program runs a second time with the stand-alone executable: in the project
 * `standalone`, and, as that doubles the time with engines, in `e2e-standalone` where `npm run test:full engines` asks for both
 * forms. `sanitized` runs a part of it with the executable that looks for its own mistakes, and `arm64` with that for another
 * processor, where `DOCKER_SHIM_PROJECTS` names them.
 *
 * Two files run at once, whatever the machine, since a file waits for its engines half of the time; but one where the long
 * ones are among them, which use both cores by themselves.
 */
export default defineConfig({
  test: {
    maxWorkers: isFull ? 1 : 2,
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/{core,shell,native,scripts}/**/*.test.ts"],
          exclude: ["test/native/Fuzz.test.ts"],
          pool: "forks",
          ...light
        }
      },
      {
        test: {
          name: "standalone",
          include: standaloneTests,
          env: standalone,
          pool: "forks",
          ...light
        }
      },
      ...(asked === "arm64"
        ? [{
          test: {
            name: "arm64",
            include: arm64Tests,
            env: { ...standalone, DOCKER_SHIM_EMULATED: "1" },
            pool: "forks" as const,
            ...light
          }
        }]
        : []),
      ...(asked === "sanitized"
        ? [{
          test: {
            name: "sanitized",
            include: sanitizedTests,
            env: { ...standalone, DOCKER_SHIM_SANITIZED: "1" },
            pool: "forks" as const,
            ...light,
            setupFiles: [...light.setupFiles, "test/native/reports.ts"]
          }
        }]
        : []),
      { test: { name: "e2e", include: ["test/e2e/**/*.test.ts"], exclude: long, ...engines } },
      ...(bothForms
        ? [{
          test: {
            name: "e2e-standalone",
            include: ["test/e2e/**/*.test.ts"],
            // these have both forms of themselves, or only one
            exclude: [
              ...long,
              "test/e2e/doctor-steps.test.ts",
              "test/e2e/fresh-machine.test.ts",
              "test/e2e/readme.test.ts",
              "test/e2e/update.test.ts",
              "test/e2e/debian-package.test.ts",
              "test/e2e/desktop-images.test.ts"
            ],
            env: standalone,
            ...engines
          }
        }]
        : [])
    ]
  }
})
