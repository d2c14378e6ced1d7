/** Where a slot's entry lies in a vtable, after the vtable's own size and the table's. */
export function vtableOffset(slot: number): number {
  return 4 + 2 * slot;
}
