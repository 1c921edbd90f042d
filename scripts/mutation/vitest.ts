/**
 * What stands for `vitest` where a bundle of tests runs in a bare process: its own runner, and chai.
 */
export * from "@vitest/runner"
export { assert, expect } from "chai"
