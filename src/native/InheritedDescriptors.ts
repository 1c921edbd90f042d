/**
 * Stands in for `src/shell/process/InheritedDescriptors`: this runtime marks nothing that it was given, and so nothing is
 * lost when another program is started.
 */

/** None. */
export const marked = (): ReadonlyArray<number> => []
