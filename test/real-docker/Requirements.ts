/**
 * Where tests with real engines are declared, so that one variable leaves them all out.
 */
import { describe } from "vitest"

/** Whether `DOCKER_SHIM_E2E=off` was given. */
export const isOff: boolean = process.env["DOCKER_SHIM_E2E"] === "off"

/**
 * `describe`, skipped with `DOCKER_SHIM_E2E=off`. Otherwise a machine that can run no engine fails the tests with a
 * `RealDockerUnavailable`, from the first `Session.start`.
 */
export const describeReal: ReturnType<typeof describe.skipIf> = describe.skipIf(isOff)
