/**
 * Between two tests the event loop goes round: Vitest gives up a process that read none of its messages for a minute, as
 * one whose tests do not wait for anything would.
 */
import { setImmediate } from "node:timers/promises"
import { beforeEach } from "vitest"

beforeEach(() => setImmediate())
