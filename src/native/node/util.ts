/**
 * Stands in for what is used of `node:util`.
 */

/** Control sequences of terminals: CSI, OSC, and the two-character ones (ECMA-48). */

const sequences = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)|[@-Z\\-_])/g

/** A text without control sequences. */
export const stripVTControlCharacters = (text: string): string => text.replaceAll(sequences, "")
