/** The stand-alone form of `src/shell/cli/Memory.ts`: QuickJS frees at once what nothing uses any more. */
export const keepSmall = (): void => undefined
