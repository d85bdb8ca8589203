namespace OfflineActions.Gateway.Publishing;

/// <summary>
/// Shrinks collections that were much larger once: by themselves they grow and never shrink. Called after each removal, it costs next to
/// nothing: from one time that it shrinks to the next, three quarters of the items are removed.
/// </summary>
internal static class SpareCapacity
{
    /// <summary>A capacity that is not worth the work.</summary>
    private const int Negligible = 1_000;

    public static void TrimSpare<TKey, TValue>(this Dictionary<TKey, TValue> items)
        where TKey : notnull
    {
        if (IsSparse(items.Count, items.Capacity))
        {
            items.TrimExcess(2 * items.Count);
        }
    }

    public static void TrimSpare<T>(this Queue<T> items)
    {
        if (IsSparse(items.Count, items.Capacity))
        {
            items.TrimExcess(2 * items.Count);
        }
    }

    private static bool IsSparse(int count, int capacity) => capacity > Negligible && count < capacity / 8;
}
