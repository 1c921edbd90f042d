/** Tells the two forms of the program apart. */

/** Whether a file of the shim is the stand-alone executable, which is one file; the Node form needs the files beside it. */
export const isExecutable = (shim: string): boolean => !shim.endsWith(".cjs")
