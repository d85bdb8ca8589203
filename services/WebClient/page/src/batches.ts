/** Splits a list into batches, in order. A batch is not larger than `limit`, unless it is one item. */
export function batchesOf<Item>(items: readonly Item[], sizeOf: (item: Item) => number, limit: number): Item[][] {
  const batches: Item[][] = [];
  let size = Infinity;
  for (const item of items) {
    size += sizeOf(item);
    if (size > limit) {
      batches.push([]);
      size = sizeOf(item);
    }

    batches.at(-1)!.push(item);
  }

  return batches;
}
